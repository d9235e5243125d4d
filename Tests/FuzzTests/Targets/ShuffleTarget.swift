@testable import Dataflow
import Freight
import KeyedState
import StreamCore

extension FuzzTarget {
    /// A record of a repartition topic: it is an element, a writer's mark, or refused as damage. An element that was read comes back
    /// from what a shuffle would write of it.
    static func shuffle(_ bytes: UnsafeRawBufferPointer) throws {
        guard let read = try unsafe shuffled(Array(bytes)) else { return }
        try require(unsafe bytes[0] == ShuffleForm.element || bytes[0] == ShuffleForm.mark, "a record of an unknown form is taken")
        guard let element = read.first else { return }
        try require(unsafe bytes[2] == AuditRecord.storedVersion, "an element of an unknown version is taken")
        var writer = ByteWriter()
        writer.byte(ShuffleForm.element)
        writer.byte(element.origin.flags)
        writer.byte(AuditRecord.storedVersion)
        element.element.store(into: &writer)
        guard let again = try shuffled(writer.bytes)?.first else { throw BrokenPromise(description: "an element's own form is refused") }
        try require(again.element == element.element, "an element that its own form changes")
        try require(again.origin.flags == element.origin.flags, "an element that comes back with other flags")
    }

    /// The elements of one record of `bytes`; `nil` where it is refused.
    private static func shuffled(_ bytes: [UInt8]) throws -> [Event<AuditRecord>]? {
        var events: [Event<AuditRecord>] = []
        let inlet = ShuffleInlet(Receiver<AuditRecord>(receive: { batch, _ in events += batch }, advance: { _ in }))
        let port = inlet.port("fuzz")
        let program = StageProgram(
            stage: StageDraft(id: "fuzz"), job: "fuzz", partition: Partition(0), scope: StateScope(store: MemoryStore())
        ) { _ in ("fuzz", 1) }
        var builder = BatchBuilder()
        builder.append(key: nil, value: bytes, time: EventTime(microseconds: 1))
        do throws(StageFailure) {
            try port.consume(builder.finish(), program)
        } catch {
            try require(error.description.contains("offset 0"), "damage that names no place: \(error)")
            return nil
        }
        return events
    }
}
