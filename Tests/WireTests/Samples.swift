import Foundation

/// Inputs shared by the suites.
enum Samples {
    /// A change of a row of `audit_logs`, as Debezium writes it.
    static let change = Array(
        #"{"before":null,"after":{"id":"6f1f4c0e-7f0b-4a5e-9b4f-00000000002a","table_name":"loads","changed_data":"{\"status\":\"ASSIGNED\"}","user_id":"0000002a-7f0b-4a5e-9b4f-1f2d3c4b5a69","created_at":1795336000000000},"source":{"version":"2.7.0","ts_ms":1795336000000,"snapshot":false,"lsn":4200},"op":"c","ts_ms":1795336000001}"#
            .utf8)

    /// The files of a folder of `Tests/Corpora`, in the order of their names.
    static func corpus(_ folder: String) throws -> [(name: String, bytes: [UInt8])] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Corpora/\(folder)")
        return try FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) }
    }
}

/// The same numbers at each run (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
