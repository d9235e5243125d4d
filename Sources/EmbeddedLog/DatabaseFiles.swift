internal import EventLog

/// The files of a RocksDB by name, for messages that say which of them is the matter.
enum DatabaseFiles {
    /// Fails when `CURRENT` does not name a manifest that is there: RocksDB would say so without the name.
    static func check(_ path: String, opening directory: String) throws(LogFailure) {
        guard SystemFile.exists("\(path)/CURRENT") else {
            throw LogFailure(.damaged, "opening log directory \(directory): \(path)/CURRENT is missing; \(LogFailure.damageAdvice)")
        }
        let text = try SystemFile.read("\(path)/CURRENT")
        let name = text.hasSuffix("\n") ? String(text.dropLast()) : ""
        guard name.hasPrefix("MANIFEST-"), name.dropFirst(9).allSatisfy(\.isNumber), SystemFile.exists("\(path)/\(name)") else {
            throw LogFailure(
                .damaged,
                "opening log directory \(directory): \(path)/CURRENT says \(String(reflecting: String(text.prefix(60)))), which names "
                    + "no MANIFEST in \(path); \(LogFailure.damageAdvice)")
        }
    }

    /// The manifest that `CURRENT` names: what an opening reads first.
    static func manifest(_ path: String) -> String {
        let text = (try? SystemFile.read("\(path)/CURRENT")) ?? ""
        return "\(path)/\(text.split(separator: "\n").first ?? "CURRENT")"
    }

    /// The first file that a message of RocksDB's names.
    static func named(in message: String) -> Substring? {
        message.split(whereSeparator: { " :,;()".contains($0) }).first { word in
            ["sst", "blob", "log"].contains { word.hasSuffix(".\($0)") } || word.contains("MANIFEST-") || word.hasSuffix("CURRENT")
        }
    }
}
