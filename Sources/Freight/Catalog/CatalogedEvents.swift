public import StreamCore
public import Wire

/// Decodes records of a topic of events with another decoder, and leaves alone what the catalog refuses: the job `event-catalog` makes a
/// dead letter of that, with everything that is wrong, so that one record becomes one dead letter however many jobs read its topic. What
/// the catalog takes and the decoder cannot read stays the decoder's failure. Where no other job runs beside it, as in a replay, both are.
public struct CatalogedEvents<Base: RecordDecoder>: RecordDecoder {
    private var base: Base
    private let isBesideOthers: Bool

    /// Wraps a decoder. One that also reads what is no event (`besideOthers`) fails by itself on records without an `event_type`.
    public init(_ base: Base, besideOthers isBesideOthers: Bool = false) {
        self.base = base
        self.isBesideOthers = isBesideOthers
    }

    /// The element that the decoder makes of a record. The failure says of one that the catalog refuses that it is told elsewhere.
    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Base.Element? {
        do throws(DecodeFailure) {
            return try base.decode(index, of: batch)
        } catch {
            throw isRefused(index, of: batch) ? DecodeFailure(error.reason, isToldElsewhere: true) : error
        }
    }

    private func isRefused(_ index: Int, of batch: RecordBatch) -> Bool {
        unsafe batch.withValue(index) { value in
            guard let value = unsafe value else { return false }
            guard let event = try? unsafe JSON(parsing: value), !isBesideOthers || event["event_type"] != nil else {
                return !isBesideOthers
            }
            return !EventValidator.problems(in: event).isEmpty
        }
    }
}

extension JSONFields {
    /// Whether an event is of `type`, by the `event_type` at path `index`. One of a type that the catalog does not know is the failure, in
    /// the words of its dead letter: who passes over all other events passes over none that nobody knows.
    public func isEvent(_ type: EventType, at index: Int = 0) throws(DecodeFailure) -> Bool {
        let isThat = unsafe withString(index) { unsafe $0.elementsEqual(type.rawValue.utf8) } ?? false
        if !isThat { try checkEventType(at: index) }
        return isThat
    }

    /// Fails where the `event_type` at path `index` is none that the catalog knows.
    public func checkEventType(at index: Int = 0) throws(DecodeFailure) {
        let name = string(index)
        if name.flatMap(EventType.init(rawValue:)) != nil { return }
        let problem = EventValidator.problem(inType: name.map { .string($0) })
        throw DecodeFailure("an event that is wrong: \(problem.field) \(problem.issue)")
    }
}
