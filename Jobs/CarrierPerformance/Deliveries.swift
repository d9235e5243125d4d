internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Says of each load, once it is delivered, what that counts for its carrier and its driver. That its vehicle left its way may become known
/// before or after.
struct Deliveries: KeyedProcess {
    private let courses: ValueState<EntityID, Course>

    /// What is known of a load.
    struct Course: Hashable, Sendable, Storable {
        var hasDeviated = false
        var delivery: Delivery?

        init() {}

        init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
            hasDeviated = try Bool(from: &reader, version: version)
            delivery = try Delivery?(from: &reader, version: version)
        }

        func store(into writer: inout ByteWriter) {
            hasDeviated.store(into: &writer)
            delivery.store(into: &writer)
        }

        var json: JSON { .object(["deviated": hasDeviated.json, "delivery": delivery.json]) }

        /// Takes a note in; says what that adds to whose counts. The same note twice adds nothing.
        mutating func take(_ note: LoadNote) -> [Count] {
            var change = Counts()
            if let delivery = note.content {
                if self.delivery != nil { return [] }
                self.delivery = delivery
                change.delivered = 1
                change.onTime = delivery.isOnTime ? 1 : 0
                change.deviated = hasDeviated ? 1 : 0
            } else {
                if hasDeviated { return [] }
                hasDeviated = true
                change.deviated = 1
            }
            return delivery?.counts(change) ?? []
        }
    }

    init(in scope: StateScope) { courses = scope.value("courses") }

    mutating func process(_ note: LoadNote, of load: EntityID, at time: EventTime, into out: inout Output<Count>) throws(StageFailure) {
        let counts = try courses.update(load) { slot throws(StageFailure) in
            var course = slot.value ?? Course()
            defer { slot.value = course }
            return course.take(note)
        }
        for count in counts { out.emit(count, at: time) }
    }
}
