internal import AccessKeys
internal import AuditAnomaly
internal import Dataflow
internal import HOSViolations
internal import Ledger
internal import RouteDeviation
internal import StatusTransitions

/// The jobs that this program can run.
let jobs = JobCatalog(
    .init(AccessKeys.init(settings:)),
    .init(AuditAnomaly.init(settings:)),
    .init(HOSViolations.init(settings:)),
    .init(Ledger.init(settings:)),
    .init(RouteDeviation.init(settings:)),
    .init(StatusTransitions.init(settings:)))

/// The logs that this program can keep its topics in.
let logs: [LogDoor] = [.embedded, .kafka]
