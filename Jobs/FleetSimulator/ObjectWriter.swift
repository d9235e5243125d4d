internal import Geodesy
internal import StreamCore

/// Appends the members of JSON objects, in the order in which they are called.
struct ObjectWriter {
    private var text: ByteWriter
    private var first = true

    /// Writes one object and gives its bytes.
    static func object(capacity: Int = 640, _ body: (inout ObjectWriter) -> Void) -> [UInt8] {
        var writer = ObjectWriter(text: ByteWriter(capacity: capacity))
        writer.braced(body)
        return writer.text.take()
    }

    /// A text; nothing for `nil`.
    mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        begin(name)
        text.jsonString(value)
    }

    /// A text, or `null`.
    mutating func nullable(_ name: String, _ value: String?) {
        if let value { return member(name, value) }
        begin(name)
        text.raw("null".utf8)
    }

    /// An instant.
    mutating func member(_ name: String, _ value: EventTime) { member(name, value.rfc3339) }

    /// A whole number.
    mutating func member(_ name: String, _ value: Int) {
        begin(name)
        text.raw(String(value).utf8)
    }

    /// A number with that many decimals.
    mutating func member(_ name: String, _ value: Double, places: Int) {
        begin(name)
        number(value, places: places)
    }

    /// An object.
    mutating func object(_ name: String, _ body: (inout ObjectWriter) -> Void) {
        begin(name)
        braced(body)
    }

    /// An array of objects.
    mutating func objects<Item>(_ name: String, _ items: [Item], _ body: (Item, inout ObjectWriter) -> Void) {
        begin(name)
        list(items) { item, writer in writer.braced { body(item, &$0) } }
    }

    /// An array of positions as GeoJSON has them (RFC 7946): longitude, latitude.
    mutating func positions(_ name: String, _ points: [GeoPoint]) {
        begin(name)
        list(points) { point, writer in
            writer.text.byte(0x5b)
            writer.number(point.longitude, places: 6)
            writer.text.byte(0x2c)
            writer.number(point.latitude, places: 6)
            writer.text.byte(0x5d)
        }
    }

    /// A place under that name.
    mutating func place(_ name: String, _ point: GeoPoint, city: City? = nil) {
        object(name) {
            $0.member("latitude", point.latitude, places: 6)
            $0.member("longitude", point.longitude, places: 6)
            $0.member("city", city?.name)
            $0.member("state", city?.state)
        }
    }

    private mutating func begin(_ name: String) {
        if !first { text.byte(0x2c) }
        first = false
        text.jsonString(name)
        text.byte(0x3a)
    }

    private mutating func braced(_ body: (inout ObjectWriter) -> Void) {
        text.byte(0x7b)
        first = true
        body(&self)
        first = false
        text.byte(0x7d)
    }

    private mutating func list<Item>(_ items: [Item], _ body: (Item, inout ObjectWriter) -> Void) {
        text.byte(0x5b)
        for (index, item) in items.enumerated() {
            if index > 0 { text.byte(0x2c) }
            body(item, &self)
        }
        text.byte(0x5d)
    }

    private mutating func number(_ value: Double, places: Int) {
        var scale: Int64 = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((value * Double(scale)).rounded())
        if scaled < 0 { text.byte(0x2d) }
        text.raw(String(scaled.magnitude / scale.magnitude).utf8)
        let fraction = String(scaled.magnitude % scale.magnitude)
        guard places > 0 else { return }
        text.byte(0x2e)
        for _ in fraction.utf8.count..<places { text.byte(0x30) }
        text.raw(fraction.utf8)
    }
}
