internal import EventLog

/// The file `FORMAT` of a log directory: which program's and which version's directory it is, and whether it was ever finished.
enum DirectoryFormat {
    private static let complete = "linehaul embedded log 1\n"
    private static let begun = "linehaul embedded log 1, being created\n"

    /// Whether the directory's database may be created: it is new, or its creation was cut off before anything was stored.
    static func mayCreate(in directory: String) throws(LogFailure) -> Bool {
        let path = "\(directory)/FORMAT"
        guard SystemFile.exists(path) else {
            let found = SystemFile.list(directory).filter { !["LOCK", "HEAD", "FORMAT.new"].contains($0) }
            if let name = found.first {
                throw LogFailure(
                    .refused,
                    "opening log directory \(directory): it holds \(name) but no file FORMAT, so it is not a log's or lost that file; "
                        + "name an empty directory, or put \(path) back with the line \"\(complete.dropLast())\"")
            }
            try SystemFile.replace(path, with: begun)
            return true
        }
        switch try SystemFile.read(path) {
        case complete: return false
        case begun: return true
        case let other:
            throw LogFailure(
                .refused,
                "opening log directory \(directory): \(path) says \(String(reflecting: String(other.prefix(60)))); this program reads "
                    + "\"\(complete.dropLast())\": use the program that wrote it, or put that line back if the file was damaged")
        }
    }

    /// Says that the database is there.
    static func finish(_ directory: String) throws(LogFailure) { try SystemFile.replace("\(directory)/FORMAT", with: complete) }
}
