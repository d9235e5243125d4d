import StreamCore

extension FuzzTarget {
    /// The binary form: the first half of the input says what to read from the second. What could be read, written anew, reads the same,
    /// in no more bytes than before.
    static func byteReader(_ bytes: UnsafeRawBufferPointer) throws {
        let half = bytes.count / 2
        let (steps, data) = unsafe (Array(bytes[..<half]), UnsafeRawBufferPointer(rebasing: bytes[half...]))
        var done: [UInt8] = []
        var writer = ByteWriter()
        try unsafe ByteReader.read(data) { reader in
            for step in steps {
                guard let value = try? Value(step, &reader) else { break }
                value.write(into: &writer)
                done.append(step)
                try require(reader.remaining >= 0 && reader.isAtEnd == (reader.remaining == 0), "an end that is none")
            }
        }
        try require(writer.count <= data.count, "\(data.count) bytes became \(writer.count)")
        let first = writer.bytes
        var second = ByteWriter()
        try ByteReader.read(first) { reader throws(DecodeFailure) in
            for step in done { try Value(step, &reader).write(into: &second) }
        }
        try require(second.bytes == first, "values written anew read otherwise")
    }

    private enum Value {
        case byte(UInt8), word(Int64), ordered(UInt32), varint(UInt64), signed(Int64), blob([UInt8]), text(String), raw([UInt8])

        init(_ step: UInt8, _ reader: inout ByteReader) throws(DecodeFailure) {
            switch step % 8 {
            case 0: self = .byte(try reader.byte())
            case 1: self = .word(try reader.word())
            case 2: self = .ordered(try reader.ordered())
            case 3: self = .varint(try reader.varint())
            case 4: self = .signed(try reader.signed())
            case 5: self = .blob(try reader.blob())
            case 6: self = .text(try reader.text())
            default: self = .raw(try reader.raw(Int(step / 8)))
            }
        }

        func write(into writer: inout ByteWriter) {
            switch self {
            case .byte(let value): writer.byte(value)
            case .word(let value): writer.word(value)
            case .ordered(let value): writer.ordered(value)
            case .varint(let value): writer.varint(value)
            case .signed(let value): writer.signed(value)
            case .blob(let value): writer.blob(value)
            case .text(let value): writer.text(value)
            case .raw(let value): writer.raw(value)
            }
        }
    }
}
