import StreamCore
import Testing

@Suite struct QuantityTextTests {
    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("5s", .seconds(5)), ("1.5s", .milliseconds(1_500)), ("15m", .seconds(900)),
        ("2h", .seconds(7_200)), ("16d", .seconds(16 * 86_400)), ("0s", .zero), ("250us", .microseconds(250)), ("-3s", .seconds(-3)),
    ])
    func `a duration is a number and a unit`(text: String, duration: Duration) {
        #expect(Duration(text: text) == duration)
    }

    @Test(arguments: [
        "", "5", "s", "5 s", "5sec", "1.s", ".5s", "1e3s", "5S", "+5s", "--5s", "999999999d", "٣s", "0.0000000000000000001s",
    ])
    func `anything else is not a duration`(text: String) {
        #expect(Duration(text: text) == nil)
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.seconds(90), "90s"), (.seconds(120), "2m"), (.milliseconds(1_500), "1500ms"), (.seconds(86_400), "1d"),
        (.seconds(-60), "-1m"), (Duration(attoseconds: -1_500_000_001), "-1.500000001ns"),
    ])
    func `a duration's text reads back exactly`(duration: Duration, text: String) {
        #expect(duration.text == text)
        #expect(Duration(text: text) == duration)
    }

    @Test(arguments: [
        ("256MB", 256 << 20), ("512KB", 512 << 10), ("4GB", 4 << 30), ("1.5GB", 1536 << 20), ("1TB", 1 << 40), ("7B", 7), ("4096", 4_096),
    ])
    func `a size is a number and a binary unit`(text: String, bytes: Int) {
        #expect(Int(byteSize: text) == bytes)
    }

    @Test(arguments: ["", "MB", "256mb", "256 MB", "-1KB", "0.3KB", "99999999TB", "1GiB"])
    func `anything else is not a size`(text: String) {
        #expect(Int(byteSize: text) == nil)
    }

    @Test(arguments: [(0, "0B"), (1_000, "1000B"), (1_536, "1536B"), (2_048, "2KB"), (1536 << 20, "1536MB"), (1 << 40, "1TB")])
    func `a size's text reads back exactly`(bytes: Int, text: String) {
        #expect(bytes.byteSize == text)
        #expect(Int(byteSize: text) == bytes)
    }
}
