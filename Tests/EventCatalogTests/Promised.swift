import Freight
import StreamCore
import Testing
import Wire

/// What the contract promises of events, written down a second time, as data and in the contract's own notation.
///
/// A line of types names their topic, what they are about and, behind the colon, their data: a member with `!` must be there whoever says
/// it, one with `?` is there where it is known, any other is in all of ours. Behind a member stand the form of its value or its names.
enum Promised {
    struct Event: Sendable, CustomTestStringConvertible {
        let type: String
        let topic: String
        let subjects: [String]
        let members: [Member]
        var testDescription: String { type }
    }

    struct Member: Sendable {
        let name: String
        let isRequired: Bool
        let isAlwaysOurs: Bool
        let form: String
        /// The names that it is one of; none where it is of a form.
        let names: [String]
    }

    static let events: [Event] = text.split(separator: "\n\n").flatMap { block -> [Event] in
        let parts = block.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let head = parts[0].split(whereSeparator: \.isWhitespace).map(String.init)
        let members = parts[1].split(whereSeparator: \.isNewline).map { member(String($0)) }
        let about = head[1].split(separator: "|").map(String.init)
        return head.dropFirst(2).map { Event(type: $0, topic: head[0], subjects: about, members: members) }
    }

    private static func member(_ line: String) -> Member {
        var words = line.split(separator: " ").map(String.init)
        var name = words.removeFirst()
        let mark = name.last.flatMap { "!?".contains($0) ? $0 : nil }
        if mark != nil { name.removeLast() }
        return Member(
            name: name, isRequired: mark == "!", isAlwaysOurs: mark != "?", form: words.count == 1 ? words[0] : "",
            names: words.count == 1 ? [] : words)
    }

    /// Sections 1 and 4 of the contract; a carrier's figures are those of its performance in section 2. Of alerts and predictions it
    /// promises nothing, so nothing is asked of them either.
    private static let text = """
        tms.loads LOAD LOAD_CREATED LOAD_UPDATED LOAD_DELETED LOAD_ASSIGNED LOAD_PICKED_UP LOAD_IN_TRANSIT LOAD_DELIVERED LOAD_CANCELLED
        LOAD_DELAYED:
        load_id! uuid
        load_number text
        old_status? CREATED ASSIGNED PICKED_UP IN_TRANSIT DELIVERED CANCELLED DELAYED
        new_status CREATED ASSIGNED PICKED_UP IN_TRANSIT DELIVERED CANCELLED DELAYED
        carrier_id? uuid
        vehicle_id? uuid
        driver_id? uuid
        pickup_location location
        delivery_location location
        pickup_datetime time
        delivery_datetime time

        tms.vehicles VEHICLE VEHICLE_CREATED VEHICLE_UPDATED VEHICLE_DELETED VEHICLE_STATUS_CHANGED:
        vehicle_id! uuid
        old_status? AVAILABLE ASSIGNED IN_TRANSIT MAINTENANCE OUT_OF_SERVICE
        new_status AVAILABLE ASSIGNED IN_TRANSIT MAINTENANCE OUT_OF_SERVICE
        vehicle_type? TRUCK TRAILER VAN FLATBED REFRIGERATED TANKER CONTAINER BOX_TRUCK

        tms.vehicles VEHICLE VEHICLE_MAINTENANCE_DUE:
        vehicle_id! uuid
        reason ODOMETER ENGINE_HOURS DATE

        tms.vehicles.tracking VEHICLE VEHICLE_LOCATION_UPDATED:
        vehicle_id! uuid
        driver_id? uuid
        load_id? uuid
        location! location
        speed? quantity
        heading? heading
        accuracy? quantity
        altitude? number
        fuel_level? percentage
        odometer? quantity
        engine_hours? quantity

        tms.drivers DRIVER DRIVER_CREATED DRIVER_UPDATED DRIVER_DELETED:
        driver_id! uuid
        status AVAILABLE DRIVING ON_DUTY OFF_DUTY SLEEPER_BERTH

        tms.drivers DRIVER DRIVER_STATUS_CHANGED:
        driver_id! uuid
        old_status? AVAILABLE DRIVING ON_DUTY OFF_DUTY SLEEPER_BERTH
        new_status! AVAILABLE DRIVING ON_DUTY OFF_DUTY SLEEPER_BERTH
        duty? bool
        special? PERSONAL_CONVEYANCE YARD_MOVE PASSENGER_SEAT
        exemption? ADVERSE_DRIVING SHORT_HAUL_16H SHORT_HAUL_150
        log_entry_id? text
        revision? count
        annulled? bool

        tms.drivers DRIVER DRIVER_LOCATION_UPDATED:
        driver_id! uuid
        location! location

        tms.drivers DRIVER DRIVER_HOS_VIOLATION:
        violation_id! uuid
        driver_id! uuid
        violation_type! DRIVE_11H WINDOW_14H BREAK_30M CYCLE_60H CYCLE_70H DRIVE_10H DUTY_15H
        rule! text
        state! PROVISIONAL CONFIRMED RETRACTED
        severity_class! NOMINAL VIOLATION EGREGIOUS
        started_at! time
        ended_at? time
        limit_min! count
        actual_min! count
        remaining! clocks
        explanation! text

        tms.drivers DRIVER DRIVER_HOS_WARNING:
        driver_id! uuid
        clock! DRIVE WINDOW BREAK CYCLE
        minutes_left! count
        at! time

        tms.routes ROUTE ROUTE_OPTIMIZED:
        id! uuid
        load_id? uuid
        vehicle_id? uuid
        driver_id? uuid
        status PLANNED ACTIVE COMPLETED CANCELLED
        strategy? DISTANCE TIME COST FUEL
        distance_miles? quantity
        duration_minutes? quantity
        toll_cost? money
        cost? money

        tms.routes ROUTE ROUTE_DEVIATION:
        deviation_id! uuid
        state! STARTED CLEARED
        route_id! uuid
        vehicle_id! uuid
        load_id? uuid
        distance_off_miles! quantity
        since! time
        position! location
        entry_point location
        extra_miles number
        estimated_delay number

        tms.routes ROUTE ROUTE_COMPLETED:
        route_id! uuid
        load_id uuid
        vehicle_id uuid
        actual_miles? quantity
        actual_minutes quantity

        tms.carriers CARRIER CARRIER_CREATED CARRIER_UPDATED CARRIER_DELETED:
        carrier_id! uuid
        status ACTIVE INACTIVE

        tms.carriers CARRIER CARRIER_PERFORMANCE_UPDATED:
        carrier_id! uuid
        start! time
        end! time
        loads_delivered! count
        on_time_rate share
        deviation_rate share
        hos_violations! count

        tms.carriers CARRIER CARRIER_CAPACITY_CHANGED:
        carrier_id! uuid
        vehicles! count
        available! count

        tms.system.alerts SYSTEM|LOAD|VEHICLE|DRIVER|ROUTE|CARRIER|USER SYSTEM_ALERT:

        tms.ai.predictions SYSTEM|LOAD|VEHICLE|DRIVER|ROUTE|CARRIER|USER AI_PREDICTION:

        tms.anomalies USER ANOMALY_SUSPECTED:
        user_id! id
        count! count
        window_start! time
        window_end! time
        threshold! count
        rule! text
        audit_ids! ids
        """
}

extension Promised.Member {
    /// A value that the contract allows.
    var right: JSON {
        switch form {
        case "uuid": "0191F6A0-7f0b-7a5e-9b4f-1f2d3c4b5a69"
        case "time": "2026-11-23T08:00:00.25"
        case "bool": true
        case "location": .object(["latitude": 38.5, "longitude": -98, "city": "Kansas City", "door": 7])
        case "clocks": .object(["drive_min": 30, "window_min": -5, "break_min": .null, "cycle_min": 600])
        case "ids": ["a", "b"]
        case "count", "quantity", "heading", "percentage", "number": 7
        case "share": 0.25
        case "money": "1200.50"
        case "text", "id": "some words"
        default: .string(names.first ?? "")
        }
    }

    /// One that it does not, and the words in which that is refused.
    var wrong: (value: JSON, issue: String) {
        switch form {
        case "uuid": ("load 7", "must be a UUID")
        case "time": ("soon", "must be an RFC 3339 time such as 2026-01-02T15:04:05Z")
        case "bool": ("yes", "must be true or false")
        case "location", "clocks": ("here", "must be an object")
        case "ids": ("a", "must be an array")
        case "count": (-1, "must be at least 0")
        case "quantity": (-1, "must be from 0 to 1000000000")
        case "heading": (360, "must be from 0 to below 360")
        case "percentage": (101, "must be from 0 to 100")
        case "share": (1.5, "must be from 0 to 1")
        case "number": ("7", "must be a number")
        case "money": (1.005, "must be an amount with at most two decimal places")
        case "text": (7, "must be text")
        case "id": ("", "must be an id of at most 200 bytes")
        default: ("NOWHERE", "must be one of ")
        }
    }
}
