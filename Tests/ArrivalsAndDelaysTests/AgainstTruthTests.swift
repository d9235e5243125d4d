import Foundation
import Testing

/// The job held against what the simulator knows to be true: 5 to 60 s between fixes, 10 to 50 m of noise, gaps, late and repeated records.
@Suite struct AgainstTruthTests {
    /// How many trucks drive for fourteen hours; about two trips each. `LINEHAUL_TRUCKS=400` is the full proof.
    private let trucks = ProcessInfo.processInfo.environment["LINEHAUL_TRUCKS"].flatMap { Int($0) } ?? 60

    @Test func `stops, delays and service are told as they were, each once`() throws {
        let trial = try Trial(vehicles: trucks, hours: 14, seed: 5)
        print(
            """
            \(trial.trips) trips; \(trial.wrong.count) wrong; \(trial.overdue) overdue; expected late \(trial.expectedLate.said), of which late \
            \(trial.expectedLate.wereLate), said twice \(trial.expectedLate.twice); \(trial.detained) detained; \(trial.serviced) due for service; \
            \(trial.etasPerTrip) estimates a trip
            """)
        for (reason, errors) in trial.errors.sorted(by: { $0.key < $1.key }) {
            print(reason, "\(errors.count): half within \(errors.within(0.5)) s, 95 % \(errors.within(0.95)) s, all \(errors.within(1)) s")
        }
        for (ahead, errors) in trial.etaErrors.sorted(by: { $0.key < $1.key }) {
            print("\(ahead) h ahead \(errors.count): half within \(errors.within(0.5)) min, 95 % \(errors.within(0.95)) min")
        }
        for line in trial.wrong.prefix(12) { print(line) }
        #expect(trial.trips >= trucks && trial.wrong == [])
        #expect(trial.detained > 0 && trial.overdue > 0 && trial.serviced > 0)
        for (reason, errors) in trial.errors {
            #expect(errors.within(0.5) <= 60 && errors.within(0.95) <= 600, "\(reason)")
        }
        #expect(trial.expectedLate.twice == 0)
        #expect(trial.etaErrors[1]?.within(0.5) ?? 0 <= 20)
    }
}
