internal import Freight
internal import StreamCore

/// Commands about one thing that wait for grants, and what has been granted for them so far. Kept only while any wait.
struct Desk: Storable, Hashable {
    /// A command that waits, and what it wants.
    struct Parked: Hashable {
        let command: Command
        var wants: [Grant]
    }

    private(set) var parked: [Parked] = []
    /// What has been granted and is not yet the thing's own.
    var granted: [Grant] = []

    init() {}

    var isEmpty: Bool { parked.isEmpty }

    /// What has been asked for and not been answered.
    var requested: [Grant] { parked.flatMap(\.wants).filter { !granted.contains($0) } }

    /// Lets a command wait; what has to be asked for now comes back.
    mutating func park(_ command: Command, wants: [Grant]) -> [Grant] {
        let known = requested
        if let index = parked.firstIndex(where: { $0.command.id == command.id }) {
            parked[index].wants = wants
        } else {
            parked.append(Parked(command: command, wants: wants))
        }
        return wants.filter { !granted.contains($0) && !known.contains($0) }
    }

    mutating func remove(_ command: EntityID) { parked.removeAll { $0.command.id == command } }

    /// The commands that wait for a grant, oldest first.
    func waiting(for grant: String) -> [Command] { parked.filter { $0.wants.contains { $0.text == grant } }.map(\.command) }

    /// The grant of that name that somebody waits for.
    func wanted(_ name: String) -> Grant? { parked.lazy.flatMap(\.wants).first { $0.text == name } }

    func store(into writer: inout ByteWriter) {
        writer.varint(UInt64(parked.count))
        for one in parked {
            one.command.store(into: &writer)
            one.wants.store(into: &writer)
        }
        granted.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        for _ in 0..<(try reader.count(ofAtLeast: 2)) {
            let command = try Command(from: &reader, version: version)
            parked.append(Parked(command: command, wants: try [Grant](from: &reader, version: version)))
        }
        granted = try [Grant](from: &reader, version: version)
    }

    var json: JSON {
        .object([
            "parked": .array(parked.map { .object(["command": $0.command.json, "wants": $0.wants.json]) }), "granted": granted.json,
        ])
    }
}
