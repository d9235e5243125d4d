internal import HoursOfService
internal import StreamCore

/// A generator of numbers that says the same again for the same seed.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0x1234_5678 }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }
}

/// A log of whole minutes made up at random, crowding around the edges of the rules.
struct RandomLog: CustomStringConvertible {
    struct Entry {
        var start: Int
        var status: DutyStatus
        var special: DutySpecial?
    }

    /// The instant that minutes count from: some days before clocks change in America.
    static let origins: [Int64] = [1_768_262_400, 1_772_668_800, 1_793_404_800]

    let origin: Int64
    let rules: RuleSet
    let cycle: Cycle
    let zone: String
    let dayStart: Int
    let entries: [Entry]
    let claims: [(minute: Int, exemption: Exemption)]
    let asOf: Int

    init(_ seed: UInt64) {
        var random = Seeded(seed)
        origin = Self.origins.randomElement(using: &random) ?? 0
        let variants = RuleSet.variants.filter { ["US_PROPERTY_CONSTRUCTION", "US_PROPERTY_SHORT_HAUL"].contains($0.name) }
        rules =
            random.chance(0.25) ? .usPassenger : random.chance(0.15) ? variants.randomElement(using: &random) ?? .usProperty : .usProperty
        let isOdd = random.chance(0.2)
        cycle = random.chance(0.5) ? .seventyInEight : .sixtyInSeven
        zone = ["America/Chicago", "America/Los_Angeles", "America/Phoenix", "UTC"].randomElement(using: &random) ?? "UTC"
        dayStart = [0, 0, 0, 240, 720].randomElement(using: &random) ?? 0
        let style = Int.random(in: 0..<4, using: &random)
        let length = (random.chance(0.3) ? 11 : 4) * 1_440
        var entries: [Entry] = []
        var minute = 0
        func rest(_ random: inout Seeded) -> Int {
            let edges = [120, 120, 119, 150, 180, 300, 420, 419, 450, 480, 540, 599, 600, 600, 600, 720, 2_040, 2_039]
            let short = [10, 29, 30, 45, 60, 120, 119, 150, 180, 180, 120]
            let split = [120, 180, 150, 240, 420, 480, 450, 180, 420, 600, 360]
            switch style {
            case 0: return (random.chance(0.6) ? edges : short).randomElement(using: &random) ?? 60
            case 1: return split.randomElement(using: &random) ?? 60
            case 2: return random.chance(0.5) ? 600 : short.randomElement(using: &random) ?? 60
            default: return Int.random(in: 1...700, using: &random)
            }
        }
        func add(_ length: Int, _ status: DutyStatus, _ special: DutySpecial? = nil) {
            entries.append(Entry(start: minute, status: status, special: special))
            minute += length
        }
        while minute < length {
            if random.chance(0.45) {
                let whole = rest(&random)
                let berth = random.chance(style == 1 ? 0.75 : 0.5)
                if random.chance(0.2), whole > 20 {
                    let first = Int.random(in: 1..<whole, using: &random)
                    add(first, berth ? .sleeperBerth : .offDuty)
                    add(whole - first, random.chance(0.5) ? .sleeperBerth : .offDuty, random.chance(0.1) ? .personalConveyance : nil)
                } else {
                    add(whole, berth ? .sleeperBerth : .offDuty, isOdd && random.chance(0.3) ? .wellSite : nil)
                }
                if random.chance(0.08) { add(Int.random(in: 20...260, using: &random), .offDuty, .passengerSeat) }
            } else if random.chance(0.05) {
                add(Int.random(in: 30...260, using: &random), .offDuty, .passengerSeat)
            } else if random.chance(0.65) {
                add(
                    [30, 60, 120, 180, 240, 300, 330, 359, 480, 481, Int.random(in: 1...400, using: &random)].randomElement(using: &random)
                        ?? 60, .driving, isOdd && random.chance(0.3) ? .agriculture : nil)
            } else {
                add(
                    [5, 15, 29, 30, 31, 60, 120, 300, Int.random(in: 1...200, using: &random)].randomElement(using: &random) ?? 60, .onDuty,
                    random.chance(0.1) ? .yardMove : isOdd && random.chance(0.3) ? .agriculture : nil)
            }
        }
        self.entries = entries
        var claims: [(minute: Int, exemption: Exemption)] = []
        if random.chance(0.3) {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = random.chance(0.5) ? entries.randomElement(using: &random)?.start ?? 0 : Int.random(in: 0..<minute, using: &random)
                claims.append((at, Exemption.allCases.randomElement(using: &random) ?? .adverseDriving))
            }
        }
        self.claims = claims
        let edge = entries.randomElement(using: &random)?.start ?? 0
        asOf = random.chance(0.3) ? max(1, edge) : random.chance(0.5) ? minute : Int.random(in: 1...minute, using: &random)
    }

    var terms: DutyTerms? {
        CarrierCalendar(timeZone: zone, dayStart: dayStart).map { DutyTerms(rules: [rules], cycle: cycle, calendar: $0) }
    }

    func time(_ minute: Int) -> EventTime { EventTime(microseconds: (origin + Int64(minute) * 60) * 1_000_000) }

    var dutyEntries: [DutyEntry] {
        entries.enumerated().map { DutyEntry(id: "e\($0)", start: time($1.start), status: $1.status, special: $1.special) }
            + claims.enumerated().map { DutyEntry(id: "x\($0)", start: time($1.minute), status: nil, exemption: $1.exemption) }
    }

    var log: DutyLog {
        var log = DutyLog()
        for entry in dutyEntries { _ = log.take(entry) }
        return log
    }

    var description: String {
        let rows = entries.map { "\($0.start) \($0.status)\($0.special.map { " \($0)" } ?? "")" }
        return "\(rules.name) \(cycle) \(zone) day \(dayStart) as of \(asOf) claims \(claims)\n" + rows.joined(separator: "\n")
    }
}
