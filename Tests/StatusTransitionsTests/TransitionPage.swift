internal import Freight

/// `docs/transitions.md`, written from the tables that the job runs by.
enum TransitionPage {
    static var text: String {
        var lines = [
            "# Which status follows which", "",
            "Printed from the tables in code (`LoadTransitions`, `VehicleStatus.byHand`); a test holds this page against them, and prints it anew",
            "with `LINEHAUL_PRINT_DOCS=1 swift test --filter TransitionTests`.", "",
            "## Loads", "| status | may become | event on coming to it |", "|---|---|---|",
        ]
        for status in LoadStatus.allCases where status != .delayed {
            lines.append("| \(status.rawValue) | \(names(LoadTransitions.next(after: status))) | \(status.eventType.rawValue) |")
        }
        for from in LoadTransitions.delayable {
            let next = LoadTransitions.next(after: .delayed, delayedFrom: from)
            lines.append("| DELAYED, since it was \(from.rawValue) | \(names(next)) | \(LoadStatus.delayed.eventType.rawValue) |")
        }
        lines += [
            "",
            "A load becomes ASSIGNED by an assignment, not by a status request (409 `RESOURCES_REQUIRED`). What the table does not have is 409",
            "`INVALID_STATUS_TRANSITION`; the message names what may follow. The same status again is 200 and no event. A name that is no status",
            "is 422.", "", "## What follows a load", "| load | vehicle | driver | route |", "|---|---|---|---|",
        ]
        for (status, vehicle, driver, route) in followers { lines.append("| \(status.rawValue) | \(vehicle) | \(driver) | \(route) |") }
        lines += [
            "",
            "DELAYED changes nothing for those that follow: they stay as they were. A driver's status that only follows from a load carries",
            "`duty: false`: dispatch knows it, hours of service do not.", "",
            "## Vehicles", "By hand a vehicle becomes \(names(VehicleStatus.byHand)), while it is on no load (409 `VEHICLE_IN_USE`).", "",
            "## Drivers",
            "By hand a driver becomes any of \(names(DriverStatus.allCases)), on a load or not: it is an entry of the duty log. An entry older than",
            "the current one, and one that annuls another, goes to the log alone.", "",
        ]
        return lines.joined(separator: "\n")
    }

    private static let followers: [(LoadStatus, String, String, String)] = [
        (.assigned, "ASSIGNED", "stays AVAILABLE, `current_load_id` set", "PLANNED"),
        (.inTransit, "IN_TRANSIT", "DRIVING", "ACTIVE"),
        (.delivered, "AVAILABLE", "AVAILABLE", "COMPLETED"),
        (.cancelled, "AVAILABLE", "AVAILABLE", "CANCELLED"),
    ]

    private static func names<Status: WireEnum>(_ statuses: [Status]) -> String {
        statuses.isEmpty ? "nothing: it ends" : statuses.map(\.rawValue).joined(separator: ", ")
    }
}
