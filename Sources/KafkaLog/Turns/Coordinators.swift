internal import CRdKafka
internal import EventLog
internal import Synchronization

/// Makes calls about consumer groups of the brokers that coordinate them, and remembers which those are.
///
/// librdkafka would look for a group's coordinator by itself. Up to 2.15 it aborts the process when the connection breaks on which it does
/// (its issue 5397), which one lost broker is enough for. So each broker is asked directly, the one that answered last time first: one that
/// does not coordinate the group says so.
final class Coordinators: Sendable {
    private let client: KafkaClient
    private let known = Mutex<[String: Int32]>([:])

    init(_ client: KafkaClient) { self.client = client }

    /// How long a broker may take before another one is asked.
    private static let attempt = Duration.milliseconds(1_500)

    /// Makes a call about `group`: `send` starts it on a queue of its own, `read` takes the answer apart.
    func call<Answer>(
        _ operation: rd_kafka_admin_op_t, about group: String, _ timeout: Duration, _ doing: String,
        send: (OpaquePointer, OpaquePointer) -> Void, read: (OpaquePointer) throws(KafkaError) -> Answer
    ) throws(LogFailure) -> Answer {
        let deadline = Deadline(timeout)
        var last = KafkaError(RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE)
        while true {
            for broker in try candidates(for: group, deadline, doing) {
                do throws(KafkaError) {
                    let event = unsafe try AdminCall.event(client, operation, to: broker, within: Self.attempt, send)
                    defer { unsafe rd_kafka_event_destroy(event) }
                    let answer = try unsafe read(event)
                    known.withLock { $0[group] = broker }
                    return answer
                } catch {
                    last = error
                    known.withLock { $0[group] = nil }
                    guard error.passesSoon || error.code == RD_KAFKA_RESP_ERR__TIMED_OUT else { throw error.failure(doing) }
                }
            }
            guard deadline.pause(milliseconds: 100) else {
                throw last.failure(doing, as: last.kind == .unknownTopic ? .unavailable : nil)
            }
        }
    }

    /// The broker that answered last time, else all of them.
    private func candidates(for group: String, _ deadline: Deadline, _ doing: String) throws(LogFailure) -> [Int32] {
        if let known = known.withLock({ $0[group] }) { return [known] }
        return try ClusterMetadata.read(client, deadline, doing).brokers.map(\.id)
    }
}
