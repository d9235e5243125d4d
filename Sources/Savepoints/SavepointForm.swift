internal import Compression
internal import KeyedState
internal import StreamCore

/// A savepoint's stored form, version 1: `LHSP | version u8 | head size u32 | head | XXH3 of all before u64`, then a part for each task
/// (`sizes unpacked and packed, a zstd frame`), then the XXH3 of everything before. The head alone answers a listing.
enum SavepointForm {
    static let magic = Array("LHSP".utf8)
    static let version: UInt8 = 1
    /// Magic, version and the head's size.
    static let lead = 9
    /// A head larger than this is none.
    static let longestHead = 16 << 20

    /// What the head holds.
    struct Head {
        var summary: SavepointSummary
        var stages: [Savepoint.Stage]
    }

    static func encode(_ savepoint: Savepoint) throws(CompressionFailure) -> [UInt8] {
        let head = head(of: savepoint)
        var file = ByteWriter(capacity: head.count + 1_024)
        file.raw(magic)
        file.byte(version)
        file.word(UInt32(head.count))
        file.raw(head)
        file.word(xxh3(file.bytes))
        for task in savepoint.tasks {
            var part = ByteWriter(capacity: task.rows.byteCount + 1_024)
            write(task, into: &part)
            file.varint(UInt64(part.count))
            file.blob(try Zstd.compress(part.bytes))
        }
        file.word(xxh3(file.bytes))
        return file.take()
    }

    static func decode(_ bytes: [UInt8]) throws(DecodeFailure) -> Savepoint {
        let head = try self.head(bytes)
        guard bytes.count >= lead + 16, hash(at: bytes.count - 8, of: bytes) == xxh3(Array(bytes.dropLast(8))) else {
            throw DecodeFailure("its checksum is not that of its bytes")
        }
        return try ByteReader.read(Array(bytes.dropLast(8))) { reader throws(DecodeFailure) in
            _ = try reader.raw(lead + headSize(bytes) + 8)
            var tasks: [TaskImage] = []
            for _ in 0..<head.summary.tasks {
                let size = try reader.varint()
                let frame = try reader.blob()
                guard size <= UInt64(Int32.max) * 1_024 else { throw DecodeFailure("a part of \(size) bytes") }
                tasks.append(try task(try unpacked(frame, Int(size)), of: head.summary.job))
            }
            guard reader.isAtEnd else { throw DecodeFailure("\(reader.remaining) bytes follow its last part") }
            return Savepoint(job: head.summary.job, created: head.summary.created, stages: head.stages, tasks: tasks)
        }
    }

    private static func unpacked(_ frame: [UInt8], _ size: Int) throws(DecodeFailure) -> [UInt8] {
        do throws(CompressionFailure) {
            return try Zstd.decompress(frame, to: size)
        } catch {
            throw DecodeFailure(error.description)
        }
    }

    private static func hash(at start: Int, of bytes: [UInt8]) -> UInt64 {
        bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func headSize(_ bytes: [UInt8]) -> Int { bytes[5..<lead].reversed().reduce(0) { $0 << 8 | Int($1) } }

    /// How many bytes `head` needs, from the first few; `nil` where these begin no savepoint.
    static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= lead, bytes.starts(with: magic), headSize(bytes) <= longestHead else { return nil }
        return lead + headSize(bytes) + 8
    }

    /// Reads the head from a file's first bytes.
    static func head(_ bytes: [UInt8]) throws(DecodeFailure) -> Head {
        guard bytes.count >= lead, bytes.starts(with: magic) else { throw DecodeFailure("it is no savepoint") }
        guard bytes[4] == version else { throw DecodeFailure("it is of version \(bytes[4]); this program reads \(version)") }
        guard let end = headEnd(bytes), bytes.count >= end else { throw DecodeFailure("it is cut off in its head") }
        guard hash(at: end - 8, of: bytes) == xxh3(Array(bytes[..<(end - 8)])) else {
            throw DecodeFailure("the checksum of its head is not that of its bytes")
        }
        return try ByteReader.read(Array(bytes[lead..<(end - 8)])) { reader throws(DecodeFailure) in try readHead(&reader) }
    }
}
