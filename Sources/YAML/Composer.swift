internal import StreamCore

/// Builds the tree of one document from libyaml's events, within bounds that no file written by a person meets.
struct Composer: ~Copyable {
    private static let deepestNesting = 64
    /// Counted with every alias replaced by what it stands for.
    private static let mostNodes = 100_000

    private struct Anchored {
        let node: YAMLNode
        let size: Int
    }

    private let events: EventReader
    private let environment: [String: String]
    private var anchors: [String: Anchored] = [:]
    private var open: Set<String> = []
    private var nodes = 0

    init(_ events: consuming EventReader, _ environment: [String: String]) {
        self.events = events
        self.environment = environment
    }

    mutating func document(_ file: String) throws(YAMLFailure) -> YAMLNode {
        var root: YAMLNode?
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd:
                return root ?? YAMLNode(YAMLMark(file: file, line: 1, column: 1), .scalar("", isQuoted: false))
            case .streamStart, .documentEnd: continue
            case .documentStart:
                if root != nil {
                    throw YAMLFailure(event.mark, "a second document begins here; a file holds one, so put this in a file of its own")
                }
            default: root = try node(event, depth: 0)
            }
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLFailure) -> YAMLNode {
        if depth > Composer.deepestNesting {
            throw YAMLFailure(event.mark, "nested more than \(Composer.deepestNesting) levels deep")
        }
        let before = nodes
        try count(1, at: event.mark)
        switch event.kind {
        case .alias(let name): return try alias(name, event.mark)
        case .scalar(let text, let isQuoted, let anchor, let tag):
            let expanded = try Expansion.expand(text, environment, at: event.mark)
            let isText = try isTaggedText(tag, event.mark)
            return note(anchor, since: before, YAMLNode(event.mark, .scalar(expanded, isQuoted: isQuoted || isText)))
        case .sequenceStart(let anchor, let tag):
            try refuse(tag, event.mark)
            if let anchor { open.insert(anchor) }
            return note(anchor, since: before, YAMLNode(event.mark, .sequence(try sequence(depth))))
        case .mappingStart(let anchor, let tag):
            try refuse(tag, event.mark)
            if let anchor { open.insert(anchor) }
            return note(anchor, since: before, YAMLNode(event.mark, .mapping(try mapping(depth))))
        default: throw YAMLFailure(event.mark, "a value is missing here")
        }
    }

    private mutating func sequence(_ depth: Int) throws(YAMLFailure) -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func mapping(_ depth: Int) throws(YAMLFailure) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { return entries }
            guard case .scalar(let key, let isQuoted, nil, nil) = event.kind else {
                throw YAMLFailure(event.mark, "a key is plain text, without an anchor, alias or tag")
            }
            if key == "<<", !isQuoted {
                throw YAMLFailure(event.mark, "merge keys (<<) are not read; write the keys out, or give a whole value an alias")
            }
            if let line = lines.updateValue(event.mark.line, forKey: key) {
                throw YAMLFailure(event.mark, "`\(key)` is given twice; the first is at line \(line)")
            }
            try count(1, at: event.mark)
            entries.append(YAMLEntry(key, event.mark, try node(try events.next(), depth: depth + 1)))
        }
    }

    private mutating func alias(_ name: String, _ mark: YAMLMark) throws(YAMLFailure) -> YAMLNode {
        if open.contains(name) { throw YAMLFailure(mark, "`*\(name)` stands inside `&\(name)`, so it would never end") }
        guard let anchored = anchors[name] else {
            let hint = nearest(to: name, among: anchors.keys).map { "; did you mean `*\($0)`?" } ?? ""
            throw YAMLFailure(mark, "`*\(name)` has no `&\(name)` before it\(hint)")
        }
        try count(anchored.size, at: mark)
        return anchored.node
    }

    private mutating func note(_ anchor: String?, since before: Int, _ node: YAMLNode) -> YAMLNode {
        guard let anchor else { return node }
        open.remove(anchor)
        anchors[anchor] = Anchored(node: node, size: nodes - before)
        return node
    }

    private mutating func count(_ more: Int, at mark: YAMLMark) throws(YAMLFailure) {
        nodes += more
        if nodes > Composer.mostNodes {
            throw YAMLFailure(mark, "more than \(Composer.mostNodes) values once aliases are replaced by what they stand for")
        }
    }

    private func isTaggedText(_ tag: String?, _ mark: YAMLMark) throws(YAMLFailure) -> Bool {
        if tag == "!" || tag == "tag:yaml.org,2002:str" { return true }
        try refuse(tag, mark)
        return false
    }

    private func refuse(_ tag: String?, _ mark: YAMLMark) throws(YAMLFailure) {
        if let tag { throw YAMLFailure(mark, "tags are not read (\(tag)); the key says what its value is") }
    }
}
