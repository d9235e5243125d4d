internal import Freight
internal import Geodesy
internal import StreamCore
internal import Wire

/// A place of `tms.network`: a facility, a rest area, a truck stop. Whoever stops there has not left the way.
struct NetworkPlace: Hashable, Sendable {
    let id: String
    /// Where it is; `nil` once it is gone.
    let place: GeoPoint?
    /// How far around it people park, in metres, where the place says so.
    let radius: Double?
}

/// Reads the places of the network; its segments say nothing here.
struct PlaceDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection("id", "latitude", "longitude", "radius_miles")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Reference? {
        let key = batch.record(index).key.map { String(decoding: $0, as: UTF8.self) }
        return try unsafe batch.withValue(index) { value throws(DecodeFailure) -> Reference? in
            guard let value = unsafe value else { return key.map { .place(NetworkPlace(id: $0, place: nil, radius: nil)) } }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> Reference? in
                guard let id = fields.string(0) ?? key, let latitude = fields.number(1), let longitude = fields.number(2) else {
                    return nil
                }
                guard let place = GeoPoint(checking: latitude, longitude) else { throw DecodeFailure("place \(id) is nowhere on Earth") }
                return .place(NetworkPlace(id: id, place: place, radius: fields.number(3).map { $0 * Earth.metersPerMile }))
            }
        }
    }
}
