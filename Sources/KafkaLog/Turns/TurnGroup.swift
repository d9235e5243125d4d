internal import CRdKafka
internal import EventLog
internal import StreamCore
internal import Synchronization

/// The cluster's group as its writers see it: whose turns they commit, and what a refusal means.
final class TurnGroup: Sendable {
    private let settings: KafkaLogSettings
    private let member = Mutex<KafkaMembership?>(nil)

    init(_ settings: KafkaLogSettings) { self.settings = settings }

    var membership: KafkaMembership? { member.withLock { $0 } }

    /// Makes `membership` the process's own; `false` where it has one already.
    func join(_ membership: KafkaMembership) -> Bool {
        member.withLock { member in
            if let member, !member.hasLeft { return false }
            member = membership
            return true
        }
    }

    /// How long a commit goes on trying while the group is being shared out anew.
    var deadline: Deadline { Deadline(settings.requestTimeout) }

    /// What a transaction of those turns commits as. Fails with `.fenced` where one is no longer this member's.
    func metadata(for turns: some Collection<TopicPartition>) throws(LogFailure) -> GroupMetadata {
        guard let membership else { return GroupMetadata(group: settings.cluster) }
        try membership.requireHeld(turns)
        guard let metadata = membership.metadata else { throw LogFailure(.unavailable, "committing turns: this member was closed") }
        return metadata
    }

    /// Whether the error says that the group has another generation, or is getting one.
    func hasMoved(_ error: KafkaError) -> Bool {
        guard membership != nil else { return false }
        switch error.code {
        case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS: return true
        default: return false
        }
    }

    /// Waits until this member has a generation other than the one that was refused, with the turns still its own.
    func awaitGeneration(
        after refused: borrowing GroupMetadata, for turns: some Collection<TopicPartition>, _ deadline: Deadline, _ doing: String
    ) throws(LogFailure) {
        guard let membership else { throw LogFailure(.fenced, doing) }
        let old = refused.bytes
        for attempt in 0... {
            try membership.requireHeld(turns)
            // A coordinator that is still sharing out refuses the right generation too.
            if attempt >= 5 { return }
            if let now = membership.metadata, now.bytes != old { return }
            guard deadline.pause(milliseconds: 20) else { throw LogFailure(.unavailable, "\(doing): the group is still being shared out") }
        }
    }

    /// What a failed commit means for its tasks. The broker says "fenced" also of a transaction that took too long; while the turns are this
    /// member's, nobody else took over.
    func judge(_ failure: LogFailure, of turns: [TopicPartition: Epoch], _ wasOpen: Bool) -> LogFailure {
        guard failure.kind == .fenced, !turns.isEmpty, let membership, membership.holds(turns.keys) else { return failure }
        return LogFailure(wasOpen ? .unavailable : .unknown, "\(failure.reason); the turns are still this member's")
    }
}
