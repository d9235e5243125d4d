internal import ArrivalsAndDelays
internal import AuditAnomaly
internal import Dataflow
internal import HOSViolations
internal import Ledger
internal import RouteDeviation
internal import StatusTransitions

/// The jobs that this program can run.
let jobs = JobCatalog(
    ArrivalsAndDelays.self, AuditAnomaly.self, HOSViolations.self, Ledger.self, RouteDeviation.self, StatusTransitions.self)

/// The logs that this program can keep its topics in.
let logs: [LogDoor] = [.embedded, .kafka]
