public import StreamCore

/// What a value on the wire may be: the one statement that requests and events are checked by, and that JSON Schema and the tables of the
/// docs are printed from.
public indirect enum Shape: Hashable, Sendable {
    /// Whatever JSON there is.
    case any
    /// True or false.
    case bool
    /// A whole number in that range.
    case integer(ClosedRange<Int64>)
    /// A number in that range.
    case number(NumberRange)
    /// Money of at least nothing: a number, or the text of one, with at most two decimal places.
    case amount
    /// Text of that form.
    case text(TextForm)
    /// One of those names, in any case of letters.
    case oneOf([String])
    /// An array of such values.
    case list(Shape)
    /// An object with those members, and others that nobody minds.
    case object([Member])

    /// A member of an object: of a request, an entity, an event's data.
    public struct Member: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Whether it has to be there; where it has not, null is as good as absence.
        public let isRequired: Bool
        /// What it may be.
        public let shape: Shape
        /// What its number counts.
        public let unit: MeasureUnit?

        /// A member of those parts.
        public init(_ name: String, _ shape: Shape, isRequired: Bool, unit: MeasureUnit? = nil) {
            self.name = name
            self.shape = shape
            self.isRequired = isRequired
            self.unit = unit
        }
    }
}

/// From where to where a number may lie.
public struct NumberRange: Hashable, Sendable {
    /// The least that it may be.
    public let least: Double?
    /// The most that it may be.
    public let most: Double?
    /// What it must be below.
    public let below: Double?

    /// A range of those ends, each left out where there is none.
    public init(atLeast least: Double? = nil, atMost most: Double? = nil, below: Double? = nil) {
        self.least = least
        self.most = most
        self.below = below
    }

    /// Whether a number lies in it.
    public func contains(_ number: Double) -> Bool {
        number.isFinite && number >= least ?? -.infinity && number <= most ?? .infinity && number < below ?? .infinity
    }
}

/// What a number counts, by its symbol in schemas and docs.
public enum MeasureUnit: String, Hashable, Sendable {
    case pounds = "lb"
    case cubicFeet = "cu ft"
    case miles = "mi"
    case milesPerHour = "mph"
    case feet = "ft"
    case meters = "m"
    case minutes = "min"
    case hours = "h"
    case degrees = "°"
    case percent = "%"
    case dollars = "USD"
}

extension Shape {
    /// Any number.
    public static let number = Shape.number(NumberRange())
    /// Any whole number that fits 64 bits.
    public static let integer = Shape.integer(Int64.min...Int64.max)
    /// Not below zero, and no more than anything on a road can be.
    public static let quantity = Shape.number(NumberRange(atLeast: 0, atMost: 1_000_000_000))
    /// Degrees from north, clockwise.
    public static let heading = Shape.number(NumberRange(atLeast: 0, below: 360))
    /// From 0 to 100.
    public static let percentage = Shape.number(NumberRange(atLeast: 0, atMost: 100))
    /// From 0 to 1.
    public static let share = Shape.number(NumberRange(atLeast: 0, atMost: 1))
    /// A year in which something that drives was built.
    public static let year = Shape.integer(1_900...2_200)
    /// A whole number that is not below zero.
    public static let count = Shape.integer(0...Int64.max)
    /// Text, also the empty one.
    public static let text = Shape.text(.any)
    /// Text that says something.
    public static let words = Shape.text(.words)
    /// An id of any kind.
    public static let id = Shape.text(.id)
    /// A UUID, in any case of letters.
    public static let uuid = Shape.text(.uuid)
    /// An instant.
    public static let instant = Shape.text(.instant)
    /// An object of which nothing more is known.
    public static let document = Shape.object([])
}

/// A value that says what it looks like on the wire.
public protocol Shaped: Sendable {
    /// What its JSON may be.
    static var shape: Shape { get }
}

extension String { public static var shape: Shape { .text } }
extension Bool { public static var shape: Shape { .bool } }
extension Int { public static var shape: Shape { .integer } }
extension Double { public static var shape: Shape { .number } }
extension EventTime { public static var shape: Shape { .instant } }
extension EntityID { public static var shape: Shape { .id } }
extension Money { public static var shape: Shape { .amount } }
extension Document { public static var shape: Shape { .any } }
extension StatusChange { public static var shape: Shape { .document } }
extension Array: Shaped where Element: Shaped { public static var shape: Shape { .list(Element.shape) } }
extension WireEnum { public static var shape: Shape { .oneOf(allCases.map(\.rawValue)) } }

extension Location {
    public static var shape: Shape {
        .object([
            .init("latitude", .number(NumberRange(atLeast: -90, atMost: 90)), isRequired: true, unit: .degrees),
            .init("longitude", .number(NumberRange(atLeast: -180, atMost: 180)), isRequired: true, unit: .degrees),
            .init("address", .text, isRequired: false), .init("city", .text, isRequired: false),
            .init("state", .text, isRequired: false), .init("zipcode", .text, isRequired: false),
        ])
    }
}
