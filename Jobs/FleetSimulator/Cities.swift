internal import Geodesy

/// A city of the United States between which loads travel.
struct City: Sendable {
    let name: String
    let state: String
    let center: GeoPoint

    private init(_ name: String, _ state: String, _ latitude: Double, _ longitude: Double) {
        self.name = name
        self.state = state
        center = GeoPoint(latitude: latitude, longitude: longitude)
    }

    /// The cities that a truck may be sent to from here: a day's drive or two away.
    func destinations(within miles: ClosedRange<Double>) -> [City] {
        let reach = City.all.filter { miles.contains(center.distance(to: $0.center) / Earth.metersPerMile) }
        return reach.isEmpty ? City.all.filter { $0.name != name || $0.state != state } : reach
    }

    static let all: [City] = [
        City("Albany", "NY", 42.6526, -73.7562), City("Albuquerque", "NM", 35.0844, -106.6504),
        City("Amarillo", "TX", 35.2220, -101.8313), City("Atlanta", "GA", 33.7490, -84.3880),
        City("Austin", "TX", 30.2672, -97.7431), City("Bakersfield", "CA", 35.3733, -119.0187),
        City("Baltimore", "MD", 39.2904, -76.6122), City("Billings", "MT", 45.7833, -108.5007),
        City("Birmingham", "AL", 33.5186, -86.8104), City("Boise", "ID", 43.6150, -116.2023),
        City("Boston", "MA", 42.3601, -71.0589), City("Buffalo", "NY", 42.8864, -78.8784),
        City("Charlotte", "NC", 35.2271, -80.8431), City("Cheyenne", "WY", 41.1400, -104.8202),
        City("Chicago", "IL", 41.8781, -87.6298), City("Cincinnati", "OH", 39.1031, -84.5120),
        City("Cleveland", "OH", 41.4993, -81.6944), City("Columbus", "OH", 39.9612, -82.9988),
        City("Dallas", "TX", 32.7767, -96.7970), City("Denver", "CO", 39.7392, -104.9903),
        City("Des Moines", "IA", 41.5868, -93.6250), City("Detroit", "MI", 42.3314, -83.0458),
        City("El Paso", "TX", 31.7619, -106.4850), City("Fargo", "ND", 46.8772, -96.7898),
        City("Fresno", "CA", 36.7378, -119.7871), City("Houston", "TX", 29.7604, -95.3698),
        City("Indianapolis", "IN", 39.7684, -86.1581), City("Jackson", "MS", 32.2988, -90.1848),
        City("Jacksonville", "FL", 30.3322, -81.6557), City("Kansas City", "MO", 39.0997, -94.5786),
        City("Knoxville", "TN", 35.9606, -83.9207), City("Laredo", "TX", 27.5036, -99.5075),
        City("Las Vegas", "NV", 36.1699, -115.1398), City("Little Rock", "AR", 34.7465, -92.2896),
        City("Los Angeles", "CA", 34.0522, -118.2437), City("Louisville", "KY", 38.2527, -85.7585),
        City("Memphis", "TN", 35.1495, -90.0490), City("Miami", "FL", 25.7617, -80.1918),
        City("Milwaukee", "WI", 43.0389, -87.9065), City("Minneapolis", "MN", 44.9778, -93.2650),
        City("Nashville", "TN", 36.1627, -86.7816), City("New Orleans", "LA", 29.9511, -90.0715),
        City("Newark", "NJ", 40.7357, -74.1724), City("Norfolk", "VA", 36.8508, -76.2859),
        City("Oklahoma City", "OK", 35.4676, -97.5164), City("Omaha", "NE", 41.2565, -95.9345),
        City("Orlando", "FL", 28.5383, -81.3792), City("Philadelphia", "PA", 39.9526, -75.1652),
        City("Phoenix", "AZ", 33.4484, -112.0740), City("Pittsburgh", "PA", 40.4406, -79.9959),
        City("Portland", "OR", 45.5152, -122.6784), City("Raleigh", "NC", 35.7796, -78.6382),
        City("Reno", "NV", 39.5296, -119.8138), City("Richmond", "VA", 37.5407, -77.4360),
        City("Sacramento", "CA", 38.5816, -121.4944), City("Salt Lake City", "UT", 40.7608, -111.8910),
        City("San Antonio", "TX", 29.4241, -98.4936), City("Savannah", "GA", 32.0809, -81.0912),
        City("Seattle", "WA", 47.6062, -122.3321), City("Shreveport", "LA", 32.5252, -93.7502),
        City("Sioux Falls", "SD", 43.5446, -96.7311), City("Spokane", "WA", 47.6588, -117.4260),
        City("St. Louis", "MO", 38.6270, -90.1994), City("Tulsa", "OK", 36.1540, -95.9928),
    ]
}
