public import StreamCore
public import Wire
internal import Geodesy

/// Reads the records of `tms.network`: a segment, a place, or the tombstone of either. What is neither says nothing here.
public struct NetworkChangeDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "id", "from", "to", "distance_miles", "duration_minutes", "toll_cost", "traffic_level", "closed", "restrictions.max_height",
        "restrictions.max_weight", "restrictions.hazmat", "latitude", "longitude", "name")

    /// A decoder; one a task.
    public init() {}

    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> NetworkChange? {
        let key = batch.record(index).key.map { String(decoding: $0, as: UTF8.self) }
        return try unsafe batch.withValue(index) { value throws(DecodeFailure) -> NetworkChange? in
            guard let value = unsafe value else { return key.map { .removed($0) } }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> NetworkChange? in
                guard let id = fields.string(0) ?? key else { throw DecodeFailure("a record of the network without id and key") }
                if let from = fields.string(1), let to = fields.string(2) { return .segment(try segment(id, from, to, fields)) }
                guard let latitude = fields.number(11), let longitude = fields.number(12) else {
                    throw DecodeFailure("\(id) has neither from and to, as a segment has, nor latitude and longitude, as a place has")
                }
                guard let point = GeoPoint(checking: latitude, longitude) else { throw DecodeFailure("place \(id) is nowhere on Earth") }
                return .place(Place(id: id, name: fields.string(13), point: point))
            }
        }
    }

    private func segment(_ id: String, _ from: String, _ to: String, _ fields: borrowing JSONFields) throws(DecodeFailure) -> Segment {
        guard let miles = fields.number(3), miles >= 0 else {
            throw DecodeFailure("segment \(id): distance_miles must be a number, 0 or more")
        }
        guard let minutes = fields.number(4), minutes >= 0 else {
            throw DecodeFailure("segment \(id): duration_minutes must be a number, 0 or more")
        }
        let toll = try number(5, "toll_cost", of: id, fields) ?? 0
        // 0 … 90 trillion: the cents of it are exact.
        guard (0...9e13).contains(toll) else { throw DecodeFailure("segment \(id): toll_cost must be an amount, 0 or more") }
        var traffic = TrafficLevel.low
        if !fields.isAbsent(6) {
            guard let level = fields.string(6).flatMap({ TrafficLevel($0) }) else {
                throw DecodeFailure(
                    "segment \(id): traffic_level must be one of \(TrafficLevel.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            traffic = level
        }
        return Segment(
            id: id, from: from, to: to, distanceMiles: miles, durationMinutes: minutes, tollCents: Int64((toll * 100).rounded()),
            traffic: traffic,
            restrictions: Restrictions(
                maxHeight: try number(8, "restrictions.max_height", of: id, fields),
                maxWeight: try number(9, "restrictions.max_weight", of: id, fields),
                forbidsHazmat: fields.bool(10) == false),
            isClosed: fields.bool(7) ?? false)
    }

    private func number(_ index: Int, _ name: String, of id: String, _ fields: borrowing JSONFields) throws(DecodeFailure) -> Double? {
        if fields.isAbsent(index) { return nil }
        // Money may come as text: exact decimals often do.
        guard let value = fields.number(index) ?? fields.string(index).flatMap({ Double($0) }), value >= 0 else {
            throw DecodeFailure("segment \(id): \(name) must be a number, 0 or more")
        }
        return value
    }
}
