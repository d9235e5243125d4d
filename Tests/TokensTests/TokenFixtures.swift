import Foundation
import StreamCore
import Testing
import Wire

/// `Tests/Fixtures/tokens.json`: published examples, and what another library made.
struct TokenFixtures {
    let json: JSON

    init() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/tokens.json")
        json = try JSON(parsing: [UInt8](try Data(contentsOf: file)))
    }

    func token(_ name: String) throws -> String { try #require(json["tokens"]?[name]?.string, "no token \(name)") }
    func key(_ id: String) throws -> JSON {
        try #require(json["keys"]?.array?.first { $0["kid"]?.string == id }, "no key \(id)")
    }
}
