internal import EventLog
internal import RocksDB
internal import StreamCore

extension LogFailure {
    /// RocksDB's failure as the log's, with what was being done and what to do.
    init(_ failure: RocksDBFailure, _ doing: String) {
        switch failure.kind {
        case .noSpace: self.init(.full, "\(doing): the disk is full; free some and start again (\(failure.message))")
        case .corruption: self.init(.damaged, "\(doing): \(failure.message); \(Self.damageAdvice)")
        case .lockHeld: self.init(.refused, "\(doing): \(failure.message); stop the process that has it open")
        case .ioError: self.init(.unavailable, "\(doing): the disk failed; check it and start again (\(failure.message))")
        case .other: self.init(.damaged, "\(doing): \(failure.message); \(Self.damageAdvice)")
        }
    }

    /// What a person can do about a damaged directory.
    static let damageAdvice = "put the directory back from a copy, or set it aside and start with an empty one"
}

/// Runs calls of the database, turning their failures into the log's.
func stored<Result>(
    _ doing: @autoclosure () -> String, _ body: () throws(RocksDBFailure) -> Result
) throws(LogFailure) -> Result {
    do {
        return try body()
    } catch {
        throw LogFailure(error, doing())
    }
}

/// Decodes what the database keeps, saying whose record it was when it cannot be.
func decoded<Result>(_ what: @autoclosure () -> String, _ body: () throws(DecodeFailure) -> Result) throws(LogFailure) -> Result {
    do {
        return try body()
    } catch {
        throw LogFailure(.damaged, "\(what()): \(error); \(LogFailure.damageAdvice)")
    }
}
