import Foundation
import Testing

/// The job held against what the simulator knows to be true: 5 to 60 s between fixes, 10 to 50 m of noise, gaps, late and repeated records.
@Suite struct AgainstTruthTests {
    /// How many trucks drive for eleven hours; about a trip and a half each. `LINEHAUL_TRUCKS=800` is the full proof.
    private let trucks = ProcessInfo.processInfo.environment["LINEHAUL_TRUCKS"].flatMap { Int($0) } ?? 60

    @Test func `deviations are found, nothing else is, each once, and soon`() throws {
        let trial = try Trial(vehicles: trucks, hours: 11, seed: 5)
        let (late, lateByTruth) = (trial.delays.filter(\.isLate), trial.delaysByTruth.filter(\.isLate))
        func most(_ delays: [Trial.Delay]) -> String {
            "most \(delays.map(\.fixes).max() ?? 0) fixes, \(delays.map(\.seconds).max() ?? 0) s"
        }
        print(
            """
            \(trial.trips) trips, \(trial.hits) deviations found, \(trial.misses.count) missed, \(trial.falseAlarms.count) false, \
            \(trial.flaps.count) twice; precision \(trial.precision), recall \(trial.recall); over 3 fixes or 60 s after the rule asked of the \
            fixes: \(late.count) of \(trial.delays.count), \(most(trial.delays)); asked of the true places: \(lateByTruth.count) of \
            \(trial.delaysByTruth.count), \(most(trial.delaysByTruth)); arrivals \(trial.arrivals), missed \(trial.arrivalsMissed.count)
            """)
        for line in trial.misses.prefix(8) { print("missed", line) }
        for line in trial.falseAlarms.prefix(8) { print("false", line) }
        for line in trial.flaps.prefix(8) { print("twice", line) }
        for delay in late.prefix(12) { print("late", delay) }
        for delay in lateByTruth.prefix(12) { print("late by the true places", delay) }
        #expect(trial.hits >= trucks)
        #expect(trial.precision >= 0.98 && trial.recall >= 0.98)
        #expect(trial.flaps == [] && trial.unbalanced == [])
        #expect(Double(late.count) <= 0.005 * Double(trial.delays.count) && trial.delays.count >= trial.hits * 9 / 10)
        #expect(Double(lateByTruth.count) <= 0.02 * Double(trial.delaysByTruth.count))
        #expect(trial.arrivalsMissed == [])
    }
}
