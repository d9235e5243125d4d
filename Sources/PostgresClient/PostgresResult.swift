internal import CPostgres

/// What a statement gave: rows of texts, or a count of rows done to. Confined to whoever asked.
@safe public final class PostgresResult {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe PQclear(handle) }

    /// How many rows it has.
    public var count: Int { Int(unsafe PQntuples(handle)) }

    /// The names of its columns.
    public var columns: [String] {
        (0..<(unsafe PQnfields(handle))).map { index in unsafe PQfname(handle, index).map { unsafe String(cString: $0) } ?? "" }
    }

    /// How many rows an `INSERT`, `UPDATE`, `DELETE` or `COPY` was done to.
    public var affected: Int {
        guard let text = unsafe PQcmdTuples(handle) else { return 0 }
        return unsafe Int(String(cString: text)) ?? 0
    }

    /// A value in its text form; `nil` for NULL.
    public func text(_ row: Int, _ column: Int) -> String? {
        unsafe withBytes(row, column) { bytes in unsafe bytes.map { unsafe String(decoding: $0, as: UTF8.self) } }
    }

    /// A whole number; `nil` for NULL, and for what is none.
    public func integer(_ row: Int, _ column: Int) -> Int64? { text(row, column).flatMap { Int64($0) } }

    /// A number; `nil` for NULL, and for what is none.
    public func number(_ row: Int, _ column: Int) -> Double? { text(row, column).flatMap { Double($0) } }

    /// A truth value; `nil` for NULL.
    public func flag(_ row: Int, _ column: Int) -> Bool? { text(row, column).map { $0 == "t" } }

    /// Lends a value's bytes; `nil` for NULL.
    public func withBytes<Result>(_ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        let (row, column) = (Int32(row), Int32(column))
        guard unsafe PQgetisnull(handle, row, column) == 0, let start = unsafe PQgetvalue(handle, row, column) else {
            return body(nil)
        }
        return unsafe body(UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(handle, row, column))))
    }

    var status: ExecStatusType { unsafe PQresultStatus(handle) }

    /// What the server refused; `nil` where it did not.
    var failure: PostgresFailure? {
        guard status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE else { return nil }
        let message = field(PostgresResult.primaryMessage) ?? "the answer makes no sense"
        return PostgresFailure(sqlState: field(PostgresResult.sqlState), message)
    }

    private func field(_ code: Int32) -> String? { unsafe PQresultErrorField(handle, code).map { unsafe String(cString: $0) } }

    /// PG_DIAG_SQLSTATE and PG_DIAG_MESSAGE_PRIMARY, which are character constants in C.
    private static let sqlState = Int32(UInt8(ascii: "C"))
    private static let primaryMessage = Int32(UInt8(ascii: "M"))
}
