import Foundation
import Testing

/// The job held against what the simulator knows to be true: 5 to 60 s between fixes, 10 to 50 m of noise, gaps, late and repeated records.
@Suite struct AgainstTruthTests {
    /// How many trucks drive for eleven hours; about a trip and a half each. `LINEHAUL_TRUCKS=800` is the full proof.
    private let trucks = ProcessInfo.processInfo.environment["LINEHAUL_TRUCKS"].flatMap { Int($0) } ?? 60

    @Test func `deviations are found, nothing else is, each once, and soon`() throws {
        let trial = try Trial(vehicles: trucks, hours: 11, seed: 5)
        let late = trial.delays.filter { $0.fixes > 3 || $0.seconds > 60 }
        print(
            """
            \(trial.trips) trips, \(trial.hits) deviations found, \(trial.misses.count) missed, \(trial.falseAlarms.count) false, \
            \(trial.flaps.count) twice; precision \(trial.precision), recall \(trial.recall); delays over 3 fixes or 60 s: \(late.count) \
            of \(trial.delays.count), most \(trial.delays.map(\.fixes).max() ?? 0) fixes, \(trial.delays.map(\.seconds).max() ?? 0) s; \
            arrivals \(trial.arrivals), missed \(trial.arrivalsMissed.count)
            """)
        for line in trial.misses.prefix(8) { print("missed", line) }
        for line in trial.falseAlarms.prefix(8) { print("false", line) }
        for line in trial.flaps.prefix(8) { print("twice", line) }
        for line in late.prefix(12) { print("late", line) }
        #expect(trial.hits >= trucks)
        #expect(trial.precision >= 0.98 && trial.recall >= 0.98)
        #expect(trial.flaps == [] && trial.unbalanced == [])
        #expect(Double(late.count) <= 0.02 * Double(trial.delays.count))
        #expect(trial.arrivalsMissed == [])
    }
}
