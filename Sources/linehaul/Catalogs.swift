internal import AccessKeys
internal import AuditAnomaly
internal import Dataflow
internal import HOSViolations
internal import Ledger
internal import PostgresSink
internal import RouteDeviation
internal import StatusTransitions

/// The jobs that this program can run, each given what it needs besides its settings.
func jobCatalog(with databases: Databases) -> JobCatalog {
    JobCatalog(
        .init(AccessKeys.init(settings:)),
        .init(AuditAnomaly.init(settings:)),
        .init(HOSViolations.init(settings:)),
        .init(Ledger.init(settings:)),
        .init { settings throws(SettingsFailure) in try PostgresSink(databases.postgres, settings: &settings) },
        .init(RouteDeviation.init(settings:)),
        .init(StatusTransitions.init(settings:)))
}

/// The jobs for looking at them: they lead nowhere.
let jobs = jobCatalog(with: .none)

/// The logs that this program can keep its topics in.
let logs: [LogDoor] = [.embedded, .kafka]
