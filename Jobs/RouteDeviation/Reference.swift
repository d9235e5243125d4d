internal import Freight
internal import StreamCore
internal import Wire

/// What every task knows beside the vehicles' signals.
enum Reference: Sendable {
    /// Where vehicles stop.
    case place(NetworkPlace)
    /// Whether a driver uses the vehicle for themselves.
    case driver(PersonalUse)
}

/// A driver on a load, who has been using the vehicle for themselves since an instant; `nil` where that is not so.
struct PersonalUse: Hashable, Sendable {
    let driver: EntityID
    let load: EntityID?
    let since: EventTime?
}

/// Reads snapshots of drivers for their personal conveyance.
struct PersonalUseDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection("id", "special", "status_since", "current_load_id")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Reference? {
        let known = try unsafe batch.withValue(index) { value throws(DecodeFailure) -> Reference? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> Reference in
                guard let driver = fields.string(0) else { throw DecodeFailure("a driver without an id") }
                let isPersonal = fields.string(1) == SpecialDriving.personalConveyance.rawValue
                let since = isPersonal ? fields.string(2).flatMap { EventTime(rfc3339: $0) } : nil
                return .driver(PersonalUse(driver: EntityID(driver), load: fields.string(3).map { EntityID($0) }, since: since))
            }
        }
        let key = batch.record(index).key.map { EntityID(String(decoding: $0, as: UTF8.self)) }
        return known ?? key.map { .driver(PersonalUse(driver: $0, load: nil, since: nil)) }
    }
}

/// Which loads' vehicles are in personal use, and since when. Whoever drives for themselves has left no way.
struct PersonalUses {
    private var loads: [EntityID: EntityID] = [:]
    private var began: [EntityID: EventTime] = [:]

    /// Takes the newest word on a driver.
    mutating func take(_ use: PersonalUse) {
        if let before = loads.removeValue(forKey: use.driver) { began[before] = nil }
        guard let load = use.load, let since = use.since else { return }
        loads[use.driver] = load
        began[load] = since
    }

    /// Whether the vehicle of a load is in personal use at an instant.
    func contains(_ load: EntityID?, at time: EventTime) -> Bool {
        guard let load, let since = began[load] else { return false }
        return since <= time
    }
}
