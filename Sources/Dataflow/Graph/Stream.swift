public import StreamCore
public import Wire

/// Elements on their way through a job, not yet by key. Each method adds a step and gives the stream behind it.
public struct Stream<Element: Sendable> {
    let flow: Flow
    let draft: StageDraft
    let node: Node<Element>

    /// Adds a step made anew for every task.
    func adding<Step: Operator>(
        _ id: String, _ kind: String, keepsState: Bool = false, _ make: @escaping (StageContext) -> Step
    ) -> Stream<Step.Result> where Step.Input == Element {
        flow.claim(id)
        draft.addStep(id, kind, after: [node.id])
        let next = Node<Step.Result>(id, after: keepsState ? id : node.keeper)
        node.subscribe { context in
            let link = Link(make(context), next.receiver(context), context.failurePoint)
            context.add(link.handle)
            return link.receiver
        }
        return Stream<Step.Result>(flow: flow, draft: draft, node: next)
    }

    /// The elements that satisfy a condition.
    public func filtered(_ id: String, _ isIncluded: @escaping @Sendable (Element) -> Bool) -> Stream<Element> {
        adding(id, "filtered") { _ in Filtered(isIncluded: isIncluded) }
    }

    /// Each element turned into another.
    public func mapped<Next: Sendable>(
        _ id: String, _ transform: @escaping @Sendable (Element) throws(StageFailure) -> Next
    ) -> Stream<Next> {
        adding(id, "mapped") { _ in Mapped(transform: transform) }
    }

    /// Each element turned into any number of others.
    public func flatMapped<Next: Sendable>(
        _ id: String, _ transform: @escaping @Sendable (Element) throws(StageFailure) -> [Next]
    ) -> Stream<Next> {
        adding(id, "flatMapped") { _ in FlatMapped(transform: transform) }
    }

    /// A step of the job's own.
    public func through<Step: Operator>(_ id: String, _ make: @escaping @Sendable () -> Step) -> Stream<Step.Result>
    where Step.Input == Element {
        adding(id, "through") { _ in make() }
    }

    /// Writes the elements to an outlet.
    public func into<Encoder: RecordEncoder>(_ outlet: Outlet<Element>, encoding encoder: @escaping @Sendable () -> Encoder)
    where Encoder.Element == Element {
        flow.note(outlet: outlet.name)
        draft.addOutlet(outlet.name)
        draft.addStep("into \(outlet.name)", "into", after: [node.id])
        node.subscribe { context in Receiver(writingTo: context.output(outlet: outlet.name), encoder()) }
    }

    /// Makes a dead letter of each element: what an inlet brought, and what turned out only later not to be acceptable. `job` says so, for
    /// the reason that the element gives. Sent back, it is a record of the inlet's topic again.
    public func buried<Read, Encoder: RecordEncoder>(
        asOf inlet: Inlet<Read>, by job: String, encoding encoder: @escaping @Sendable () -> Encoder,
        because reason: @escaping @Sendable (Element) -> String
    ) where Encoder.Element == Element {
        draft.addStep("buried as of \(inlet.name)", "buried", after: [node.id])
        node.subscribe { context in
            Receiver(burying: context.output(deadLettersOf: inlet.name), by: job, encoder(), because: reason)
        }
    }

    /// The stream by key, as the stage `id`. `field` names the key: where the inlet's topic declares the same field as its key no shuffle
    /// is needed; else the elements go through an internal repartition topic.
    public func keyed<Key: StateKey>(
        _ id: String, by field: String, _ key: @escaping @Sendable (Element) -> Key
    ) -> KeyedStream<Key, Element> where Element: Storable {
        flow.claim(id)
        if draft.root.key == field {
            draft.root.name(id)
            draft.addStep(id, "keyed(\(field))", after: [node.id])
            let next = Node<Element>(id, after: node.keeper)
            node.subscribe { context in next.receiver(context) }
            return KeyedStream(flow: flow, draft: draft, node: next, key: key)
        }
        let stage = StageDraft(id: id)
        stage.key = field
        flow.add(stage)
        draft.addShuffle(to: stage)
        let from = draft
        node.subscribe { context in Receiver(shufflingTo: context.output(shuffle: id), by: key) }
        let next = Node<Element>(id)
        stage.addStep(id, "keyed(\(field))", after: [node.id])
        stage.addSource(.shuffle(id: id, from: from.root.id, key: field)) { context in
            context.add(ShuffleInlet(next.receiver(context)).port(id))
        }
        return KeyedStream(flow: flow, draft: stage, node: next, key: key)
    }
}
