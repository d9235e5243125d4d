import StreamCore

extension FuzzTarget {
    /// A stored batch: what is read has the records it says, and its stored form is the input. Records written anew, one by one, are
    /// the same records.
    static func batch(_ bytes: UnsafeRawBufferPointer) throws {
        let batch: RecordBatch
        do {
            batch = try unsafe BatchFormat.decode(bytes, base: Offset(7))
        } catch {
            return
        }
        let (said, newest) = try unsafe (BatchFormat.recordCount(bytes), BatchFormat.newestTime(bytes))
        try require(batch.count == said, "a batch of \(said) records has \(batch.count); newest \(newest)")
        try require(unsafe batch.withStoredBytes { unsafe $0.elementsEqual(bytes) }, "a batch's stored form is not what it was read from")
        try require(zip(batch.indices, batch.indices.dropFirst()).allSatisfy { batch.offset($0) < batch.offset($1) }, "offsets do not grow")
        var builder = BatchBuilder()
        for index in batch.indices {
            let record = batch.record(index)
            try require(record.value == nil || !batch.isTombstone(index), "a tombstone with a value")
            builder.append(record)
        }
        let again = builder.finish()
        let read = try unsafe again.withStoredBytes { stored throws(DecodeFailure) in try unsafe BatchFormat.decode(stored, base: .zero) }
        try require(read.records == batch.records, "records written anew are others")
    }
}

extension RecordBatch {
    var indices: Range<Int> { 0..<count }
}
