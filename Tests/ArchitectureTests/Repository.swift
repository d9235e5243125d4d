import Foundation

/// The repository that these tests are part of, as files.
struct Repository {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    var path: String { root.path }

    /// What stands at the top, dotfiles left out.
    func topLevel() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") })
    }

    /// The source files of the product, C and C++ ones too, by their path from the top.
    func sources() throws -> [SourceFile] { try files(in: ["Sources", "Jobs"]) }

    /// The source files below those folders, by their path from the top.
    func files(in folders: [String]) throws -> [SourceFile] {
        try folders.flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path).sorted()
                .filter { SourceFile.endings.contains(URL(fileURLWithPath: $0).pathExtension) }
                .map { "\(folder)/\($0)" }
        }
        .map { SourceFile(path: $0, text: try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8)) }
    }
}

/// A source file and what it says.
struct SourceFile {
    static let endings: Set<String> = ["swift", "c", "cpp", "h", "hpp"]

    let path: String
    let lines: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast(text.hasSuffix("\n") ? 1 : 0)
    }

    /// The folder it belongs to: `Sources/Wire`.
    var target: String { path.split(separator: "/").prefix(2).joined(separator: "/") }

    /// The code of each line, numbered from 1; comments left out.
    var code: [(number: Int, text: Substring)] {
        lines.enumerated().compactMap { index, line in
            let code = line.range(of: "//").map { line[..<$0.lowerBound] } ?? line
            return code.allSatisfy(\.isWhitespace) ? nil : (index + 1, code)
        }
    }

    /// Where the code has a match, as `path:line`.
    func places<Match>(of pattern: Regex<Match>) -> [String] {
        code.filter { $0.text.contains(pattern) }.map { "\(path):\($0.number)" }
    }
}
