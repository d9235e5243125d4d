import CommandLine
import Synchronization
import Testing

@Suite struct TerminalTests {
    private func jobs() -> TextTable {
        var table = TextTable([.text("job"), .number("lag"), .text("topic")])
        table.append(["hos-violations", "7", "tms.drivers"])
        table.append(["eta", "12345"])
        return table
    }

    @Test func `words are aligned left and figures right`() {
        #expect(
            jobs().text() == """
                job               lag  topic
                hos-violations      7  tms.drivers
                eta             12345

                """)
    }

    @Test func `on a narrow terminal the widest words are cut and figures never`() {
        let lines = jobs().text(width: 28).split(separator: "\n")
        #expect(lines == ["job          lag  topic", "hos-viol…      7  tms.drive…", "eta        12345"])
        #expect(jobs().text(width: 1).contains("12345"))
    }

    @Test func `a cell cannot drive the terminal`() {
        var table = TextTable([.text("key")])
        table.append(["a\u{1b}[2Jb\nc\u{9b}d"])
        #expect(table.text() == "key\na�[2Jb�c�d\n")
    }

    @Test func `progress rewrites its line and leaves nothing behind`() {
        let written = Written()
        var progress = Progress("replaying", unit: "records", isTerminal: true) { written.append($0) }
        progress.update(0, of: 200, after: .zero)
        progress.update(50, of: 200, after: .milliseconds(99))
        progress.update(100, of: 200, after: .seconds(2))
        progress.finish()
        #expect(
            written.all == [
                "\r" + "replaying: 0 % of 200 records\u{1b}[K", "\r" + "replaying: 50 % of 200 records, 50 a second\u{1b}[K", "\r\u{1b}[K",
            ])
    }

    @Test func `progress is silent where there is no terminal`() {
        let written = Written()
        var progress = Progress("replaying", unit: "records", isTerminal: false) { written.append($0) }
        progress.update(1, after: .seconds(1))
        progress.finish()
        #expect(written.all.isEmpty)
    }
}

private final class Written: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func append(_ text: String) { texts.withLock { $0.append(text) } }
}
