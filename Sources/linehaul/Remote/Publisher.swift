internal import StreamCore

/// Publishes lines to one topic of the running system, a request at a time.
struct Publisher: Sendable {
    /// Bytes of one request: below what a listener takes, enough that the wait for the disk is shared by thousands of records.
    static let largestRequest = 768 << 10

    private let system: RemoteSystem
    private let topic: String
    private let format: String
    private let key: String?

    /// A publisher of lines of that format, all of one key where that is given.
    init(_ system: RemoteSystem, topic: String, format: String, key: String? = nil) {
        self.system = system
        self.topic = topic
        self.format = format
        self.key = key
    }

    /// Sends whole lines; returns how many records that were, once they are durable. `firstLine` is what a refusal counts from.
    func send(_ lines: [UInt8], firstLine: Int = 1) throws -> Int {
        let target =
            path("ops", "topics", topic, "records") + query(["format": format, "key": key, "first-line": String(firstLine)])
        let answer = try system.post(target, lines, type: "application/x-ndjson")
        return Int(answer["count"]?.integer ?? 0)
    }
}
