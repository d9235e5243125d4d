/// A decoder that takes bytes from outside, and what must hold of all bytes whatever. One run is one input.
///
/// A check returns where the decoder refuses the input as it should; it throws where what was read breaks a promise.
// SAFETY: the bytes are lent to `check` for the length of the call, and no check keeps them.
@safe struct FuzzTarget: Sendable {
    /// Its name: also the folder of `Tests/Corpora` with its inputs.
    let name: String
    /// Inputs longer than this teach nothing new.
    let longest: Int
    let check: @Sendable (UnsafeRawBufferPointer) throws -> Void

    /// The target of that name, `nil` for none.
    init?(named name: String) {
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else { return nil }
        self = target
    }

    init(_ name: String, upTo longest: Int, _ check: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) {
        self.name = name
        self.longest = longest
        unsafe self.check = check
    }
}

extension FuzzTarget {
    /// Every decoder that takes bytes from outside.
    static let all: [FuzzTarget] = unsafe [
        // What the log, the changelog and the state store hold.
        FuzzTarget("batch", upTo: 2_048, batch),
        FuzzTarget("reader", upTo: 512, byteReader),
        FuzzTarget("marker", upTo: 512, marker),
        FuzzTarget("state", upTo: 512, state),
        FuzzTarget("rows", upTo: 512, stateRows),
        FuzzTarget("shuffle", upTo: 512, shuffle),
        FuzzTarget("log-records", upTo: 256, logRecords),
        // What producers write.
        FuzzTarget("json", upTo: 2_048, json),
        FuzzTarget("audit", upTo: 2_048, audit),
        FuzzTarget("pgoutput", upTo: 1_024, pgoutput),
        FuzzTarget("entity-id", upTo: 128, entityID),
        // What people and their tools write.
        FuzzTarget("yaml", upTo: 1_024, yaml),
        FuzzTarget("lines", upTo: 1_024, publishedLines),
        FuzzTarget("http-target", upTo: 512, httpTarget),
        FuzzTarget("request", upTo: 1_024, request),
        FuzzTarget("token", upTo: 2_048, token),
        FuzzTarget("feed-frame", upTo: 1_024, feedFrame),
        FuzzTarget("resume-token", upTo: 256, resumeToken),
        FuzzTarget("instant", upTo: 64, instant),
        FuzzTarget("quantity", upTo: 64, quantity),
    ]
}

/// What a decoder read breaks a promise.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String
}

/// Throws where a promise does not hold.
func require(_ holds: Bool, _ promise: @autoclosure () -> String) throws {
    if !holds { throw BrokenPromise(description: promise()) }
}
