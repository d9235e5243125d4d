/// A JSON object's text with more members behind its own, put together in one piece of memory.
struct Detail {
    private var text: [UInt8]
    private let isEmpty: Bool

    /// Begins with an object's text; `room` is about how many bytes will be added.
    init(_ object: [UInt8], room: Int) {
        let end = object.lastIndex(of: UInt8(ascii: "}")) ?? object.endIndex
        text = []
        text.reserveCapacity(end + room + 1)
        text.append(contentsOf: object[..<end])
        isEmpty = end <= 1
    }

    /// Adds a member of that JSON text. Names are the program's own, and need no escapes.
    mutating func add(_ name: StaticString, _ value: some Collection<UInt8>) {
        if !isEmpty || text.count > 1 { text.append(UInt8(ascii: ",")) }
        text.append(UInt8(ascii: "\""))
        unsafe text.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        text.append(UInt8(ascii: "\""))
        text.append(UInt8(ascii: ":"))
        text.append(contentsOf: value)
    }

    /// The object's text.
    consuming func closed() -> [UInt8] {
        text.append(UInt8(ascii: "}"))
        return text
    }
}

extension [UInt8] {
    /// A JSON object's text with one more member behind the others.
    func adding(_ name: StaticString, _ value: [UInt8]) -> [UInt8] {
        var detail = Detail(self, room: value.count + name.utf8CodeUnitCount + 4)
        detail.add(name, value)
        return detail.closed()
    }

    /// JSON's null.
    static let null = Array("null".utf8)
}
