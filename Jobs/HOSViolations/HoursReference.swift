internal import Freight
internal import HoursOfService
internal import StreamCore
internal import Wire

/// What every task knows beside the drivers' records.
enum HoursReference: Sendable {
    /// A version of a rule set.
    case rules(RuleSet)
    /// What a carrier's drivers are under where they have no terms of their own; `nil` for a carrier that is gone.
    case carrier(EntityID, TermsChoice?)
}

/// Reads snapshots of carriers for their drivers' terms.
struct CarrierTermsDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection("id", "ruleset", "cycle", "timezone", "day_start")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> HoursReference? {
        let known = try unsafe batch.withValue(index) { bytes throws(DecodeFailure) -> HoursReference? in
            guard let bytes = unsafe bytes else { return nil }
            return try unsafe parser.project(projection, bytes) { fields throws(DecodeFailure) -> HoursReference in
                guard let carrier = fields.string(0) else { throw DecodeFailure("a carrier without an id") }
                var terms = TermsChoice()
                (terms.ruleSet, terms.cycle) = (fields.string(1)?.uppercased(), fields.string(2))
                (terms.timeZone, terms.dayStart) = (fields.string(3), fields.string(4))
                return .carrier(EntityID(carrier), terms)
            }
        }
        return known ?? batch.record(index).key.map { .carrier(EntityID(String(decoding: $0, as: UTF8.self)), nil) }
    }
}
