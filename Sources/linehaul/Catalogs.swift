internal import AuditAnomaly
internal import Dataflow
internal import Ledger

/// The jobs that this program can run.
let jobs = JobCatalog(AuditAnomaly.self, Ledger.self)

/// The logs that this program can keep its topics in.
let logs: [LogDoor] = [.embedded, .kafka]
