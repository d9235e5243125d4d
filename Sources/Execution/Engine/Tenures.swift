internal import StreamCore
internal import Synchronization

/// Since when this process holds each turn without a break: told at once by the log's thread, asked by those who commit.
///
/// A turn that was lost and came back is held anew. What was begun before is not to be committed, though the turn is held.
final class Tenures: Sendable {
    /// One time of holding a turn.
    struct Tenure: Hashable, Sendable {
        let turn: TopicPartition
        let number: Int
    }

    private struct State {
        var held: [TopicPartition: Int] = [:]
        var last = 0
    }

    private let state = Mutex(State())

    /// They are held from here on; returns the number of that tenure.
    func begin(_ turns: Set<TopicPartition>) -> Int {
        state.withLock { state in
            state.last += 1
            for turn in turns { state.held[turn] = state.last }
            return state.last
        }
    }

    /// They are held no more.
    func end(_ turns: Set<TopicPartition>) {
        state.withLock { state in for turn in turns { state.held[turn] = nil } }
    }

    /// They end, where they last; returns the turns of those that did.
    func end(_ tenures: [Tenure]) -> Set<TopicPartition> {
        state.withLock { state in
            tenures.reduce(into: []) { ended, tenure in
                guard state.held[tenure.turn] == tenure.number else { return }
                state.held[tenure.turn] = nil
                ended.insert(tenure.turn)
            }
        }
    }

    /// Whether all of those last.
    func last(_ tenures: [Tenure]) -> Bool {
        state.withLock { state in tenures.allSatisfy { state.held[$0.turn] == $0.number } }
    }
}
