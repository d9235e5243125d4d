internal import Freight
internal import HoursOfService
internal import StreamCore
internal import Wire

/// What comes to an owner: a command, a message of another owner, or a driver's hours.
indirect enum Mail: Storable {
    case command(Command)
    case message(Message)
    case hours(HoursRow)

    /// Whom it is for.
    var receiver: EntityID {
        switch self {
        case .command(let command): command.entityID
        case .message(let message): message.to
        case .hours(let row): row.driverID
        }
    }

    func store(into writer: inout ByteWriter) {
        switch self {
        case .command(let command):
            writer.byte(0)
            command.store(into: &writer)
        case .message(let message):
            writer.byte(1)
            var out = ByteWriter()
            message.writeJSON(into: &out)
            writer.blob(out.bytes)
        case .hours(let row):
            writer.byte(2)
            row.store(into: &writer)
        }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        switch try reader.byte() {
        case 0: self = .command(try Command(from: &reader, version: version))
        case 1: self = .message(try Message(try JSON(parsing: try reader.blob())))
        case 2: self = .hours(try HoursRow(from: &reader, version: version))
        case let form: throw DecodeFailure("mail of form \(form); this program reads 0, 1 and 2")
        }
    }

    var json: JSON {
        switch self {
        case .command(let command): command.json
        case .message(let message):
            .object(["step": message.step.json, "to": message.to.json, "from": message.from.json, "body": message.body])
        case .hours(let row): row.json
        }
    }
}

/// A row of `tms.entities.hours`: a driver's duty log and clocks, or that there are none any more.
struct HoursRow: Storable, Hashable {
    let driverID: EntityID
    let value: RawJSON?

    init(driverID: EntityID, value: RawJSON?) {
        self.driverID = driverID
        self.value = value
    }

    func store(into writer: inout ByteWriter) {
        driverID.store(into: &writer)
        value.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        driverID = try EntityID(from: &reader, version: version)
        value = try RawJSON?(from: &reader, version: version)
    }

    var json: JSON { .object(["driver_id": driverID.json, "hours": value?.json ?? .null]) }
}

/// Reads rows of hours by their key, tombstones too: they take a driver's hours away.
struct HoursRowDecoder: RecordDecoder {
    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> HoursRow? {
        let driver = unsafe batch.withKey(index) { key in unsafe key.map { unsafe EntityID(utf8: $0) } }
        guard let driver else { throw DecodeFailure("a row of hours without a key, which names the driver") }
        let value = unsafe batch.withValue(index) { value in unsafe value.map { unsafe RawJSON(Array($0)) } }
        // Read once here, so that hours nobody can evaluate become a dead letter and not an assignment's failure.
        if let value { _ = try DriverHours(parsing: value.utf8) }
        return HoursRow(driverID: driver, value: value)
    }
}
