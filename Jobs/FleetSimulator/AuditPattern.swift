internal import StreamCore

/// The shapes that a user's acts take around the edges of the anomaly rule. Offsets and delays are microseconds.
enum AuditPattern {
    /// A pattern, each kind as likely as its share of the list.
    static func drawn(_ rule: ReferenceAnomalyRule, using random: inout SeededGenerator) -> [AuditTraffic.Act] {
        switch random.integer(in: 0...9) {
        case 0...4: scattered(rule, using: &random)
        case 5: apart(rule, by: rule.window.microseconds, using: &random)
        case 6: apart(rule, by: rule.window.microseconds - 1_000, using: &random)
        case 7: together(rule, using: &random)
        case 8: repeated(rule, using: &random)
        default: barelyOnTime(rule, using: &random)
        }
    }

    /// How long a delivery takes that is on time: mostly little, at times all that the lateness bound allows.
    static func promptDelay(_ rule: ReferenceAnomalyRule, using random: inout SeededGenerator) -> Int64 {
        let bound = Double(rule.lateness.microseconds)
        return Int64(random.number(in: 0...(random.chance(0.7) ? bound / 5 : bound)))
    }

    /// 2 to 20 acts scattered over one window, delivered in another order.
    private static func scattered(_ rule: ReferenceAnomalyRule, using random: inout SeededGenerator) -> [AuditTraffic.Act] {
        (0..<random.integer(in: 2...20)).map { _ in
            let after = Int64(random.unit() * Double(rule.window.microseconds))
            return AuditTraffic.Act(after: after, delay: promptDelay(rule, using: &random))
        }
    }

    /// As many acts as are allowed at once, and one more `gap` later: exactly the window is outside it, a little less inside.
    private static func apart(
        _ rule: ReferenceAnomalyRule, by gap: Int64, using random: inout SeededGenerator
    ) -> [AuditTraffic.Act] {
        var acts = (0..<max(1, rule.threshold)).map { _ in AuditTraffic.Act(after: 0, delay: promptDelay(rule, using: &random)) }
        acts.append(AuditTraffic.Act(after: max(0, gap), delay: promptDelay(rule, using: &random)))
        return acts
    }

    /// 2 to 6 acts at one instant, which only their ids order.
    private static func together(_ rule: ReferenceAnomalyRule, using random: inout SeededGenerator) -> [AuditTraffic.Act] {
        (0..<random.integer(in: 2...6)).map { _ in AuditTraffic.Act(after: 0, delay: promptDelay(rule, using: &random)) }
    }

    /// Two triggers, the second when the cool-down of the first ends, or a millisecond before that.
    private static func repeated(_ rule: ReferenceAnomalyRule, using random: inout SeededGenerator) -> [AuditTraffic.Act] {
        let again = rule.coolDown.microseconds - (random.chance(0.5) ? 0 : 1_000)
        let once = (0...max(0, rule.threshold)).map { Int64($0) * 10_000 }
        return (once + once.map { $0 + max(0, again) }).map {
            AuditTraffic.Act(after: $0, delay: promptDelay(rule, using: &random))
        }
    }

    /// An act delivered at the very instant of a younger one that is ahead of it by exactly the lateness bound: still on time.
    private static func barelyOnTime(_ rule: ReferenceAnomalyRule, using _: inout SeededGenerator) -> [AuditTraffic.Act] {
        let bound = rule.lateness.microseconds
        return [
            AuditTraffic.Act(after: bound, delay: 0, mayRepeat: false), AuditTraffic.Act(after: 0, delay: bound, mayRepeat: false),
        ]
    }

    /// An act that is delivered after a younger one has left it behind the lateness bound, and one beside it that is on time.
    static func late(_ rule: ReferenceAnomalyRule, using random: inout SeededGenerator) -> [AuditTraffic.Act] {
        let ahead = rule.lateness.microseconds + 1_000 + Int64(random.integer(in: 0...3_000_000))
        let delay = ahead + rule.lateness.microseconds + Int64(random.integer(in: 1_000...2_000_000))
        return [
            AuditTraffic.Act(after: 0, delay: delay, mayRepeat: false),
            AuditTraffic.Act(after: Int64(random.integer(in: 0...200_000)), delay: promptDelay(rule, using: &random)),
            AuditTraffic.Act(after: ahead, delay: promptDelay(rule, using: &random)),
        ]
    }
}
