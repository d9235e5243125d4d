internal import Metrics

/// What the feed counts.
struct FeedFigures: Sendable {
    let clients: Gauge
    let behind: Gauge
    let sent: Counter
    let resumed: Counter

    init(_ metrics: MetricsRegistry) {
        clients = metrics.gauge("feed_clients", "Clients that are connected to the event feed.")
        behind = metrics.gauge("feed_clients_behind", "Clients that do not take events as fast as they come.")
        sent = metrics.counter("feed_events_sent_total", "Events sent, one for each client that got one.")
        resumed = metrics.counter("feed_resumed_from_log_total", "Clients for whom the log was read again.")
    }
}
