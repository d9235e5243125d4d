internal import EventLog
internal import StructuredLog
internal import Synchronization

/// The clients that a log has for itself: one that appends, administers and asks for ends, and one that asks for committed offsets. The
/// others belong to readers, writers and the membership.
final class LogClients: Sendable {
    private let settings: KafkaLogSettings
    private let logger: Logger?
    private let state: Mutex<OpenClients?>

    init(_ settings: KafkaLogSettings, _ logger: Logger?) throws(LogFailure) {
        self.settings = settings
        self.logger = logger
        state = Mutex(try OpenClients(settings, logger))
    }

    /// The clients of an open log. A producer that can do nothing more is replaced.
    func open() throws(LogFailure) -> OpenClients {
        try state.withLock { state throws(LogFailure) in
            guard let open = state else { throw LogFailure(.unavailable, "using a log that was closed") }
            if !open.appender.isSpent { return open }
            open.close()
            let fresh = try OpenClients(settings, logger)
            state = fresh
            return fresh
        }
    }

    func close() {
        let open = state.withLock { state in
            defer { state = nil }
            return state
        }
        open?.close()
    }
}

/// What is open together.
final class OpenClients: Sendable {
    let producer: KafkaClient
    let appender: Appender
    let directory: TopicDirectory
    let surveyor: EndSurveyor
    let coordinators: Coordinators
    private let settings: KafkaLogSettings
    private let logger: Logger?
    private let asking = Mutex<KafkaClient?>(nil)

    init(_ settings: KafkaLogSettings, _ logger: Logger?) throws(LogFailure) {
        self.settings = settings
        self.logger = logger
        producer = try KafkaClient(.producer, settings.appender, logger: logger, "opening Kafka at \(settings.servers)")
        appender = Appender(producer, patience: settings.requestTimeout)
        directory = TopicDirectory(producer, patience: settings.requestTimeout)
        coordinators = Coordinators(producer)
        surveyor = EndSurveyor(producer, patience: .seconds(2))
    }

    /// The reader of committed offsets, made when first asked for.
    func bookkeeper() throws(LogFailure) -> KafkaClient {
        try asking.withLock { asking throws(LogFailure) in
            if let asking { return asking }
            let fresh = try KafkaClient(.consumer, settings.bookkeeper, logger: logger, "opening Kafka at \(settings.servers)")
            asking = fresh
            return fresh
        }
    }

    func close() {
        surveyor.close()
        appender.close()
    }
}
