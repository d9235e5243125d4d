internal import AccessKeys
internal import ArrivalsAndDelays
internal import AuditAnomaly
internal import CarrierPerformance
internal import ChangeCapture
internal import ChangeFanOut
internal import Dataflow
internal import EventCatalog
internal import Gateway
internal import HOSViolations
internal import Ledger
internal import Neo4jSink
internal import PostgresSink
internal import Publications
internal import RouteDeviation
internal import RouteOptimization
internal import StatusTransitions
internal import TimescaleSink
internal import Webhooks

/// The jobs that this program can run; those that serve or lean on something get it from the surroundings of the process.
func jobs(in surroundings: Surroundings = .nowhere, with databases: Databases = .none) -> JobCatalog {
    JobCatalog(
        .init(AccessKeys.init(settings:)),
        .init(ArrivalsAndDelays.init(settings:)),
        .init(AuditAnomaly.init(settings:)),
        .init(CarrierPerformance.init(settings:)),
        .init { settings throws(SettingsFailure) in try ChangeCapture(databases.captured, settings: &settings) },
        .init(ChangeFanOut.init(settings:)),
        .init(EventCatalog.init(settings:)),
        .init { settings throws(SettingsFailure) in try Gateway(settings: &settings, in: surroundings) },
        .init(HOSViolations.init(settings:)),
        .init(Ledger.init(settings:)),
        .init { settings throws(SettingsFailure) in try Neo4jSink(databases.neo4j, settings: &settings) },
        .init { settings throws(SettingsFailure) in try PostgresSink(databases.postgres, settings: &settings) },
        .init(Publications.init(settings:)),
        .init(RouteDeviation.init(settings:)),
        .init(RouteOptimization.init(settings:)),
        .init(StatusTransitions.init(settings:)),
        .init { settings throws(SettingsFailure) in try TimescaleSink(databases.series, settings: &settings) },
        .init { settings throws(SettingsFailure) in
            try Webhooks(settings: &settings, in: surroundings.instance.isEmpty ? nil : surroundings.instance)
        })
}

/// The logs that this program can keep its topics in.
let logs: [LogDoor] = [.embedded, .kafka]
