import Testing
import YAML

@Suite struct YAMLParsingTests {
    @Test func `a document becomes a tree with the place of every key and value`() throws {
        let node = try YAMLNode(text: "job: hos\ninlets:\n  duty: { topic: tms.drivers }\nbefore: [60m, 30m]\n", file: "hos.yaml")
        let entries = try #require(node.entries)
        #expect(entries.map(\.key) == ["job", "inlets", "before"])
        #expect(entries.map(\.keyMark.description) == ["hos.yaml:1:1", "hos.yaml:2:1", "hos.yaml:4:1"])
        #expect(entries[0].value.mark.description == "hos.yaml:1:6")
        let duty = try #require(entries[1].value.entries?.first)
        #expect(duty.keyMark.description == "hos.yaml:3:3")
        #expect(try duty.value.entries?.first?.value.string() == "tms.drivers")
        #expect(try entries[2].value.list().map { try $0.string() } == ["60m", "30m"])
    }

    @Test func `a file without a value is null`() throws {
        for text in ["", "# nothing yet\n", "---\n", "~", "null"] {
            #expect(try YAMLNode(text: text, file: "f").isNull)
        }
    }

    @Test func `quotes make text of what would be null`() throws {
        #expect(try !YAMLNode(text: "'null'", file: "f").isNull)
        #expect(try YAMLNode(text: "!!str null", file: "f").string() == "null")
    }

    @Test func `a byte order mark is skipped`() throws {
        let node = try YAMLNode(utf8: [0xef, 0xbb, 0xbf] + Array("a: 1".utf8), file: "f")
        #expect(node.entries?.first?.key == "a")
    }

    @Test func `text over several lines is one value`() throws {
        #expect(try YAMLNode(text: "|\n  a\n  b\n", file: "f").string() == "a\nb\n")
        #expect(try YAMLNode(text: ">\n  a\n  b\n", file: "f").string() == "a b\n")
    }

    @Test func `an alias stands for what its anchor holds`() throws {
        let node = try YAMLNode(text: "a: &topic { retention: 7d }\nb: *topic\n", file: "f")
        let b = try #require(node.entries?.last?.value)
        #expect(b.entries?.first?.key == "retention")
        #expect(b.mark.line == 1)
    }

    @Test(arguments: [
        ("a: 1\na: 2\n", "f:2:1: `a` is given twice; the first is at line 1"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document begins here; a file holds one, so put this in a file of its own"),
        ("a: *topik\nb: &topic 1\n", "f:1:4: `*topik` has no `&topik` before it"),
        ("a: &topic 1\nb: *topik\n", "f:2:4: `*topik` has no `&topik` before it; did you mean `*topic`?"),
        ("a: &a [*a]\n", "f:1:8: `*a` stands inside `&a`, so it would never end"),
        ("<<: { b: 1 }\n", "f:1:1: merge keys (<<) are not read; write the keys out, or give a whole value an alias"),
        ("[a]: 1\n", "f:1:1: a key is plain text, without an anchor, alias or tag"),
        ("a: !!int 5\n", "f:1:4: tags are not read (tag:yaml.org,2002:int); the key says what its value is"),
        ("a:\n\tb: 1\n", "f:2:1: a tab in the indentation; YAML wants spaces"),
        ("a: [1, 2\nb: 3\n", "f:2:2: did not find expected ',' or ']', while parsing a flow sequence that begins at line 1"),
        ("a: \"open\n", "f:2:1: found unexpected end of stream, while scanning a quoted scalar that begins at line 1"),
    ])
    func `what is wrong is said with its place`(text: String, message: String) {
        #expect(throws: YAMLFailure.self) { try YAMLNode(text: text, file: "f") }
        #expect(failure(of: text)?.description == message)
    }

    @Test func `bytes that are not UTF-8 are refused where they stand`() {
        #expect {
            try YAMLNode(utf8: Array("a: b\nc: é".utf8) + [0xff], file: "f")
        } throws: { ($0 as? YAMLFailure)?.mark == YAMLMark(file: "f", line: 2, column: 5) }
    }

    @Test func `nesting has a bound`() {
        func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(failure(of: nested(60)) == nil)
        #expect(failure(of: nested(70))?.reason == "nested more than 64 levels deep")
        #expect(failure(of: String(repeating: "[", count: 500_000)) != nil)
    }

    @Test func `aliases of aliases cannot grow without bound`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        #expect(failure(of: text)?.reason == "more than 100000 values once aliases are replaced by what they stand for")
    }
}

func failure(of text: String, environment: [String: String] = [:]) -> YAMLFailure? {
    do {
        _ = try YAMLNode(text: text, file: "f", environment: environment)
        return nil
    } catch {
        return error
    }
}

extension YAMLNode {
    var entries: [YAMLEntry]? { if case .mapping(let entries) = content { entries } else { nil } }
}
