internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Keeps who holds each unique number, and gives out each day's load numbers in blocks.
///
/// A number of a block is never given twice, whether a load got it or not; one that somebody claimed before is left out of the block.
struct NumberOwner: KeyedProcess {
    /// How many numbers are given out at once: enough that a busy task asks rarely.
    static let blockSize = 100

    private let holders: ValueState<String, EntityID>
    private let given: ValueState<String, Int>

    init(in scope: StateScope) {
        holders = scope.value("holders")
        given = scope.value("given")
    }

    mutating func process(
        _ request: NumberRequest, of owner: String, at time: EventTime, into out: inout Output<Message>
    ) throws(StageFailure) {
        switch request.kind {
        case .claim: out.emit(try claim(request), at: time)
        case .release:
            if try holders.value(for: request.name) == request.holder { try holders.set(nil, for: request.name) }
        case .block: out.emit(try block(request), at: time)
        }
    }

    private func claim(_ request: NumberRequest) throws(StageFailure) -> Message {
        let grant = JSON.string(Grant.number(request.name).text)
        let holder = try holders.value(for: request.name)
        if holder == request.holder { return request.message(.granted, .object(["grant": grant])) }
        let isGiven = try wasGiven(request)
        if holder == nil, !isGiven {
            try holders.set(request.holder, for: request.name)
            return request.message(.granted, .object(["grant": grant]))
        }
        return request.message(.taken, .object(["grant": grant, "error": Refusal.numberTaken(request.name).json]))
    }

    private func wasGiven(_ request: NumberRequest) throws(StageFailure) -> Bool {
        guard request.owner != request.name, let parts = LoadNumber.parts(of: String(request.name.dropFirst(12))) else { return false }
        let next = try given.value(for: parts.prefix) ?? 1
        return parts.count < next
    }

    private func block(_ request: NumberRequest) throws(StageFailure) -> Message {
        let first = try given.value(for: request.name) ?? 1
        try given.set(first + NumberOwner.blockSize, for: request.name)
        var claimed: [JSON] = []
        for count in first..<first + NumberOwner.blockSize {
            guard case .number(let name) = Grant.number(of: .load, LoadNumber.text(request.name, count)) else { continue }
            if try holders.value(for: name) != nil { claimed.append(.integer(Int64(count))) }
        }
        return request.message(
            .numbers,
            .object([
                "prefix": .string(request.name), "first": .integer(Int64(first)), "count": .integer(Int64(NumberOwner.blockSize)),
                "claimed": .array(claimed),
            ]))
    }
}
