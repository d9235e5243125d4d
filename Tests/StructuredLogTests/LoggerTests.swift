import Dispatch
import StructuredLog
import Synchronization
import Testing

@Suite struct LoggerTests {
    private let lines = Lines()

    private func output(_ format: LogFormat) -> LogOutput {
        LogOutput(format: format, clock: { "2026-01-02T03:04:05Z" }, sink: { [lines] in lines.append($0) })
    }

    @Test func `a line of JSON holds time, level, message and the facts in order`() {
        let output = output(.json)
        Logger(output).warning("task quarantined", [.job: "hos", .partition: "3", .reason: "a \"b\"\n\u{1b}é"])
        output.flush()
        #expect(
            lines.text == #"{"time":"2026-01-02T03:04:05Z","level":"warning","message":"task quarantined","#
                + #""job":"hos","partition":"3","reason":"a \"b\"\n\u001bé"}"# + "\n")
    }

    @Test func `a line of text quotes what would be misread`() {
        let output = output(.text)
        let log = Logger(output)
        log.info("job started", [.job: "hos"])
        log.error("directory refused", [.path: "/a b", .reason: "", .topic: "x=y", .service: "a\nb"])
        output.flush()
        #expect(
            lines.text == """
                2026-01-02T03:04:05Z info    job started job=hos
                2026-01-02T03:04:05Z error   directory refused path="/a b" reason="" topic="x=y" service="a\\nb"

                """)
    }

    @Test func `below its level a logger writes nothing and computes nothing`() {
        let output = output(.text)
        func facts() -> KeyValuePairs<LogKey, String> {
            Issue.record("computed")
            return [:]
        }
        Logger(output, level: .warning).info("job started", facts())
        output.flush()
        #expect(lines.text.isEmpty)
    }

    @Test func `levels are ordered from debug to error`() {
        #expect(LogLevel.allCases == [.debug, .info, .warning, .error])
        #expect(LogLevel.allCases.sorted() == LogLevel.allCases)
    }

    @Test func `a logger's own facts come before a line's, and the line's win`() {
        let output = output(.text)
        let log = Logger(output).with([.job: "hos", .stage: "duty"]).with([.stage: "rest"])
        log.info("task moved", [.partition: "1"])
        log.info("task moved", [.job: "eta"])
        output.flush()
        #expect(lines.text.split(separator: "\n").map { $0.dropFirst(40) } == ["job=hos stage=rest partition=1", "stage=rest job=eta"])
    }

    @Test func `lines of many threads stay whole`() {
        let output = output(.text)
        let log = Logger(output)
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for _ in 0..<250 { log.info("job started", [.slot: "\(thread)"]) }
        }
        output.flush()
        let all = lines.text.split(separator: "\n")
        #expect(all.count == 1_000)
        for thread in 0..<4 { #expect(all.count { $0 == "2026-01-02T03:04:05Z info    job started slot=\(thread)" } == 250) }
    }

    @Test func `a sink that blocks delays no one, and what did not fit is counted`() {
        let entered = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)
        let output = LogOutput(format: .text, capacity: 100, clock: { "T" }) { [lines] in
            entered.signal()
            gate.wait()
            lines.append($0)
        }
        let log = Logger(output)
        log.info("first")
        entered.wait()
        for _ in 0..<20 { log.info("later") }
        for _ in 0..<3 { gate.signal() }
        output.flush()
        let all = lines.text.split(separator: "\n")
        #expect(all.first == "T info    first")
        #expect(all.count { $0 == "T info    later" } == 6)
        #expect(all.last == "T warning log lines dropped, the output was too slow count=14")
    }
}

private final class Lines: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
    func append(_ lines: [UInt8]) { bytes.withLock { $0 += lines } }
}
