internal import Geodesy
public import StreamCore

/// A way that is asked for, in the members that a request has for it; a route that is stored has the same ones.
public struct RouteForm: Hashable, Sendable {
    /// Which way.
    public var query: RouteQuery
    /// What it is to be the best by.
    public var criterion: Tariff.Criterion

    /// What the members of an object say. What is wrong with one is the failure, under its name.
    public init(_ json: JSON) throws(DecodeFailure) {
        var stops: [RouteQuery.Stop] = []
        for name in ["origin", "destination"] {
            guard let stop = json[name].flatMap({ RouteQuery.Stop($0) }) else { throw DecodeFailure("\(name) \(RouteQuery.Stop.rule)") }
            stops.append(stop)
        }
        var calls: [RouteQuery.Stop] = []
        for (index, call) in (json["waypoints"]?.array ?? []).enumerated() {
            guard let stop = RouteQuery.Stop(call) else { throw DecodeFailure("waypoints[\(index)] \(RouteQuery.Stop.rule)") }
            calls.append(stop)
        }
        let strategy = json["strategy"]?.string ?? Tariff.Criterion.distance.rawValue
        guard let criterion = Tariff.Criterion(rawValue: strategy.uppercased()) else {
            throw DecodeFailure("strategy must be one of \(Tariff.Criterion.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.criterion = criterion
        let avoided = json["avoid"]?.array?.compactMap(\.string) ?? []
        let vehicle = json["vehicle"]
        query = RouteQuery(
            from: stops[0], to: stops[1], by: calls, optimizesOrder: json["optimize_order"]?.bool ?? false,
            avoiding: Set(avoided.filter { !RouteForm.meansTolls($0) }), avoidsTolls: avoided.contains(where: RouteForm.meansTolls),
            vehicle: VehicleProfile(
                height: vehicle?["height"]?.number, weight: vehicle?["weight"]?.number, carriesHazmat: vehicle?["hazmat"]?.bool ?? false))
    }

    /// Whether an element of `avoid` stands for all toll roads.
    private static func meansTolls(_ text: String) -> Bool { ["TOLL", "TOLLS"].contains(text.uppercased()) }
}

extension RouteQuery.Stop {
    /// What a JSON value means: a place's id, or an object with degrees. `nil` for anything else.
    public init?(_ json: JSON) {
        if let id = json.string, !id.isEmpty {
            self = .place(id)
        } else if let latitude = json["latitude"]?.number, let longitude = json["longitude"]?.number,
            let point = GeoPoint(checking: latitude, longitude)
        {
            self = .point(point)
        } else {
            return nil
        }
    }

    /// What a value that is none has to be.
    public static let rule = "must be a place's id such as LOC_HOUSTON, or an object with latitude and longitude in degrees"

    /// The stop as requests have it.
    public var json: JSON {
        switch self {
        case .place(let id): .string(id)
        case .point(let point): point.json
        }
    }

    /// The place's id; `nil` for a point that is no place.
    public var id: String? { if case .place(let id) = self { id } else { nil } }
}

extension Way.Leg {
    /// What `json` wrote; `nil` for anything else.
    public init?(_ json: JSON) {
        guard let from = json["from"].flatMap({ RouteQuery.Stop($0) }), let to = json["to"].flatMap({ RouteQuery.Stop($0) }),
            let miles = json["distance_miles"]?.number, let minutes = json["duration_minutes"]?.number
        else { return nil }
        self.init(
            from: from, to: to, segment: json["segment"]?.string, distanceMiles: miles, durationMinutes: minutes,
            tollCents: Int64(((json["toll_cost"]?.number ?? 0) * 100).rounded()))
    }

    /// The leg as routes have it.
    public var json: JSON {
        .object([
            "from": from.json, "to": to.json, "segment": segment.map(JSON.string), "distance_miles": .number(distanceMiles.thousandths),
            "duration_minutes": .number(durationMinutes.thousandths), "toll_cost": .number(Double(tollCents) / 100),
        ])
    }
}

extension Way {
    /// What a route says of the way that it takes: `path`, `legs`, `geometry`, and what it comes to.
    public func members(_ tariff: Tariff) -> [JSON.Member] {
        let dollars = tariff.dollars(miles: distanceMiles, minutes: durationMinutes, tollCents: tollCents)
        let points = line.map { JSON.array([.number($0.rounded.longitude), .number($0.rounded.latitude)]) }
        return [
            .init("path", .array(path.map(JSON.string))), .init("legs", .array(legs.map(\.json))),
            .init("geometry", .object(["type": "LineString", "coordinates": .array(points)])),
            .init("distance_miles", .number(distanceMiles.thousandths)), .init("duration_minutes", .number(durationMinutes.thousandths)),
            .init("toll_cost", .number(Double(tollCents) / 100)), .init("cost", .number((dollars * 100).rounded() / 100)),
        ]
    }
}

extension Double {
    /// To three places: what miles and minutes add up to, without the rounding of their sums.
    public var thousandths: Double { (self * 1_000).rounded() / 1_000 }
}
