public import StreamCore

/// Which entities of a collection, in which order, and which page of them.
public struct EntityQuery: Hashable, Sendable {
    /// A condition that an entity has to meet. What lacks the member meets none.
    public enum Condition: Hashable, Sendable {
        /// The member is one of these texts, as they stand on the wire.
        case oneOf(Column, [String])
        /// Whether it can be had: its status is AVAILABLE and its `current_load_id` is none.
        case available(Bool)
        /// The number lies in that range, its ends included.
        case numbers(Column, atLeast: Double?, atMost: Double?)
        /// One of the members lies in that time, its ends included.
        case instants([Column], from: EventTime?, until: EventTime?)
        /// One of the places is no further than that from there, over the ground.
        case near([Column], latitude: Double, longitude: Double, miles: Double)
        /// Every word of the text begins a word of the entity's searched members; case does not count. Words are runs of letters and digits.
        case words(String)
    }

    /// A column to sort by. What lacks the member comes last either way.
    public struct Order: Hashable, Sendable {
        /// The column.
        public let column: Column
        /// Whether the greatest comes first.
        public let isDescending: Bool

        /// An order by that column.
        public init(_ column: Column, descending: Bool = false) {
            self.column = column
            isDescending = descending
        }
    }

    /// The collection.
    public var collection: Collection
    /// All of them have to hold.
    public var conditions: [Condition]
    /// The first counts most; where all are equal, and where there are none, the newest first, then by id.
    public var order: [Order]
    /// At most so many.
    public var limit: Int
    /// After so many.
    public var offset: Int

    /// A query of those parts.
    public init(_ collection: Collection, _ conditions: [Condition] = [], order: [Order] = [], limit: Int = 50, offset: Int = 0) {
        self.collection = collection
        self.conditions = conditions
        self.order = order
        self.limit = limit
        self.offset = offset
    }

    /// The words of a text, as a search compares them.
    public static func words(of text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }
}

/// A part of what a query found.
public struct EntityPage: Hashable, Sendable {
    /// The entities' texts, as replies and snapshots carry them.
    public let items: [[UInt8]]
    /// How many meet the conditions in all.
    public let total: Int

    /// A page of those entities.
    public init(items: [[UInt8]], total: Int) {
        self.items = items
        self.total = total
    }
}
