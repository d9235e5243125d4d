internal import AuditAnomaly
internal import Dataflow
internal import Ledger
internal import RouteDeviation
internal import Topology

/// The jobs that this program can run.
let jobs = JobCatalog(AuditAnomaly.self, Ledger.self, RouteDeviation.self)

/// The logs that this program can keep its topics in.
let logs: [ClusterSettings.LogKind] = [.embedded]
