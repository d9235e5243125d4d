internal import HoursOfService
internal import StreamCore
internal import Wire

/// Reads versions of rule sets from `tms.rules.hos`. A tombstone says nothing: what was in force stays so for the logs of its time.
struct RuleSetDecoder: RecordDecoder {
    private let parser = JSONParser()
    /// What has been read so far: a version may be based on another.
    private var catalog = RuleCatalog()

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> HoursReference? {
        let parser = parser
        let value: JSON? = try unsafe batch.withValue(index) { bytes throws(DecodeFailure) -> JSON? in
            guard let bytes = unsafe bytes else { return nil }
            return try unsafe parser.tree(bytes)
        }
        guard let value else { return nil }
        let rules = try RuleSet(value, basedOn: catalog)
        catalog.take(rules)
        return .rules(rules)
    }
}
