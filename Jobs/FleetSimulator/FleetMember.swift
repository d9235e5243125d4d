internal import StreamCore

/// One truck of the fleet and who drives it: what a runner must create in a system before it publishes there.
public struct FleetMember: Hashable, Sendable {
    /// The truck's id.
    public let vehicleID: String
    /// The truck's number, unique in the fleet.
    public let vehicleNumber: String
    /// The driver's id; the driver never changes.
    public let driverID: String
    /// The driver's licence number, unique in the fleet.
    public let licenseNumber: String
    /// The carrier whose they are.
    public let carrierID: String

    init(index: Int, carriers: [String], at start: EventTime, using random: inout SeededGenerator) {
        let digits = String(index + 1)
        let number = String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
        vehicleID = random.id(at: start)
        // Another fleet in the same system began at another instant.
        let fleet = String(max(0, start.milliseconds) / 1_000 % 0x7fff_ffff, radix: 36, uppercase: true)
        vehicleNumber = "SIM-\(fleet)-\(number)"
        driverID = random.id(at: start)
        licenseNumber = "CDL-\(fleet)-\(number)"
        carrierID = random.pick(carriers)
    }
}
