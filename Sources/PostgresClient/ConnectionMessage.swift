/// What libpq says of a connection, without where it led and as whom.
enum ConnectionMessage {
    /// The message's last line, its address and what is quoted in it left out.
    static func text(_ message: UnsafePointer<CChar>?) -> String {
        guard let message = unsafe message else { return "the connection broke" }
        return text(unsafe String(cString: message))
    }

    /// The same, of a Swift text.
    static func text(_ message: String) -> String {
        var line = message.split(whereSeparator: \.isNewline).last { !$0.contains("Is the server running") }.map(String.init) ?? ""
        // "connection to server at "db" (10.0.0.1), port 5432 failed: FATAL:  password authentication failed for user "x""
        if let end = line.firstRange(of: " failed: "), line.hasPrefix("connection to ") { line = String(line[end.upperBound...]) }
        for severity in ["FATAL:", "ERROR:", "PANIC:"] where line.hasPrefix(severity) { line = String(line.dropFirst(severity.count)) }
        let plain = line.trimmingSpaces.withoutQuotes
        return plain.isEmpty ? "the connection broke" : plain
    }

    /// What a refusal to connect means. The server's code is not among what libpq tells of it.
    static func kind(_ message: String) -> PostgresFailure.Kind {
        let refusals = [
            "authentication failed", "no password supplied", "is not permitted to log in", "pg_hba.conf", "role … does not exist",
        ]
        if refusals.contains(where: message.contains) { return .forbidden }
        return message.contains("does not exist") ? .unfit : .unavailable
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        let tail = drop { $0 == " " }
        return String(tail.reversed().drop { $0 == " " }.reversed())
    }

    /// What stands in quotes replaced by an ellipsis: names of hosts, users and databases.
    fileprivate var withoutQuotes: String {
        var parts: [Substring] = []
        for (index, part) in split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            parts.append(index % 2 == 0 ? part : "…")
        }
        return parts.joined()
    }
}
