import Foundation
import HTTPClient
import StreamCore
import StreamTesting
import Testing
import Wire

/// The dashboard for Grafana that ships with the docs.
@Suite struct DashboardTests {
    /// Every `expr` of a document.
    private func expressions(_ json: JSON) -> [String] {
        switch json {
        case .object(let members): members.flatMap { $0.name == "expr" ? [$0.value.string ?? ""] : expressions($0.value) }
        case .array(let elements): elements.flatMap(expressions)
        default: []
        }
    }

    /// The metrics that an expression names: what is in no label, no duration and no quotes, and has an underscore.
    private func names(_ expression: String) -> Set<String> {
        let bare = expression.replacing(/\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)/, with: " ")
        return Set(bare.matches(of: /[a-z]+(_[a-z]+)+/).map { String($0.output.0) }).subtracting(["histogram_quantile"])
    }

    /// What only a process that captures changes has; `CaptureTests` looks for it.
    private static let captures = "cdc_"

    @Test func `the dashboard names only metrics that there are`() async throws {
        let board = try JSON(parsing: try String(contentsOfFile: "\(Launched.repository)/docs/grafana/linehaul.json", encoding: .utf8))
        let named = expressions(board).reduce(into: Set<String>()) { $0.formUnion(names($1)) }
            .filter { !$0.hasPrefix(Self.captures) }
        #expect(named.count > 10)
        let system = try RunningProcess(try Scratch())
        // What has never happened has no count yet: a request that is answered, and a record whose time moves a watermark.
        let session = HTTPSession()
        let made = try session.send(
            HTTPClientRequest(
                "POST", "\(system.url)/api/carriers", headers: [("Content-Type", "application/json")],
                body: Array(#"{"name":"North"}"#.utf8)))
        #expect(made.status == 201)
        func metrics() throws -> Set<String> {
            let text = String(decoding: try session.send(HTTPClientRequest("GET", "\(system.url)/metrics")).body, as: UTF8.self)
            let types = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ") }
            return Set(types.map { $0[3] == "histogram" ? "\($0[2])_bucket" : String($0[2]) })
        }
        try await eventually("all of them are there") { try named.subtracting(metrics()).isEmpty }
        #expect(system.end(SIGTERM) == 0)
    }
}
