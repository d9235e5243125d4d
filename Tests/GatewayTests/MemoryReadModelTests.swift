internal import Freight
@testable internal import Gateway
internal import ReadModel
internal import ReadModelConformance
internal import StreamCore
internal import Testing

/// The read model in memory, filled as the gateway fills it.
private struct MemoryFixture: ReadModelFixture {
    private let memory = MemoryReadModel(
        replica: Replica(), tracks: Tracks(kept: .seconds(86_400), most: 10_000),
        events: EventMemory(kept: .seconds(30 * 86_400), most: 100))
    var model: any ReadModel { memory }

    func take(_ collection: Collection, _ snapshots: [[UInt8]]) throws {
        let reader = RowReader(collection)
        let batch = Records.batch(snapshots.map { Record(key: nil, value: $0, time: .distantPast) })
        for index in snapshots.indices {
            let entry = try unsafe batch.withValue(index) { bytes throws(DecodeFailure) in
                try unsafe reader.read(bytes ?? UnsafeRawBufferPointer(start: nil, count: 0))
            }
            memory.replica.put(entry, collection, try #require(entry.cells.first?.id))
        }
    }

    func take(_ points: [TrackPoint], of vehicle: String) throws { memory.tracks.take(points.map { (EntityID(vehicle), $0) }) }

    func take(events: [[UInt8]], on topic: String) throws {
        let batch = Records.batch(events.map { Record(key: nil, value: $0, time: .distantPast) })
        let reader = SeenEventReader(Replica())
        memory.events.take((0..<batch.count).compactMap { reader.read($0, of: batch, TopicPartition(topic, Partition(0))) })
    }
}

enum Records {
    static func batch(_ records: [Record]) -> RecordBatch {
        var builder = BatchBuilder()
        for record in records { builder.append(record) }
        return builder.finish()
    }
}

@Suite struct MemoryReadModelTests {
    @Test func `memory answers as every read model has to`() throws { try ReadModelConformance.run { MemoryFixture() } }

    @Test func `no more points are kept than may be, the newest of them`() {
        let tracks = Tracks(kept: .seconds(1_000_000), most: 100)
        let points = (0..<1_000).map { TrackPoint(time: EventTime(milliseconds: Int64($0) * 1_000), latitude: 0, longitude: 0) }
        for point in points { tracks.take([(EntityID("v"), point)]) }
        let left = tracks.points(of: EntityID("v"), from: .distantPast, until: .distantFuture)
        #expect(left.count <= 100 && left.count > 50)
        #expect(left.last == points.last)
    }

    @Test func `of recent events the newest are kept`() throws {
        let memory = EventMemory(kept: .seconds(86_400), most: 3)
        let events = (0..<5).map { number in
            SeenEvent(
                text: [UInt8(number)], type: "LOAD_CREATED", entityType: "LOAD", entityID: "l",
                time: EventTime(milliseconds: Int64(number)), carrier: nil,
                violation: nil, point: nil, place: TopicPartition("tms.loads", Partition(0)), offset: Offset(Int64(number)),
                publication: nil)
        }
        memory.take(events)
        let found = memory.recent(limit: 2, offset: 0) { _ in true }
        #expect(found.events.map(\.text) == [[4], [3]])
        #expect(found.total == 3)
    }
}
