internal import HTTPServer

/// `linehaul bench hello`: a listener that answers every request with a word, to hold beside what the API costs.
struct HelloBench {
    var port = 8_081

    /// Serves until the process is ended.
    func run() async throws {
        let listener = try HTTPListener(settings: HTTPServerSettings(port: port)) { _, reply in reply.send(.text("hello")) }
        defer { listener.stop(within: .zero) }
        while !Task.isCancelled { try await Task.sleep(for: .seconds(3_600)) }
    }
}
