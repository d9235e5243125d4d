public import StreamCore
public import Wire

/// A stream whose elements with one key all pass through one task, in order: where state, timers, windows and joins are.
public struct KeyedStream<Key: StateKey, Element: Storable> {
    let flow: Flow
    let draft: StageDraft
    let node: Node<Element>
    let key: @Sendable (Element) -> Key

    var stream: Stream<Element> { Stream(flow: flow, draft: draft, node: node) }

    /// The elements that satisfy a condition, still by key.
    public func filtered(_ id: String, _ isIncluded: @escaping @Sendable (Element) -> Bool) -> KeyedStream<Key, Element> {
        KeyedStream(flow: flow, draft: draft, node: stream.filtered(id, isIncluded).node, key: key)
    }

    /// Writes the elements to an outlet.
    public func into<Encoder: RecordEncoder>(_ outlet: Outlet<Element>, encoding encoder: @escaping @Sendable () -> Encoder)
    where Encoder.Element == Element {
        stream.into(outlet, encoding: encoder)
    }

    /// The elements in event-time order, equal times by `ties`: held until the watermark has passed them. Late ones are left out.
    public func ordered<Tie: Comparable & Sendable>(
        _ id: String, ties: @escaping @Sendable (Element) -> Tie
    ) -> KeyedStream<Key, Element> {
        refuseToOrder(id)
        let next = stream.adding(id, "ordered") { context in Ordered<Element, Tie>(tie: ties, late: context.late()) }
        return KeyedStream(flow: flow, draft: draft, node: next.node, key: key)
    }

    /// The same, with the late elements sent to an outlet.
    public func ordered<Tie: Comparable & Sendable, Encoder: RecordEncoder>(
        _ id: String, ties: @escaping @Sendable (Element) -> Tie, late: Outlet<Element>, encoding encoder: @escaping @Sendable () -> Encoder
    ) -> KeyedStream<Key, Element> where Encoder.Element == Element {
        refuseToOrder(id)
        flow.note(outlet: late.name)
        draft.addOutlet(late.name)
        let next = stream.adding(id, "ordered") { context in
            Ordered<Element, Tie>(tie: ties, late: context.late(to: late.name, encoder()))
        }
        return KeyedStream(flow: flow, draft: draft, node: next.node, key: key)
    }

    /// A buffer is filled again by reading records again, and that does not run a step with state again.
    private func refuseToOrder(_ id: String) {
        guard let keeper = node.keeper else { return }
        flow.refuse("step \(id) orders what step \(keeper) of the same stage emits; order before \(keeper), which then emits in order")
    }

    /// A process with state and timers of its own, by key. `make` is called once a task with the scope to declare them in, and to ask for
    /// the side outlets that `alsoInto` names.
    public func processed<Process: KeyedProcess>(
        _ id: String, alsoInto sides: [any NamedOutlet] = [], _ make: @escaping @Sendable (ProcessScope) -> Process
    ) -> Stream<Process.Result> where Process.Key == Key, Process.Element == Element {
        let key = key
        for side in sides {
            flow.note(outlet: side.name)
            draft.addOutlet(side.name)
        }
        return stream.adding(id, "processed", keepsState: true) { context in
            Processed(key: key, process: make(ProcessScope(context)), scope: context.scope)
        }
    }

    /// Windows over each key's elements.
    public func windowed(_ windows: Windows) -> WindowedStream<Key, Element> {
        WindowedStream(keyed: self, windows: windows)
    }
}
