@testable import AuditAnomaly
@testable import Dataflow
import Freight
import StreamCore
import Wire

extension FuzzTarget {
    /// Values of state: the first byte chooses the type. A value that was read reads the same from its own form, which is read to its
    /// end, and it renders as JSON.
    static func state(_ bytes: UnsafeRawBufferPointer) throws {
        guard let choice = unsafe bytes.first else { return }
        let form = unsafe UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        switch choice % 10 {
        case 0: try unsafe stored(UserActivity.self, form)
        case 1: try unsafe stored(AuditRecord.self, form)
        case 2: try unsafe stored(EntityID?.self, form)
        case 3: try unsafe stored([String?].self, form)
        case 4: try unsafe stored([EntityID: [Int]].self, form)
        case 5: try unsafe stored([Int: [String: Bool]].self, form)
        case 6: try unsafe stored(OpenWindow<Double>.self, form)
        case 7: try unsafe stored(Waiting<AuditRecord>.self, form)
        case 8: try unsafe stored(TableRow<EntityID, EventTime>.self, form)
        default: try unsafe stored([[Double?]].self, form)
        }
    }

    private static func stored<Value: Storable>(_: Value.Type, _ bytes: UnsafeRawBufferPointer) throws {
        let read = try? unsafe ByteReader.read(bytes) { reader throws(DecodeFailure) in
            try Value(from: &reader, version: Value.storedVersion)
        }
        guard let read else { return }
        let form = read.form
        let again = try ByteReader.read(form) { reader throws(DecodeFailure) in
            let value = try Value(from: &reader, version: Value.storedVersion)
            if !reader.isAtEnd { throw DecodeFailure("\(reader.remaining) bytes are left of a \(Value.self)") }
            return value
        }
        try require(again.form == form, "a \(Value.self) that its own form changes")
        try require(try JSON(parsing: read.json.compact).compact == read.json.compact, "a \(Value.self) whose rendering is no JSON")
    }
}

extension Storable {
    fileprivate var form: [UInt8] {
        var writer = ByteWriter()
        store(into: &writer)
        return writer.bytes
    }
}
