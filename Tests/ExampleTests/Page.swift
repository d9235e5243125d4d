import Foundation

/// `docs/write-a-job.md`, and the files that it quotes.
struct Page {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct Missing: Error { let what: String }

    /// A file of the repository, as text.
    func file(_ path: String) throws -> String { try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) }

    /// The first code block of that language behind the first mention of something.
    func block(_ language: String, after mention: String) throws -> String {
        let page = try file("docs/write-a-job.md")
        guard let mentioned = page.range(of: mention), let open = page[mentioned.upperBound...].range(of: "```\(language)\n"),
            let close = page[open.upperBound...].range(of: "\n```")
        else { throw Missing(what: "no \(language) block behind \(mention) in docs/write-a-job.md") }
        return page[open.upperBound..<close.lowerBound] + "\n"
    }
}
