internal import KeyedState
internal import StreamCore

extension SavepointForm {
    static func head(of savepoint: Savepoint) -> [UInt8] {
        let summary = savepoint.summary
        var writer = ByteWriter()
        writer.text(summary.job)
        writer.word(summary.created.microseconds)
        for number in [summary.tasks, summary.rows, summary.stateBytes] { writer.varint(UInt64(number)) }
        writer.signed(summary.epochs.lowerBound.number)
        writer.signed(summary.epochs.upperBound.number)
        writer.varint(UInt64(savepoint.stages.count))
        for stage in savepoint.stages {
            writer.text(stage.id)
            writer.varint(UInt64(stage.tasks))
            writer.varint(UInt64(stage.states.count))
            for state in stage.states {
                for text in [state.name, state.shape.rawValue, state.key, state.value] { writer.text(text) }
                writer.byte(state.version)
                writer.byte(state.oldestVersion)
            }
        }
        return writer.take()
    }

    static func readHead(_ reader: inout ByteReader) throws(DecodeFailure) -> Head {
        let job = try reader.text()
        let created = EventTime(microseconds: try reader.word())
        let (tasks, rows, bytes) = (try number(&reader), try number(&reader), try number(&reader))
        let (first, last) = (Epoch(try reader.signed()), Epoch(try reader.signed()))
        guard first <= last else { throw DecodeFailure("its epochs run from \(first) to \(last)") }
        var stages: [Savepoint.Stage] = []
        for _ in 0..<(try reader.count(ofAtLeast: 3)) {
            let id = try reader.text()
            let width = try number(&reader)
            var states: [StateSchema] = []
            for _ in 0..<(try reader.count(ofAtLeast: 6)) { states.append(try schema(&reader)) }
            stages.append(Savepoint.Stage(id: id, tasks: width, states: states))
        }
        return Head(
            summary: SavepointSummary(job: job, created: created, tasks: tasks, rows: rows, stateBytes: bytes, epochs: first...last),
            stages: stages)
    }

    private static func schema(_ reader: inout ByteReader) throws(DecodeFailure) -> StateSchema {
        let name = try reader.text()
        let word = try reader.text()
        guard let shape = StateSchema.Shape(rawValue: word) else { throw DecodeFailure("state \(name) is a \(word), which is unknown") }
        return StateSchema(
            name: name, shape: shape, key: try reader.text(), value: try reader.text(), version: try reader.byte(),
            oldestVersion: try reader.byte())
    }

    static func write(_ image: TaskImage, into writer: inout ByteWriter) {
        writer.text(image.task.stage)
        writer.varint(UInt64(image.task.partition.number))
        writer.blob(image.marker?.bytes ?? [])
        image.rows.encode(into: &writer)
        writer.varint(UInt64(image.inFlight.count))
        for flight in image.inFlight {
            writer.text(flight.partition.topic)
            writer.varint(UInt64(flight.partition.partition.number))
            writer.varint(UInt64(flight.read))
            writer.varint(UInt64(flight.batches.count))
            for batch in flight.batches { unsafe batch.withStoredBytes { unsafe writer.blob(Array($0)) } }
        }
    }

    static func task(_ part: [UInt8], of job: String) throws(DecodeFailure) -> TaskImage {
        try ByteReader.read(part) { reader throws(DecodeFailure) in try readTask(&reader, job) }
    }

    private static func readTask(_ reader: inout ByteReader, _ job: String) throws(DecodeFailure) -> TaskImage {
        let task = TaskID(job: job, stage: try reader.text(), partition: try partition(&reader))
        let marker = try reader.blob()
        let rows = try StoredRows(from: &reader)
        var inFlight: [TaskImage.InFlight] = []
        for _ in 0..<(try reader.count(ofAtLeast: 4)) {
            let place = TopicPartition(try reader.text(), try partition(&reader))
            let read = try number(&reader)
            var batches: [RecordBatch] = []
            for _ in 0..<(try reader.count()) {
                let stored = try reader.blob()
                batches.append(
                    try unsafe stored.withUnsafeBufferPointer { bytes throws(DecodeFailure) in
                        try unsafe BatchFormat.decode(UnsafeRawBufferPointer(bytes), base: .zero)
                    })
            }
            inFlight.append(TaskImage.InFlight(partition: place, batches: batches, read: read))
        }
        return TaskImage(task: task, marker: marker.isEmpty ? nil : try Marker(marker), rows: rows, inFlight: inFlight)
    }

    private static func partition(_ reader: inout ByteReader) throws(DecodeFailure) -> Partition {
        let number = try reader.varint()
        guard number <= UInt64(Int32.max) else { throw DecodeFailure("a partition \(number)") }
        return Partition(Int(number))
    }

    private static func number(_ reader: inout ByteReader) throws(DecodeFailure) -> Int {
        let value = try reader.varint()
        guard value <= UInt64(Int.max) else { throw DecodeFailure("a count of \(value)") }
        return Int(value)
    }
}
