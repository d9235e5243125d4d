import Testing

/// What fuzzing has found stays found: every input kept, and mutations of them, on every run.
@Suite struct ReplayTests {
    @Test(arguments: FuzzTarget.all.map(\.name)) func `every input kept for a decoder keeps its promises`(_ name: String) throws {
        let target = try #require(FuzzTarget(named: name))
        let inputs = try Corpus.inputs(of: name)
        #expect(!inputs.isEmpty, "Tests/Corpora/\(name) holds nothing")
        for (file, bytes) in inputs {
            #expect(throws: Never.self, "Tests/Corpora/\(name)/\(file)") { try unsafe bytes.withUnsafeBytes { try unsafe target.check($0) } }
        }
    }

    @Test(arguments: FuzzTarget.all.map(\.name)) func `mutations of the inputs keep the promises too`(_ name: String) throws {
        let target = try #require(FuzzTarget(named: name))
        var mutator = Mutator(try Corpus.inputs(of: name).map(\.bytes), upTo: target.longest, seed: 20_260_302)
        for _ in 0..<2_000 {
            let bytes = mutator.next()
            do {
                try unsafe bytes.withUnsafeBytes { try unsafe target.check($0) }
            } catch {
                Issue.record("\(error): \(bytes.map { String($0, radix: 16) }.joined(separator: " "))")
            }
        }
    }
}
