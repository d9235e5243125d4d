internal import Freight
internal import Geodesy
internal import StreamCore

/// How a fleet comes into a system: its carriers first, a second later what is theirs.
struct Founding: Sendable {
    private let settings: SimulationSettings
    private var random: SeededGenerator

    init(_ settings: SimulationSettings, random: SeededGenerator) {
        self.settings = settings
        self.random = random
    }

    /// Publishes the commands that create carriers, vehicles and drivers.
    mutating func found(_ carriers: [String], _ fleet: [Truck], into outbox: inout Outbox) {
        for (index, carrier) in carriers.enumerated() {
            let id = random.id(at: settings.start)
            let create = Command(
                id, .create, .carrier, carrier, at: settings.start,
                [
                    "name": .string("Simulated Carrier \(index + 1)"), "mc_number": .string("MC\(100_000 + index)"),
                    "dot_number": .string("\(2_000_000 + index)"),
                ])
            outbox.publish(create.record(arrival: settings.start))
        }
        for truck in fleet { for create in creates(truck) { outbox.publish(create.record(arrival: create.time)) } }
    }

    private mutating func creates(_ truck: Truck) -> [Command] {
        let member = truck.member
        let now = settings.start.advanced(seconds: 1)
        let miles = truck.gauges.odometerMeters / Earth.metersPerMile
        let vehicle = Command(
            random.id(at: now), .create, .vehicle, member.vehicleID, at: now,
            [
                "carrier_id": .string(member.carrierID), "vehicle_number": .string(member.vehicleNumber), "vehicle_type": .string("TRUCK"),
                "capacity_weight": .integer(45_000), "current_location": .place(truck.position), "odometer": .number(miles, places: 1),
                "engine_hours": .number(truck.gauges.engineSeconds / 3_600, places: 1),
                "next_maintenance_odometer": .number(truck.serviceDue, places: 0),
            ])
        let driver = Command(
            random.id(at: now), .create, .driver, member.driverID, at: now,
            [
                "carrier_id": .string(member.carrierID), "name": .string("Driver \(member.licenseNumber.suffix(5))"),
                "license_number": .string(member.licenseNumber), "license_class": .string("A"),
            ])
        return [vehicle, driver]
    }
}
