internal import Pgoutput
internal import StreamCore

/// How far a capture has come. Only positions of commits are compared: a change's own may be another transaction's as well.
struct CapturePosition: Hashable, Sendable {
    /// The database system that the positions are of.
    var system: String
    /// Every transaction that committed before this is done.
    var end: LogPosition
    /// Where the last transaction that had changes ended.
    var lastCommit: LogPosition?
    /// The transaction under way: where its COMMIT stands, and how many of its changes are done.
    var open: Open?
    /// How many of the tables that are to be read have been, in order; `nil` once all are.
    var tablesRead: Int?
    /// The tables that somebody asked to be read again; empty where those of the beginning are.
    var asked: [CaptureSettings.Table] = []

    /// A transaction of which a part is done.
    struct Open: Hashable, Sendable {
        var final: LogPosition
        var done: Int
    }

    /// A capture's beginning.
    init(system: String, end: LogPosition, tablesRead: Int?) {
        self.system = system
        self.end = end
        self.tablesRead = tablesRead
    }

    /// Reads what `text` writes.
    init(_ text: String) throws(DecodeFailure) {
        var words: [Substring: Substring] = [:]
        for word in text.split(separator: " ") {
            let parts = word.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { words[parts[0]] = parts[1] }
        }
        guard let system = words["system"], let end = words["end"].flatMap({ LogPosition($0) }) else {
            throw DecodeFailure("a capture's position that cannot be read: \(text)")
        }
        self.system = String(system)
        self.end = end
        lastCommit = words["last"].flatMap { LogPosition($0) }
        tablesRead = words["tables"].flatMap { Int($0) }
        asked = (words["asked"] ?? "").split(separator: ",").map { CaptureSettings.Table(CapturePosition.plain($0)) }
        if let final = words["final"].flatMap({ LogPosition($0) }), let done = words["done"].flatMap({ Int($0) }) {
            open = Open(final: final, done: done)
        }
    }

    /// The position as people read it in the task's state.
    var text: String {
        var text = "system=\(system) end=\(end)"
        if let lastCommit { text += " last=\(lastCommit)" }
        if let open { text += " final=\(open.final) done=\(open.done)" }
        if let tablesRead { text += " tables=\(tablesRead)" }
        if !asked.isEmpty { text += " asked=\(asked.map { CapturePosition.word($0.description) }.joined(separator: ","))" }
        return text
    }

    /// Whether tables are to be read.
    var isReading: Bool { tablesRead != nil }

    /// Has tables read again, behind those that are asked for already.
    mutating func ask(for tables: [CaptureSettings.Table]) {
        for table in tables where !asked.contains(table) { asked.append(table) }
        if !asked.isEmpty { tablesRead = tablesRead ?? 0 }
    }

    /// All tables have been read.
    mutating func haveRead() { (tablesRead, asked) = (nil, []) }

    /// A text without what separates words, which `%` and two digits stand for.
    private static func word(_ text: String) -> String {
        var word = ""
        for scalar in text.unicodeScalars {
            if " ,=%".unicodeScalars.contains(scalar) {
                word += "%\(String(scalar.value, radix: 16))"
            } else {
                word.unicodeScalars.append(scalar)
            }
        }
        return word
    }

    /// What `word` stands for.
    private static func plain(_ word: Substring) -> String {
        var plain = ""
        for (index, part) in word.split(separator: "%", omittingEmptySubsequences: false).enumerated() {
            let scalar = index == 0 ? nil : UInt32(part.prefix(2), radix: 16).flatMap { Unicode.Scalar($0) }
            if let scalar { plain.unicodeScalars.append(scalar) }
            plain += scalar == nil ? part : part.dropFirst(2)
        }
        return plain
    }
}
