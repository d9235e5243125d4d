internal import Glibc

/// Circles under names, asked which of them hold a place: by the cells of a grid, so that thousands of them cost no more than a few.
public struct CircleIndex<Name: Hashable & Sendable>: Sendable {
    private struct Cell: Hashable {
        let row: Int
        let column: Int
    }

    private var circles: [Name: GeoCircle] = [:]
    private var cells: [Cell: Set<Name>] = [:]

    /// The side of a cell, in degrees: about 11 km of latitude.
    private static var side: Double { 0.1 }

    /// An index of nothing.
    public init() {}

    /// Sets the circle of a name; `nil` removes it.
    public mutating func set(_ circle: GeoCircle?, for name: Name) {
        if let old = circles[name] { for cell in Self.cells(of: old) { cells[cell]?.remove(name) } }
        circles[name] = circle
        if let circle { for cell in Self.cells(of: circle) { cells[cell, default: []].insert(name) } }
    }

    /// Whether any circle holds the place.
    public func contains(_ place: GeoPoint) -> Bool {
        cells[Self.cell(place.latitude, place.longitude)]?.contains { circles[$0]?.contains(place) ?? false } ?? false
    }

    /// The names of the circles that hold the place.
    public func names(holding place: GeoPoint) -> [Name] {
        (cells[Self.cell(place.latitude, place.longitude)] ?? []).filter { circles[$0]?.contains(place) ?? false }
    }

    private static func cell(_ latitude: Double, _ longitude: Double) -> Cell {
        let columns = Int((360 / side).rounded())
        let column = Int(((longitude + 180) / side).rounded(.down)) % columns
        return Cell(row: Int((latitude / side).rounded(.down)), column: column < 0 ? column + columns : column)
    }

    /// The cells that the circle's bounding box touches.
    private static func cells(of circle: GeoCircle) -> Set<Cell> {
        let north = circle.radiusMeters / Earth.metersPerDegree
        let widest = min(89.9, abs(circle.center.latitude) + north)
        let east = min(180, north / cos(widest * .pi / 180))
        var found: Set<Cell> = []
        var latitude = circle.center.latitude - north
        while latitude < circle.center.latitude + north + side {
            var longitude = circle.center.longitude - east
            while longitude < circle.center.longitude + east + side {
                let edge = (min(latitude, circle.center.latitude + north), min(longitude, circle.center.longitude + east))
                found.insert(cell(edge.0, edge.1))
                longitude += side
            }
            latitude += side
        }
        return found
    }
}
