internal import Foundation
internal import Synchronization

/// A real PostgreSQL for tests: a private cluster in a scratch directory on a port of its own, or one that runs elsewhere.
///
/// The programs are those that Debian's `postgresql` installs. PostgreSQL does not run as root, so there it runs as the user `postgres`.
/// `LINEHAUL_TEST_POSTGRES` names a running server's URI in its place, of a user who may create databases; that one cannot be killed.
public final class PostgresServer: Sendable {
    private let base: Base
    private let made = Atomic<Int>(0)

    /// Where its programs and its data are.
    private enum Base {
        case elsewhere(uri: String)
        case own(directory: String, port: Int, password: String, isSecure: Bool)
    }

    /// Why there is no server to test against.
    public struct Missing: Error, CustomStringConvertible {
        /// What to do.
        public let description: String
    }

    /// Why no PostgreSQL can be had here; `nil` where one can.
    public static var missing: String? {
        if elsewhere != nil || programs != nil { return nil }
        return "no PostgreSQL to test against: install postgresql and its postgis, or set LINEHAUL_TEST_POSTGRES to a URI"
    }

    /// The one that the tests of a process share: started by the first that asks, stopped when the process ends.
    public static func shared() throws -> PostgresServer { try common.get() }

    private static let common = Result {
        let server = try PostgresServer()
        remaining.withLock { $0 = server }
        atexit { PostgresServer.remaining.withLock { $0?.stop() } }
        return server
    }

    private static let remaining = Mutex<PostgresServer?>(nil)
    private static let elsewhere = ProcessInfo.processInfo.environment["LINEHAUL_TEST_POSTGRES"].flatMap { $0.isEmpty ? nil : $0 }

    /// Starts one of its own, or takes the one elsewhere where the environment names it. `settings` are lines for `postgresql.conf`. One that
    /// `isSecure` speaks TLS alone, with a certificate of its own that its URIs name.
    public init(settings: [String] = [], isSecure: Bool = false) throws {
        if let uri = Self.elsewhere {
            base = .elsewhere(uri: uri)
            return
        }
        guard Self.programs != nil else { throw Missing(description: Self.missing ?? "no PostgreSQL") }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-postgres-\(UUID().uuidString)").path
        let password = "test-\(UUID().uuidString.prefix(12))"
        base = .own(directory: directory, port: FreePorts.first(of: 1), password: password, isSecure: isSecure)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try password.write(toFile: "\(directory)/password", atomically: true, encoding: .utf8)
        if isSecure { try Self.certify(directory) }
        try own(directory)
        try run(
            "initdb",
            [
                "-D", "\(directory)/data", "-U", "linehaul", "-A", "scram-sha-256", "--pwfile", "\(directory)/password", "-N", "-E", "UTF8",
                "--locale=C.UTF-8",
            ])
        let secure = [
            "ssl = on", "ssl_cert_file = '\(directory)/certificate.pem'", "ssl_key_file = '\(directory)/key.pem'",
            "hba_file = '\(directory)/access'",
        ]
        let lines = Self.settings(socket: directory) + (isSecure ? secure : []) + settings
        let configuration = "\(directory)/data/postgresql.conf"
        try (String(contentsOfFile: configuration, encoding: .utf8) + lines.map { $0 + "\n" }.joined())
            .write(toFile: configuration, atomically: false, encoding: .utf8)
        try start()
    }

    /// Starts a standby of `primary`, one of our own without TLS: it begins with a copy, and follows without being waited for.
    public init(following primary: PostgresServer) throws {
        guard case .own(_, _, let password, false) = primary.base else {
            throw Missing(description: "this PostgreSQL is not ours to follow")
        }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-postgres-\(UUID().uuidString)").path
        base = .own(directory: directory, port: FreePorts.first(of: 1), password: password, isSecure: false)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try own(directory)
        try run("pg_basebackup", ["-d", primary.uri(of: "postgres"), "-D", "\(directory)/data", "-R", "-X", "stream", "-c", "fast"])
        let configuration = "\(directory)/data/postgresql.conf"
        try (String(contentsOfFile: configuration, encoding: .utf8) + "unix_socket_directories = '\(directory)'\n")
            .write(toFile: configuration, atomically: false, encoding: .utf8)
        try start()
    }

    /// Makes a certificate for 127.0.0.1, and has nobody let in without TLS and a password.
    private static func certify(_ directory: String) throws {
        let outcome = Shell.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                "subjectAltName=IP:127.0.0.1", "-keyout", "\(directory)/key.pem", "-out", "\(directory)/certificate.pem",
            ])
        guard outcome.status == 0 else { throw Missing(description: "openssl ended with \(outcome.status)") }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(directory)/key.pem")
        try """
        hostssl all all 127.0.0.1/32 scram-sha-256
        hostssl replication all 127.0.0.1/32 scram-sha-256
        """.write(toFile: "\(directory)/access", atomically: true, encoding: .utf8)
    }

    /// Durable against what a test does, the end of processes, and no further.
    private static func settings(socket: String) -> [String] {
        [
            "listen_addresses = '127.0.0.1'", "unix_socket_directories = '\(socket)'", "fsync = off", "full_page_writes = off",
            "wal_level = logical", "max_wal_senders = 8", "max_replication_slots = 8", "shared_buffers = 128MB", "max_wal_size = 2GB",
            "log_min_messages = warning",
        ]
    }

    deinit { stop() }

    /// The URI of a database of its own, empty but for PostGIS where that is asked for.
    public func database(with extensions: [String] = []) throws -> String {
        let name = "test_\(ProcessInfo.processInfo.processIdentifier)_\(made.add(1, ordering: .relaxed).newValue)"
        _ = try psql("CREATE DATABASE \(name)", on: uri(of: "postgres"))
        let uri = uri(of: name)
        for name in extensions { _ = try psql("CREATE EXTENSION \(name)", on: uri) }
        return uri
    }

    /// Runs statements with `psql`; what they print, a row a line, columns between bars.
    public func psql(_ sql: String, on uri: String) throws -> String {
        let program = Self.programs.map { "\($0)/psql" } ?? "/usr/bin/psql"
        let outcome = Shell.run(program, [uri, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"], input: sql)
        guard outcome.status == 0 else { throw Missing(description: "psql ended with \(outcome.status) at: \(sql.prefix(200))") }
        return outcome.output.trimmingCharacters(in: .newlines)
    }

    /// The port it listens on; `nil` for one elsewhere.
    public var port: Int? { if case .own(_, let port, _, _) = base { port } else { nil } }

    /// Where a database of it is.
    public func uri(of database: String) -> String {
        switch base {
        case .elsewhere(let uri):
            var parts = URLComponents(string: uri)
            parts?.path = "/\(database)"
            return parts?.string ?? uri
        case .own(let directory, let port, let password, let isSecure):
            let secure = isSecure ? "?sslmode=verify-full&sslrootcert=\(directory)/certificate.pem" : ""
            return "postgresql://linehaul:\(password)@127.0.0.1:\(port)/\(database)\(secure)"
        }
    }

    /// Kills every process of it, as a power cut would.
    public func kill() throws {
        let (directory, _) = try mine()
        guard let pid = postmaster(directory) else { return }
        // The postmaster first, stopped, so that it starts nothing anew.
        Foundation.kill(pid, SIGSTOP)
        // No program is asked for them: another one, begun meanwhile, would hold its output open while it waits for the server.
        let listed = try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
        let children = listed.split(separator: " ").compactMap { Int32($0) }
        for child in children { Foundation.kill(child, SIGKILL) }
        Foundation.kill(pid, SIGKILL)
        while Foundation.kill(pid, 0) == 0 { usleep(2_000) }
        for child in children { while Foundation.kill(child, 0) == 0 { usleep(2_000) } }
    }

    /// Starts it, on what it left where it was killed or stopped.
    public func start() throws {
        let (directory, port) = try mine()
        try? FileManager.default.removeItem(atPath: "\(directory)/data/postmaster.pid")
        try run("pg_ctl", ["-D", "\(directory)/data", "-l", "\(directory)/log", "-w", "-t", "60", "-o", "-p \(port)", "start"])
    }

    /// Makes a standby the primary; returns when it takes writes.
    public func promote() throws {
        let (directory, _) = try mine()
        try run("pg_ctl", ["-D", "\(directory)/data", "-w", "-t", "60", "promote"])
    }

    /// Has the tables that are made in the database from now on lie on `disk`.
    public func place(_ uri: String, on disk: SmallDisk) throws {
        let directory = "\(disk.path)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try own(directory)
        _ = try psql("CREATE TABLESPACE small LOCATION '\(directory)'", on: uri)
        _ = try psql("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_tablespace = small', current_database()); END $$", on: uri)
    }

    /// Ends it in order, its data kept.
    public func shutDown() throws {
        let (directory, _) = try mine()
        try run("pg_ctl", ["-D", "\(directory)/data", "-m", "fast", "-w", "stop"])
    }

    /// Ends it and removes what it kept.
    public func stop() {
        guard case .own(let directory, _, _, _) = base, FileManager.default.fileExists(atPath: directory) else { return }
        try? run("pg_ctl", ["-D", "\(directory)/data", "-m", "immediate", "stop"])
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func mine() throws -> (directory: String, port: Int) {
        guard case .own(let directory, let port, _, _) = base else { throw Missing(description: "this PostgreSQL is not ours to end") }
        return (directory, port)
    }

    private func postmaster(_ directory: String) -> pid_t? {
        let file = try? String(contentsOfFile: "\(directory)/data/postmaster.pid", encoding: .utf8)
        return file?.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    private func own(_ directory: String) throws {
        guard getuid() == 0 else { return }
        let outcome = Shell.run("/bin/chown", ["-R", "postgres", directory])
        guard outcome.status == 0 else { throw Missing(description: "there is no user postgres for PostgreSQL to run as") }
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let path = "\(Self.programs ?? "")/\(program)"
        let asUser = getuid() == 0 ? ["/usr/sbin/runuser", "-u", "postgres", "--", path] : [path]
        let outcome = Shell.run(asUser[0], Array(asUser.dropFirst()) + arguments)
        guard outcome.status == 0 else {
            throw Missing(description: "\(program) ended with \(outcome.status): \(outcome.output.suffix(500))")
        }
    }

    /// The folder of the newest version that Debian has installed here.
    private static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }.sorted()
        guard let newest = versions.last, FileManager.default.isExecutableFile(atPath: "\(root)/\(newest)/bin/initdb") else { return nil }
        return "\(root)/\(newest)/bin"
    }()
}
