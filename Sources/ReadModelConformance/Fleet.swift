internal import Freight
internal import ReadModel
internal import StreamCore

/// The fleet that the cases look at: four loads, three vehicles and three drivers of two carriers.
enum Fleet {
    static let day = EventTime(rfc3339: "2026-03-02T00:00:00Z") ?? .distantPast
    static let north = id(1)
    static let south = id(2)

    /// A UUID that ends with that number.
    static func id(_ number: Int) -> EntityID {
        EntityID("00000000-0000-4000-8000-\(String(repeating: "0", count: 12 - "\(number)".count))\(number)")
    }

    static func hours(_ hours: Double) -> EventTime { day.advanced(by: .init(.seconds(hours * 3_600))) }

    static let chicago = Location(latitude: 41.8781, longitude: -87.6298)
    static let milwaukee = Location(latitude: 43.0389, longitude: -87.9065)
    static let dallas = Location(latitude: 32.7767, longitude: -96.7970)

    static let loads: [Load] = [
        load(11, "LH-260302-000001", north, .delivered, chicago, "12 Lake Street, Chicago", weight: 4_000, at: 0) { load in
            load.customerID = "acme"
            load.rate = Money(cents: 120_050)
            load.deliveredAt = hours(20)
            load.history = [StatusChange(status: .pickedUp, at: hours(10), by: nil)]
        },
        load(12, "LH-260302-000002", north, .inTransit, milwaukee, "7 Brewery Road, Milwaukee", weight: 9_000, at: 1) { load in
            load.customerID = "acme"
            load.commodityType = "Frozen Peas"
        },
        load(13, "LH-260302-000003", south, .delivered, dallas, "99 Elm, Dallas", weight: 9_000, at: 2) { load in
            load.customerID = "beta"
            load.rate = Money(cents: 50_000)
            load.deliveredAt = hours(60)
        },
        load(14, "X-14", nil, .created, dallas, "1 Rodeo Drive", weight: nil, at: 3) { $0.customerID = "acme" },
    ]

    private static func load(
        _ number: Int, _ name: String, _ carrier: EntityID?, _ status: LoadStatus, _ place: Location, _ address: String, weight: Double?,
        at hour: Double, _ more: (inout Load) -> Void
    ) -> Load {
        var load = Load.blank(id(number))
        (load.number, load.carrierID, load.status, load.weight) = (name, carrier, status, weight)
        (load.pickupLocation, load.pickupAddress) = (place, address)
        (load.deliveryLocation, load.deliveryAddress) = (Location(latitude: 39.0997, longitude: -94.5786), "5 Union, Kansas City")
        (load.pickupAt, load.deliveryAt) = (hours(9 + hour), hours(30 + hour))
        (load.createdAt, load.updatedAt, load.version) = (hours(hour), hours(hour), 1)
        more(&load)
        return load
    }

    static let vehicles: [Vehicle] = [
        vehicle(21, "T-1", north, .available, chicago, capacity: 40_000),
        vehicle(22, "T-2", north, .inTransit, milwaukee, capacity: 20_000),
        vehicle(23, "T-3", south, .available, nil, capacity: nil),
    ]

    private static func vehicle(
        _ number: Int, _ name: String, _ carrier: EntityID, _ status: VehicleStatus, _ place: Location?, capacity: Double?
    ) -> Vehicle {
        var vehicle = Vehicle.blank(id(number))
        (vehicle.number, vehicle.carrierID, vehicle.status, vehicle.currentLocation) = (name, carrier, status, place)
        (vehicle.capacityWeight, vehicle.createdAt, vehicle.updatedAt, vehicle.version) = (capacity, hours(Double(number)), day, 1)
        return vehicle
    }

    static let drivers: [Driver] = [driver(31, "Ann", north, nil), driver(32, "Bob", north, id(12)), driver(33, "Cleo", south, nil)]

    private static func driver(_ number: Int, _ name: String, _ carrier: EntityID, _ load: EntityID?) -> Driver {
        var driver = Driver.blank(id(number))
        (driver.name, driver.carrierID, driver.currentLoadID, driver.licenseNumber) = (name, carrier, load, "N\(number)")
        (driver.createdAt, driver.updatedAt, driver.version) = (hours(Double(number)), day, 1)
        return driver
    }
}

extension Subject {
    /// Fills the model with the fleet.
    func fill() throws {
        try fixture.take(.loads, Fleet.loads.map(\.text.utf8))
        try fixture.take(.vehicles, Fleet.vehicles.map(\.text.utf8))
        try fixture.take(.drivers, Fleet.drivers.map(\.text.utf8))
    }
}
