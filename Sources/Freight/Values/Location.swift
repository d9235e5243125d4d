internal import Geodesy
public import StreamCore
internal import Wire

/// A place on Earth: degrees, and the address where one is known.
public struct Location: FieldValue, Hashable {
    /// Degrees north, −90…90.
    public var latitude: Double
    /// Degrees east, −180…180.
    public var longitude: Double
    /// Street and number.
    public var address: String?
    /// The city.
    public var city: String?
    /// The state, as its two letters usually.
    public var state: String?
    /// The postal code.
    public var zipcode: String?

    /// A place of those parts; what `read` checks is the caller's to keep.
    public init(
        latitude: Double, longitude: Double, address: String? = nil, city: String? = nil, state: String? = nil, zipcode: String? = nil
    ) {
        self.latitude = latitude
        self.longitude = longitude
        self.address = address
        self.city = city
        self.state = state
        self.zipcode = zipcode
    }

    /// Whether the degrees are some on Earth, else the member and what is wrong with it.
    static func degrees(_ latitude: Double, _ longitude: Double) -> (field: String, issue: String)? {
        if !(-90...90).contains(latitude) { return ("latitude", "must be from -90 to 90") }
        if !(-180...180).contains(longitude) { return ("longitude", "must be from -180 to 180") }
        return nil
    }

    public static func read(_ json: JSON) throws(Complaint) -> Location {
        guard json.members != nil else { throw Complaint("must be an object with latitude and longitude") }
        guard let latitude = json["latitude"]?.number, let longitude = json["longitude"]?.number else {
            throw Complaint("must have latitude and longitude as numbers")
        }
        if let wrong = degrees(latitude, longitude) { throw Complaint("has a \(wrong.field) that \(wrong.issue)") }
        func text(_ name: String) throws(Complaint) -> String? {
            guard let value = json[name], value != .null else { return nil }
            do throws(Complaint) { return try String.read(value) } catch { throw Complaint("has a \(name) that \(error.issue)") }
        }
        return Location(
            latitude: latitude, longitude: longitude, address: try text("address"), city: try text("city"), state: try text("state"),
            zipcode: try text("zipcode"))
    }

    public func writeJSON(into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            json.field("latitude", latitude)
            json.field("longitude", longitude)
            json.field("address", address)
            json.field("city", city)
            json.field("state", state)
            json.field("zipcode", zipcode)
        }
    }

    public func store(into writer: inout ByteWriter) {
        writer.word(latitude.bitPattern)
        writer.word(longitude.bitPattern)
        for text in [address, city, state, zipcode] { text.store(into: &writer) }
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        latitude = Double(bitPattern: try reader.word())
        longitude = Double(bitPattern: try reader.word())
        address = try String?(from: &reader, version: version)
        city = try String?(from: &reader, version: version)
        state = try String?(from: &reader, version: version)
        zipcode = try String?(from: &reader, version: version)
    }

    public var json: JSON {
        .object([
            "latitude": .number(latitude), "longitude": .number(longitude), "address": address.map(JSON.string),
            "city": city.map(JSON.string),
            "state": state.map(JSON.string), "zipcode": zipcode.map(JSON.string),
        ])
    }

    /// The length of the straight line over the ground to `other`, in miles (sphere of the mean radius: within 0.5 %).
    public func miles(to other: Location) -> Double {
        let (here, there) = (GeoPoint(latitude: latitude, longitude: longitude), GeoPoint(latitude: other.latitude, longitude: other.longitude))
        return here.distance(to: there) / Earth.metersPerMile
    }
}
