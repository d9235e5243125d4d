internal import KeyedState
public import StreamCore

/// A topic that every task reads whole, waiting to be given to a process.
public struct BroadcastStream<Element: Sendable> {
    let name: String
    /// Reads the topic in a stage; one of those that meet at a node tells it (`speaks`) that the clocks have moved.
    let start: (StageDraft, Node<Element>, _ speaks: Bool) -> Void

    /// The elements of both topics, in no order between them.
    public func merged(with other: BroadcastStream<Element>) -> BroadcastStream<Element> {
        let (first, second) = (start, other.start)
        return BroadcastStream(name: "\(name) and \(other.name)") { draft, node, speaks in
            first(draft, node, speaks)
            second(draft, node, false)
        }
    }
}

extension KeyedStream {
    /// Each element with the latest row of its key in a compacted topic, as far as that has been read; `combine` may drop it with `nil`.
    public func joined<Value: Storable, Result: Sendable>(
        _ id: String, withTable table: KeyedStream<Key, TableRow<Key, Value>>,
        by combine: @escaping @Sendable (Element, Value?) -> Result?
    ) -> Stream<Result> {
        let key = key
        return meeting(id, "joined", table) { context in
            TableJoin(key: key, rows: context.scope.value("\(id).rows"), combine: combine, scope: context.scope)
        }
    }

    /// Pairs of elements of two streams with one key, the right one at most `before` earlier and `after` later than the left one.
    public func joined<Right: Storable, Result: Sendable>(
        _ id: String, with right: KeyedStream<Key, Right>, before: Duration, after: Duration,
        by combine: @escaping @Sendable (Element, Right) -> Result?
    ) -> Stream<Result> {
        let (key, rightKey) = (key, right.key)
        return meeting(id, "joined", right) { context in
            IntervalJoin(
                leftKey: key, rightKey: rightKey, before: .init(before), after: .init(after), lefts: context.scope.list("\(id).left"),
                rights: context.scope.list("\(id).right"), timers: context.scope.timers("\(id).timers"), combine: combine,
                scope: context.scope)
        }
    }

    /// The elements of both streams as one: those of one key meet in one task, each stream's in its own order.
    public func merged(_ id: String, with other: KeyedStream<Key, Element>) -> KeyedStream<Key, Element> {
        let both = meeting(id, "merged", other) { _ in Merged<Element>() }
        return KeyedStream(flow: flow, draft: both.draft, node: both.node, key: key)
    }

    /// A process by key that also follows a broadcast topic.
    public func processed<Process: BroadcastProcess>(
        _ id: String, with broadcast: BroadcastStream<Process.Broadcast>, _ make: @escaping @Sendable (ProcessScope) -> Process
    ) -> Stream<Process.Result> where Process.Key == Key, Process.Element == Element {
        let key = key
        let side = Node<Process.Broadcast>(broadcast.name)
        broadcast.start(draft.root, side, true)
        return meeting(id, "processed with \(broadcast.name)", side) { context in
            ProcessedWithBroadcast(keyed: Processed(key: key, process: make(ProcessScope(context)), scope: context.scope))
        }
    }

    private func meeting<Both: TwoInputOperator>(
        _ id: String, _ kind: String, _ other: KeyedStream<Key, Both.Right>, _ make: @escaping (StageContext) -> Both
    ) -> Stream<Both.Result> where Both.Left == Element {
        draft.merge(other.draft)
        return meeting(id, kind, other.node, make)
    }

    private func meeting<Both: TwoInputOperator>(
        _ id: String, _ kind: String, _ other: Node<Both.Right>, _ make: @escaping (StageContext) -> Both
    ) -> Stream<Both.Result> where Both.Left == Element {
        flow.claim(id)
        draft.addStep(id, kind, after: [node.id, other.id])
        let next = Node<Both.Result>(id, after: id)
        let both = { (context: StageContext) in
            context.shared(id) {
                let both = TwoInputs(make(context), next.receiver(context), context.failurePoint)
                context.add(both.handle)
                return both
            }
        }
        node.subscribe { both($0).left }
        other.subscribe { both($0).right }
        return Stream(flow: flow, draft: draft.root, node: next)
    }
}
