internal import CYAML

/// One step of libyaml's parser.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
        case alias(String)
        case scalar(String, isQuoted: Bool, anchor: String?, tag: String?)
        case sequenceStart(anchor: String?, tag: String?)
        case mappingStart(anchor: String?, tag: String?)
    }

    let kind: Kind
    let mark: YAMLMark
}

/// libyaml's parser over a copy of a file's bytes: the only place that touches C.
@safe struct EventReader: ~Copyable {
    // SAFETY: both are allocated in `init`, freed in `deinit`, and never leave this value, which cannot be copied. libyaml keeps a
    // pointer into `input` for as long as `parser` lives.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let file: String

    init(_ bytes: [UInt8], file: String) throws(YAMLFailure) {
        self.file = file
        unsafe parser = .allocate(capacity: 1)
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(from: bytes)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            unsafe input.deallocate()
            unsafe parser.deallocate()
            throw YAMLFailure(YAMLMark(file: file, line: 1, column: 1), "no memory to read it")
        }
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        // ORDER: the parser points into the input.
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// Reads the next event; never called again after it threw or gave `streamEnd`.
    func next() throws(YAMLFailure) -> YAMLEvent {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&event) }
        let mark = unsafe self.mark(event.start_mark)
        return YAMLEvent(kind: try unsafe kind(event, mark), mark: mark)
    }

    private func kind(_ event: borrowing yaml_event_t, _ mark: YAMLMark) throws(YAMLFailure) -> YAMLEvent.Kind {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_ALIAS_EVENT:
            return .alias(unsafe text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            return unsafe .sequenceStart(anchor: text(event.data.sequence_start.anchor), tag: text(event.data.sequence_start.tag))
        case YAML_MAPPING_START_EVENT:
            return unsafe .mappingStart(anchor: text(event.data.mapping_start.anchor), tag: text(event.data.mapping_start.tag))
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let value = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return unsafe .scalar(
                String(decoding: value, as: UTF8.self), isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE, anchor: text(scalar.anchor),
                tag: text(scalar.tag))
        default:
            throw YAMLFailure(mark, "the parser said something unknown")
        }
    }

    private func text(_ bytes: UnsafePointer<UInt8>?) -> String? {
        guard let bytes = unsafe bytes else { return nil }
        return unsafe String(cString: bytes)
    }

    private func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func failure() -> YAMLFailure {
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "it cannot be read"
        if unsafe parser.pointee.error == YAML_READER_ERROR {
            return YAMLFailure(mark(ofByte: unsafe parser.pointee.problem_offset), problem)
        }
        let mark = unsafe self.mark(parser.pointee.problem_mark)
        if hasTabInIndentation(mark.line) {
            return YAMLFailure(mark, "a tab in the indentation; YAML wants spaces")
        }
        guard let context = unsafe parser.pointee.context.map({ unsafe String(cString: $0) }) else { return YAMLFailure(mark, problem) }
        let start = unsafe self.mark(parser.pointee.context_mark)
        let place = start.line == mark.line || start.line == 1 && start.column == 1 ? "" : " that begins at line \(start.line)"
        return YAMLFailure(mark, "\(problem), \(context)\(place)")
    }

    /// The reader's errors carry a byte offset alone.
    private func mark(ofByte offset: Int) -> YAMLMark {
        let lines = unsafe input[..<min(offset, input.count)].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let column = unsafe lines.last.map { unsafe String(decoding: $0, as: UTF8.self).unicodeScalars.count } ?? 0
        return unsafe YAMLMark(file: file, line: lines.count, column: column + 1)
    }

    private func hasTabInIndentation(_ line: Int) -> Bool {
        let lines = unsafe input.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        guard unsafe line <= lines.count else { return false }
        let indentation = unsafe lines[line - 1].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return unsafe indentation.contains(UInt8(ascii: "\t"))
    }
}
