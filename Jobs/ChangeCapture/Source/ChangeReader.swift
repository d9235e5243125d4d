internal import Dataflow
internal import DebeziumFormat
internal import Pgoutput
internal import PostgresClient
internal import StreamCore
internal import Synchronization

/// Reads a database's changes: first the tables as they are, then the stream from there on.
// SAFETY: everything but `acknowledged` is touched by the feed's thread alone, and by whoever opens it before that runs.
final class ChangeReader: SourceReader, @unchecked Sendable {
    private let database: PostgresSettings
    private let capture: CaptureSettings
    private let scope: SourceScope
    private let acknowledged = Atomic<UInt64>(0)

    private var format: DebeziumSettings
    private var replication: ReplicationSession?
    private var session: PostgresSession?
    private var reading: TableReading?
    private var stream: Streaming?

    /// The stream while it runs.
    private struct Streaming {
        var decoder = PgoutputDecoder()
        var tables: TableRegister
        var scribe: TransactionScribe
        /// How far the server has sent everything.
        var sent = LogPosition.zero
        /// How far it was told that it may forget, and when.
        var told = LogPosition.zero
        var toldAt = EventTime.distantPast
        /// The position that was last given away.
        var given: CapturePosition
        var givenAt = EventTime.distantPast
        var mustAnswer = false
        /// The large transactions that have not committed.
        var running: RunningTransactions
        /// The one that has, and is read back before anything else.
        var kept: KeptTransaction?
        /// When, and up to when, progress is told.
        var pulse: Pulse
        /// Whether the server streams; it does not before the tables have been read for the first time.
        var isRunning = false
    }

    /// How often the server hears from here while nothing happens; it ends a connection that is silent for a minute.
    private static let signOfLife = EventTime.Span(microseconds: 5_000_000)
    /// How soon it hears what it may forget.
    private static let promptly = EventTime.Span(microseconds: 200_000)
    /// How many bytes of records are given at a time.
    private static let piece = 1 << 20

    init(_ database: PostgresSettings, _ capture: CaptureSettings, _ scope: SourceScope) {
        var database = database
        database.name = "linehaul \(capture.slot)"
        database.preparation = ReplicationSession.preparation
        self.database = database
        self.capture = capture
        self.scope = scope
        format = capture.format
    }

    func open(after text: String?) throws(StageFailure) {
        let known: CapturePosition?
        do throws(DecodeFailure) { known = try text.map { text throws(DecodeFailure) in try CapturePosition(text) } } catch {
            throw StageFailure("beginning to capture: \(error)", blame: .system, remedy: .stop)
        }
        do throws(PostgresFailure) {
            session = try PostgresSession(database)
            replication = try ReplicationSession(database)
        } catch {
            throw StageFailure("connecting to the database to capture from", error)
        }
        guard let session, let replication else { return }
        let slot = Slot(capture, session)
        try slot.publish()
        var format = capture.format
        let system: String
        do throws(PostgresFailure) {
            let found = try replication.query("IDENTIFY_SYSTEM")
            system = found.text(0, 0) ?? ""
            format.database = found.text(0, 3) ?? ""
        } catch {
            throw StageFailure("asking which database system it is", error)
        }
        var position: CapturePosition
        var snapshot: String?
        if let known, try canGoOn(from: known, on: system, slot) {
            position = known
        } else {
            try slot.drop()
            let made = try makeSlot(replication)
            snapshot = made.snapshot
            position = CapturePosition(system: system, end: made.at, tablesRead: capture.readsTables ? 0 : nil)
        }
        acknowledged.store(position.end.number, ordering: .relaxed)
        do throws(PostgresFailure) {
            if position.tablesRead != nil {
                reading = try TableReading(
                    session, capture, format, from: position, snapshot: snapshot, scope.outlets, at: scope.clock())
            }
        } catch {
            throw StageFailure("beginning to read tables", error)
        }
        let after = position
        position.haveRead()
        self.format = format
        stream = Streaming(
            tables: TableRegister(capture, format), scribe: TransactionScribe(capture, format, position, scope.outlets), given: after,
            running: RunningTransactions(in: capture.spill), pulse: Pulse(resting: capture.heartbeat))
        if reading == nil { try begin() }
    }

    /// Whether the server still has everything from there on; throws where it has not, and that is no reason to begin anew.
    private func canGoOn(from known: CapturePosition, on system: String, _ slot: Slot) throws(StageFailure) -> Bool {
        do throws(StageFailure) {
            if known.system != system {
                throw StageFailure(
                    "this is another database system than the one captured so far (\(system), not \(known.system)); \(Slot.wayOut)",
                    blame: .system, remedy: .stop)
            }
            try slot.check(against: known)
            return true
        } catch {
            if capture.whenLost == .readAgain, error.remedy == .stop { return false }
            throw error
        }
    }

    /// Makes the slot, and with it a snapshot that has what the stream will not.
    private func makeSlot(_ replication: ReplicationSession) throws(StageFailure) -> (at: LogPosition, snapshot: String?) {
        do throws(PostgresFailure) {
            let made = try replication.query("CREATE_REPLICATION_SLOT \(SQL.name(capture.slot)) LOGICAL pgoutput (SNAPSHOT 'export')")
            guard let at = made.text(0, 1).flatMap({ LogPosition($0) }) else { throw PostgresFailure(.unfit, "the slot has no position") }
            return (at, made.text(0, 2))
        } catch {
            throw StageFailure("making the slot \(capture.slot)", error)
        }
    }

    /// Has the server stream from where the capture stands.
    private func begin() throws(StageFailure) {
        guard let position = stream?.scribe.position else { return }
        do throws(PostgresFailure) {
            try replication?.stream(
                "START_REPLICATION SLOT \(SQL.name(capture.slot)) LOGICAL \(position.end) "
                    + "(\(try form()), publication_names \(SQL.text(SQL.name(capture.publication))), messages 'true')")
        } catch {
            throw StageFailure("beginning to stream from the slot \(capture.slot)", error)
        }
        stream?.isRunning = true
    }

    /// The protocol's version: large transactions come while they run where the server can do so.
    private func form() throws(PostgresFailure) -> String {
        let version = try usableSession().query("SHOW server_version_num").text(0, 0).flatMap { Int($0) } ?? 0
        return capture.streamsLarge && version >= 140_000 ? "proto_version '2', streaming 'on'" : "proto_version '1'"
    }

    func next() throws(StageFailure) -> SourceYield? {
        if let reading {
            if let rows = try reading.next() {
                try keepStream()
                return rows
            }
            self.reading = nil
            stream?.scribe.haveReadTables()
            if stream?.isRunning == false { try begin() }
        }
        guard var stream, let replication else { return nil }
        self.stream = nil
        defer { self.stream = stream }
        let now = scope.clock()
        var failure: StageFailure?
        do throws(PostgresFailure) {
            try answer(&stream, replication, at: now)
            if capture.tellsHeartbeats, stream.pulse.isDue(at: now) { try stream.pulse.ask(try usableSession(), at: now) }
            var count = 0
            repeat {
                failure = try readBack(into: &stream, at: now)
                if failure != nil || stream.kept != nil { break }
                count = try unsafe replication.receive(upTo: 512, within: .milliseconds(50)) { frame throws(PostgresFailure) in
                    failure = try unsafe take(frame, into: &stream, at: now)
                    return failure == nil && stream.kept == nil
                }
            } while failure == nil && (count == 512 || stream.kept != nil) && stream.scribe.outlets.byteCount < ChangeReader.piece
        } catch {
            throw StageFailure("reading the slot \(capture.slot)", error)
        }
        if let failure { throw failure }
        let given = given(&stream, at: now)
        if stream.scribe.position.isReading { reading = try read(again: stream.scribe.position, at: now) }
        return given
    }

    /// Lets the server know, while tables are read, that its stream is still wanted.
    private func keepStream() throws(StageFailure) {
        guard var stream, stream.isRunning, let replication else { return }
        self.stream = nil
        defer { self.stream = stream }
        do throws(PostgresFailure) { try answer(&stream, replication, at: scope.clock()) } catch {
            throw StageFailure("keeping the slot \(capture.slot)", error)
        }
    }

    /// Begins to read the tables that somebody asked for, as they are now: what the stream has yet to say of them follows.
    private func read(again position: CapturePosition, at now: EventTime) throws(StageFailure) -> TableReading {
        do throws(PostgresFailure) {
            let session = try usableSession()
            return try TableReading(session, capture, format, from: position, snapshot: nil, scope.outlets, at: now)
        } catch {
            throw StageFailure("beginning to read tables again", error)
        }
    }

    private func usableSession() throws(PostgresFailure) -> PostgresSession {
        if let session, session.isUsable { return session }
        let made = try PostgresSession(database)
        session = made
        return made
    }

    /// Takes a frame; what is wrong with it.
    private func take(
        _ frame: UnsafeRawBufferPointer, into stream: inout Streaming, at now: EventTime
    ) throws(PostgresFailure) -> StageFailure? {
        try understanding {
            switch try unsafe ReplicationFrame(frame) {
            case .keepAlive(let end, let replyRequested):
                stream.sent = max(stream.sent, end)
                stream.mustAnswer = stream.mustAnswer || replyRequested
            case .data(let start, let payload):
                if let part = stream.decoder.part(of: payload) {
                    return try stream.running.append(Spool.Message(payload: payload, start: start, part: part))
                }
                switch try stream.decoder.decode(payload).message {
                case .streamStart(let transaction, _): try stream.running.begin(transaction)
                case .streamStop: stream.running.end()
                case .streamAbort(let transaction, let part): stream.running.abort(transaction, part: part)
                case .streamCommit(let transaction, let final, let end, let time):
                    stream.kept = stream.running.commit(transaction, at: final, end: end, time: time)
                case let message: try write(message, at: start, into: &stream, now: now)
                }
            }
        }
    }

    /// Has a large transaction that has committed written, as much of it as is given at a time; what is wrong with it.
    private func readBack(into stream: inout Streaming, at now: EventTime) throws(PostgresFailure) -> StageFailure? {
        guard var kept = stream.kept.take() else { return nil }
        return try understanding {
            while stream.scribe.outlets.byteCount < ChangeReader.piece {
                guard let (message, start) = try kept.next() else {
                    if kept.isEmpty { return stream.scribe.progress(to: kept.end) }
                    return try write(.commit(at: kept.final, end: kept.end, time: kept.time), at: kept.final, into: &stream, now: now)
                }
                try write(message, at: start, into: &stream, now: now)
            }
            stream.kept = kept
        }
    }

    private func write(
        _ message: PgoutputMessage, at start: LogPosition, into stream: inout Streaming, now: EventTime
    ) throws {
        guard case .relation(let relation) = message else { return try stream.scribe.take(message, at: start, stream.tables, now: now) }
        try describe(relation, in: &stream.tables)
    }

    /// What is wrong with what the server has sent, where that is not the connection's.
    private func understanding(_ body: () throws -> Void) throws(PostgresFailure) -> StageFailure? {
        do {
            try body()
            return nil
        } catch let error as StageFailure {
            return error
        } catch let error as DecodeFailure {
            return StageFailure("reading the slot \(capture.slot): \(error)", blame: .record, remedy: .stop)
        } catch let error as PostgresFailure {
            throw error
        } catch {
            return StageFailure("reading the slot \(capture.slot): \(error)", blame: .system)
        }
    }

    private func describe(_ relation: Relation, in tables: inout TableRegister) throws(PostgresFailure) {
        try tables.take(relation, Catalog(try usableSession()))
    }

    /// What has come, with the position behind it; progress alone now and then.
    private func given(_ stream: inout Streaming, at now: EventTime) -> SourceYield? {
        if stream.scribe.isBetween { stream.scribe.progress(to: stream.sent) }
        let position = stream.scribe.position
        let hasRecords = stream.scribe.outlets.count > 0
        if hasRecords { stream.pulse.quicken(at: now) }
        let word = stream.pulse.word(done: position.end, committed: LogPosition(acknowledged.load(ordering: .relaxed)))
        if let word { stream.scribe.beat(word) }
        let isDue = hasRecords || stream.pulse.isUrgent || now.since(stream.givenAt) >= capture.heartbeat
        guard word != nil || position != stream.given && isDue else { return nil }
        (stream.given, stream.givenAt) = (position, now)
        return stream.scribe.outlets.take(upTo: position.text, at: max(stream.scribe.newest, EventTime(microseconds: 0)))
    }

    /// Tells the server how far it may forget: when it asks, when there is news, or as a sign of life; never for each of its own.
    private func answer(_ stream: inout Streaming, _ replication: ReplicationSession, at now: EventTime) throws(PostgresFailure) {
        let flushed = LogPosition(acknowledged.load(ordering: .relaxed))
        let silence = now.since(stream.toldAt)
        let isDue = stream.mustAnswer || silence >= ChangeReader.signOfLife || flushed > stream.told && silence >= ChangeReader.promptly
        guard isDue else { return }
        try replication.send(ReplicationFrame.status(flushed: flushed, at: now))
        (stream.told, stream.toldAt, stream.mustAnswer) = (flushed, now, false)
    }

    func committed(_ position: String) {
        guard let end = try? CapturePosition(position).end else { return }
        acknowledged.store(end.number, ordering: .relaxed)
    }

    func close() {
        stream = nil
        reading = nil
        session = nil
        replication = nil
    }
}
