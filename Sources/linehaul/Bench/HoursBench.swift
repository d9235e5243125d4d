internal import Dataflow
internal import EventLog
internal import Execution
internal import HOSViolations
internal import StreamCore
internal import Wire

/// `linehaul bench hos`: duty entries a second through hours of service, from topic to durable epochs, with logs of some days in state.
struct HoursBench {
    var drivers = 10_000
    var records = 1_000_000
    var parallelism = 1
    var partitions = 8

    /// A driver's week in minutes: five days of eleven hours at the wheel, twice interrupted, and a rest that starts the cycle anew. Every
    /// fourth driver is half an hour too long at the wheel every day.
    private static let week: [(status: String, minutes: Int)] = (0..<5).flatMap { day in
        [
            ("ON_DUTY", 30), ("DRIVING", 240), ("OFF_DUTY", 30), ("DRIVING", 240), ("ON_DUTY", 45), ("DRIVING", 180),
            ("SLEEPER_BERTH", day == 4 ? 3_555 : 675),
        ]
    }
    /// When each of the week's entries begins, in minutes.
    private static let starts = week.indices.map { week[..<$0].reduce(0) { $0 + $1.minutes } }
    private static let began = EventTime(milliseconds: 1_772_431_200_000)

    /// The entries are in their topic before the clock runs; it runs until the epoch that holds the last of them commits.
    func run(in scratch: BenchScratch) async throws -> JSON {
        let bed = try BenchBed(scratch, slots: parallelism)
        let names = ["bench.duty", "bench.rules", "bench.carriers", "bench.violations", "bench.alerts", "bench.hours"]
        try bed.ensure(names.map { ($0, partitions) })
        try fill(bed)
        var settings = SettingsReader()
        let job = try HOSViolations(settings: &settings)
        var (duty, reference) = (InletSettings(), InletSettings())
        duty.ahead = EventTime.Span(microseconds: .max / 4)
        reference.readToEnd = true
        func topic(_ name: String) -> JobBindings.Topic { JobBindings.Topic("bench.\(name)", partitions: partitions, key: "driver_id") }
        let bindings = JobBindings(
            inlets: [
                "duty": .init(topic("duty"), settings: duty), "rules": .init(topic("rules"), settings: reference),
                "carriers": .init(topic("carriers"), settings: reference),
            ],
            outlets: ["violations": topic("violations"), "alerts": topic("alerts"), "hours": topic("hours")], parallelism: parallelism)
        let clock = ContinuousClock()
        let start = clock.now
        try await bed.engine.deploy(JobDeployment(job: job, bindings: bindings, fingerprint: "bench"))
        try await bed.untilRead(records, by: HOSViolations.name)
        let seconds = (clock.now - start) / .seconds(1)
        let memory = await bed.engine.snapshot().reduce(0) { $0 + $1.stages.reduce(0) { $0 + $1.tasks.reduce(0) { $0 + $1.memory } } }
        let said = try bed.records(in: "bench.violations", partitions: partitions)
        await bed.close()
        return .object([
            "drivers": .integer(Int64(drivers)), "records": .integer(Int64(records)), "parallelism": .integer(Int64(parallelism)),
            "seconds": .number(seconds), "records_per_second": .number((Double(records) / seconds).rounded()),
            "violations_and_warnings": .integer(Int64(said)), "state_memory_bytes": .integer(Int64(memory)),
        ])
    }

    /// The entries of all drivers in the order of their time: one that came hours after another driver's later one would find its driver
    /// still at the wheel, and be measured saying and retracting violations that nobody committed.
    private func fill(_ bed: BenchBed) throws {
        let ids = (0..<drivers).map { number in
            let digits = String(number + 1_000_000_000_000)
            return "0191f6a0-7f0b-7a5e-9b4f-\(digits.prefix(12))"
        }
        var builders = (0..<partitions).map { _ in BatchBuilder(capacity: 256 << 10) }
        func flush(_ partition: Int) throws {
            _ = try bed.log.append([PartitionBatch(TopicPartition("bench.duty", Partition(partition)), builders[partition].finish())])
        }
        let spread = ids.map { Partitioner.partition(of: Array($0.utf8), among: partitions).index }
        // Who drives longer rests shorter, so that every day begins for all at once.
        let punctual = (0..<drivers).filter { $0 % 4 != 0 }
        let tired = (0..<drivers).filter { $0 % 4 == 0 }
        for index in 0..<records {
            let (place, step) = (index % drivers, index / drivers)
            let driver = place < punctual.count ? punctual[place] : tired[place - punctual.count]
            let (weeks, entry) = (step / HoursBench.week.count, step % HoursBench.week.count)
            let status = HoursBench.week[entry].status
            let isLate = status == "SLEEPER_BERTH" && driver % 4 == 0
            let minutes = weeks * 7 * 1_440 + HoursBench.starts[entry] + (isLate ? 30 : 0)
            let at = HoursBench.began.advanced(by: .init(microseconds: Int64(minutes) * 60_000_000 + Int64(place) * 1_000))
            let (id, time) = (ids[driver], at.rfc3339)
            let text =
                #"{"event_id":"\#(id.dropLast(12))\#(index + 100_000_000_000)","event_type":"DRIVER_STATUS_CHANGED","version":"1.0","timestamp":"\#(time)","#
                + #""source":"eld","entity_type":"DRIVER","entity_id":"\#(id)","severity":"INFO","metadata":{},"data":{"driver_id":"\#(id)","#
                + #""new_status":"\#(status)","log_entry_id":"\#(index)"}}"#
            builders[spread[driver]].append(key: Array(id.utf8), value: Array(text.utf8), time: at)
            if builders[spread[driver]].count == 1_024 { try flush(spread[driver]) }
        }
        for partition in builders.indices where !builders[partition].isEmpty { try flush(partition) }
    }
}
