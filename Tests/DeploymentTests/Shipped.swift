import Foundation
import YAML

/// The files by which the system is deployed, as the repository has them.
enum Shipped {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ name: String) throws -> String {
        try String(contentsOf: repository.appendingPathComponent(name), encoding: .utf8)
    }

    /// `docker-compose.yml` in an environment; `${NAME:-default}` means there what it means in a topology.
    static func compose(_ environment: [String: String] = [:]) throws -> Compose {
        Compose(root: try YAMLNode(text: try text("docker-compose.yml"), file: "docker-compose.yml", environment: environment))
    }

    /// The Dockerfile's instructions, each a line, with lines that go on joined.
    static func dockerfile() throws -> [(name: String, words: String)] {
        let whole = try text("Dockerfile").replacing("\\\n", with: " ")
        return whole.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            return (String(parts[0]), parts.count > 1 ? parts[1].split(separator: " ").joined(separator: " ") : "")
        }
    }
}

/// `docker-compose.yml`, as far as it is looked at.
struct Compose {
    let root: YAMLNode

    var services: [(name: String, node: YAMLNode)] { (root["services"]?.entries ?? []).map { ($0.key, $0.value) } }

    func service(_ name: String) -> YAMLNode? { root["services"]?[name] }

    /// What stands at a path of keys below a service.
    func text(_ service: String, _ path: String...) -> String? {
        var node = self.service(service)
        for key in path { node = node?[key] }
        return node?.text
    }
}

extension YAMLNode {
    var entries: [YAMLEntry]? { if case .mapping(let entries) = content { entries } else { nil } }
    var items: [YAMLNode]? { if case .sequence(let items) = content { items } else { nil } }
    var text: String? { if case .scalar(let text, _) = content { text } else { nil } }
    subscript(key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }
}
