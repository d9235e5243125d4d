/// How drivers spend their time: what a haul takes, and what they do when their hours ask for a stop. Lengths are seconds.
enum DriverHabits {
    /// Everything from the assignment of a load to its delivery, where the truck is kept for `detention` if it is. A hurried one starts within
    /// minutes: nobody waits an hour for a demo.
    static func haul(hurried: Bool, detention: Int?, using random: inout SeededGenerator) -> [Truck.Errand] {
        let haste = hurried ? 20 : 1
        let dispatch = random.integer(in: 300...1_200) / haste
        let loading = random.integer(in: 1_800...5_400) / haste
        let papers = random.integer(in: 300...900) / haste
        let unloading = random.integer(in: 1_800...7_200)
        return [
            .beReady, .enter(.onDuty, dispatch), .announce(.assigned),
            .enter(.onDuty, loading), .announce(.pickedUp),
            .enter(.onDuty, papers), .announce(.inTransit),
            .drive,
            .enter(.onDuty, detention ?? unloading), .announce(.delivered),
        ]
    }

    /// For how many seconds a truck is kept at its delivery, where it is kept beyond what is free.
    static func detention(_ share: Double, using random: inout SeededGenerator) -> Int? {
        random.chance(share) ? 7_800 + Int(random.exponential(mean: 5_040)) : nil
    }

    /// Everything of a load that comes to nothing: it is cancelled before its assignment, or after.
    static func cancelled(using random: inout SeededGenerator) -> [Truck.Errand] {
        let wait = Truck.Errand.enter(.offDuty, random.integer(in: 600...3_000))
        guard random.chance(0.5) else { return [wait, .announce(.cancelled)] }
        return [.beReady, .enter(.onDuty, random.integer(in: 300...1_200)), .announce(.assigned), wait, .announce(.cancelled)]
    }

    /// How long a driver goes on once the hours ask for a stop: seconds before they run out, negative for one who stops too late.
    static func margin(tired: Double, using random: inout SeededGenerator) -> Int {
        let fresh = random.integer(in: 1_500...2_700)
        return random.chance(tired) ? -random.integer(in: 600...5_400) : fresh
    }

    /// What the hours of service ask for: a pause, a night in the berth, a restart. After a rest the driver looks over the truck.
    static func stop(for need: DutyCycle.Need, using random: inout SeededGenerator) -> [Truck.Errand] {
        let inspection = Truck.Errand.enter(.onDuty, random.integer(in: 480...1_200))
        switch need {
        case .nothing: return []
        case .pause: return [.enter(.offDuty, DutyCycle.pause + random.integer(in: 0...900))]
        case .rest:
            let berth = random.integer(in: 27_000...30_600)
            let before = random.integer(in: 600...2_400)
            let after = DutyCycle.rest - berth - before + random.integer(in: 0...3_600)
            return [.enter(.offDuty, before), .enter(.sleeperBerth, berth), .enter(.offDuty, after), inspection]
        case .restart: return [.enter(.offDuty, DutyCycle.restart + random.integer(in: 0...7_200)), inspection]
        }
    }
}
