public import EventLog
public import StreamCore
internal import Synchronization

/// One log for several engines in one process, whose turns go where a test sends them. Each engine has a `member` of it for its log.
///
/// Turns fence as a cluster's do: a commit of a turn that its member does not hold fails with `.fenced`, and takes the whole transaction
/// with it.
public final class SharedLog: Sendable {
    struct State {
        /// Who holds each turn.
        var holders: [TopicPartition: String] = [:]
        /// Who is to have it once its holder has given it back.
        var heirs: [TopicPartition: String] = [:]
        /// What each member follows, once it has joined.
        var followed: [String: Set<String>] = [:]
        var listeners: [String: @Sendable (TurnChange) -> Void] = [:]
        var reports: [String: [TopicPartition: Offset]] = [:]
        var fenced = 0
    }

    let log: any EventLog
    private let state = Mutex(State())

    /// Shares `log`, an embedded one.
    public init(_ log: any EventLog) { self.log = log }

    /// The log as the process `instance` sees it. Its engine's writers need names of their own: `EngineSettings.instance`.
    public func member(_ instance: String) -> SharedLogMember { SharedLogMember(instance, of: self) }

    /// Gives turns that nobody holds to a member; turns of topics that it does not follow yet it gets when it does.
    public func grant(_ turns: Set<TopicPartition>, to instance: String) {
        state.withLock { state in
            for turn in turns where state.holders[turn] == nil { state.heirs[turn] = instance }
            SharedLog.handOut(&state)
        }
    }

    /// Asks whoever holds those turns to give them back, and then hands them to `instance`, or to nobody.
    public func move(_ turns: Set<TopicPartition>, to instance: String?) {
        state.withLock { state in
            for (holder, turns) in SharedLog.byHolder(turns, state) where holder != instance {
                for turn in turns { state.heirs[turn] = instance }
                state.listeners[holder]?(.revoked(turns))
            }
            for turn in turns where state.holders[turn] == nil { state.heirs[turn] = instance }
            SharedLog.handOut(&state)
        }
    }

    /// Takes turns away as a cluster does from a member that it believes dead: `instance` has them at once, and who held them is told only
    /// where `tellingHolder`.
    public func seize(_ turns: Set<TopicPartition>, for instance: String?, tellingHolder: Bool) {
        state.withLock { state in
            for (holder, turns) in SharedLog.byHolder(turns, state) {
                for turn in turns { state.holders[turn] = nil }
                if tellingHolder { state.listeners[holder]?(.lost(turns)) }
            }
            for turn in turns { state.heirs[turn] = instance }
            SharedLog.handOut(&state)
        }
    }

    /// Tells a member that turns are lost, which `seize` did not.
    public func tell(_ instance: String, lost turns: Set<TopicPartition>) {
        state.withLock { $0.listeners[instance]?(.lost(turns)) }
    }

    /// Shares the turns of every topic that is followed evenly among those who follow it, moving as few as it can.
    public func balance() throws {
        let widths = Dictionary(try log.topics().map { ($0.spec.name, $0.partitions.count) }) { first, _ in first }
        var moves: [String: Set<TopicPartition>] = [:]
        state.withLock { state in
            for topic in Set(state.followed.values.flatMap { $0 }).sorted() {
                let members = state.followed.filter { $0.value.contains(topic) }.keys.sorted()
                let turns = (0..<(widths[topic] ?? 0)).map { TopicPartition(topic, Partition($0)) }
                let most = (turns.count + members.count - 1) / max(1, members.count)
                var counts = Dictionary(uniqueKeysWithValues: members.map { ($0, 0) })
                var homeless: [TopicPartition] = []
                for turn in turns {
                    if let holder = state.holders[turn], let count = counts[holder], count < most {
                        counts[holder] = count + 1
                    } else {
                        homeless.append(turn)
                    }
                }
                for turn in homeless {
                    guard let next = members.min(by: { (counts[$0] ?? 0, $0) < (counts[$1] ?? 0, $1) }) else { continue }
                    counts[next, default: 0] += 1
                    moves[next, default: []].insert(turn)
                }
            }
        }
        for (instance, turns) in moves.sorted(by: { $0.key < $1.key }) { move(turns, to: instance) }
    }

    /// The turns that a member holds.
    public func turns(of instance: String) -> Set<TopicPartition> {
        state.withLock { state in Set(state.holders.filter { $0.value == instance }.keys) }
    }

    /// How many commits failed since a turn in them was not their member's.
    public var fencedCommits: Int { state.withLock { $0.fenced } }

    /// What was reported of a job's positions last.
    public func reported(of job: String) -> [TopicPartition: Offset] { state.withLock { $0.reports[job] ?? [:] } }

    private static func byHolder(_ turns: Set<TopicPartition>, _ state: State) -> [(key: String, value: Set<TopicPartition>)] {
        turns.reduce(into: [String: Set<TopicPartition>]()) { holders, turn in
            if let holder = state.holders[turn] { holders[holder, default: []].insert(turn) }
        }
        .sorted { $0.key < $1.key }
    }

    /// Gives free turns to those who are to have them.
    private static func handOut(_ state: inout State) {
        var grants: [String: Set<TopicPartition>] = [:]
        for (turn, heir) in state.heirs where state.holders[turn] == nil && state.followed[heir]?.contains(turn.topic) == true {
            grants[heir, default: []].insert(turn)
        }
        for (heir, turns) in grants.sorted(by: { $0.key < $1.key }) {
            for turn in turns {
                state.holders[turn] = heir
                state.heirs[turn] = nil
            }
            state.listeners[heir]?(.granted(turns))
        }
    }
}

// What members do.
extension SharedLog {
    func join(_ instance: String, _ listener: @escaping @Sendable (TurnChange) -> Void) {
        state.withLock { state in
            state.listeners[instance] = listener
            state.followed[instance] = []
        }
    }

    func follow(_ topics: Set<String>, as instance: String) {
        state.withLock { state in
            state.followed[instance] = topics
            SharedLog.handOut(&state)
        }
    }

    func release(_ turns: Set<TopicPartition>, of instance: String) {
        state.withLock { state in
            for turn in turns where state.holders[turn] == instance { state.holders[turn] = nil }
            SharedLog.handOut(&state)
        }
    }

    func leave(_ instance: String) {
        state.withLock { state in
            state.listeners[instance] = nil
            state.followed[instance] = nil
            for (turn, holder) in state.holders where holder == instance { state.holders[turn] = nil }
            SharedLog.handOut(&state)
        }
    }

    func members() -> [LogMember] {
        state.withLock { state in
            state.followed.keys.sorted().map { instance in
                LogMember(
                    instance: instance, address: "\(instance):8080", turns: Set(state.holders.filter { $0.value == instance }.keys))
            }
        }
    }

    func report(_ positions: [TopicPartition: Offset], of job: String) {
        state.withLock { $0.reports[job, default: [:]].merge(positions) { $1 } }
    }

    /// Commits where every turn is the member's, and none can move meanwhile.
    func commit(_ transaction: Transaction, as instance: String, by writer: any LogWriter) throws(LogFailure) -> [Offset] {
        try state.withLock { state throws(LogFailure) in
            if let turn = transaction.turns.keys.first(where: { state.holders[$0] != instance }) {
                state.fenced += 1
                throw LogFailure(.fenced, "committing as \(instance): \(turn) is \(state.holders[turn].map { "\($0)'s" } ?? "nobody's")")
            }
            if !transaction.isCurrent() {
                state.fenced += 1
                throw LogFailure(.fenced, "committing as \(instance): a turn was another's meanwhile")
            }
            return try writer.commit(transaction)
        }
    }
}
