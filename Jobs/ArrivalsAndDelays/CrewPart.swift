internal import Freight
internal import HoursOfService
internal import StreamCore
internal import Wire

/// What a driver's task learns: a trip that the driver makes, or the driver's hours.
struct CrewPart: Storable {
    let driver: EntityID
    let content: Content

    enum Content: Sendable {
        /// The driver is on this trip from now on, or it has changed.
        case trip(Trip)
        /// The trip with this load is not the driver's and that vehicle's any more.
        case ended(load: EntityID, vehicle: EntityID)
        /// The driver's hours; `nil` once there are none.
        case hours(KnownHours?)
    }

    /// Of what is said for one instant, trips end first, others begin, and hours count last.
    var rank: Int {
        switch content {
        case .ended: 0
        case .trip: 1
        case .hours: 2
        }
    }

    init(_ driver: EntityID, _ content: Content) {
        self.driver = driver
        self.content = content
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        driver = try EntityID(from: &reader, version: version)
        switch try reader.byte() {
        case 0: content = .trip(try Trip(from: &reader, version: version))
        case 1:
            content = .ended(load: try EntityID(from: &reader, version: version), vehicle: try EntityID(from: &reader, version: version))
        case 2: content = .hours(try KnownHours?(from: &reader, version: version))
        case let kind: throw DecodeFailure("a driver's part of kind \(kind); this program reads 0 to 2")
        }
    }

    func store(into writer: inout ByteWriter) {
        driver.store(into: &writer)
        switch content {
        case .trip(let trip):
            writer.byte(0)
            trip.store(into: &writer)
        case .ended(let load, let vehicle):
            writer.byte(1)
            load.store(into: &writer)
            vehicle.store(into: &writer)
        case .hours(let hours):
            writer.byte(2)
            hours.store(into: &writer)
        }
    }

    var json: JSON { .object(["driver_id": driver.json]) }
}

/// A row of `tms.entities.hours`, as it came and read once.
struct KnownHours: Storable {
    let hours: DriverHours
    private let text: [UInt8]

    /// Reads a row's value.
    init(parsing text: [UInt8]) throws(DecodeFailure) {
        hours = try DriverHours(parsing: text)
        self.text = text
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) { try self.init(parsing: try reader.blob()) }

    func store(into writer: inout ByteWriter) { writer.blob(text) }

    var json: JSON { (try? JSON(parsing: text)) ?? .null }
}
