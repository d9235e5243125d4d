internal import EventLog
internal import Foundation
internal import KafkaLog
internal import StreamCore
internal import Synchronization
internal import Testing

/// One process's part in a cluster: a log of its own, the turns it was told it has.
final class Process: Sendable {
    let log: KafkaLog
    private let told = Mutex((held: Set<TopicPartition>(), revoked: Set<TopicPartition>()))
    private let joined = Mutex<(any LogMembership)?>(nil)
    /// Its place in the group, once it follows turns.
    var membership: (any LogMembership)? { joined.withLock { $0 } }

    init(_ fixture: KafkaFixture) throws { log = try KafkaLog(fixture.settings) }

    var held: Set<TopicPartition> { told.withLock { $0.held } }
    var revoked: Set<TopicPartition> { told.withLock { $0.revoked } }

    func follow(_ topic: String) throws {
        let membership = try log.join { [weak self] change in
            self?.told.withLock { told in
                switch change {
                case .granted(let turns): told.held.formUnion(turns)
                case .revoked(let turns): told.revoked.formUnion(turns)
                case .lost(let turns): told.held.subtract(turns)
                }
            }
        }
        joined.withLock { $0 = membership }
        try membership.follow([topic])
    }

    /// Gives back what it was told to.
    func release() {
        let turns = told.withLock { told in
            defer { told = (told.held.subtracting(told.revoked), []) }
            return told.revoked
        }
        joined.withLock { $0 }?.release(turns)
    }

    /// Gives back everything, says goodbye and ends.
    func leave() {
        let turns = told.withLock { told in
            defer { told = ([], []) }
            return told.held
        }
        let membership = joined.withLock { $0 }
        membership?.release(turns)
        membership?.leave()
        log.close()
    }
}

/// Looks until it is so; the bound is for failures only.
func comesToBe(_ what: String, _ isSo: () throws -> Bool) throws {
    for _ in 0..<6_000 {
        if try isSo() { return }
        usleep(10_000)
    }
    Issue.record("\(what) did not come to be")
}
