internal import StreamCore

/// An array as the server writes it, `{a,"b c",NULL}`, taken apart. Arrays in arrays give their elements one after the other.
enum ArrayText {
    /// Its elements, `nil` for NULL.
    static func elements(_ text: [UInt8]) throws(DecodeFailure) -> [[UInt8]?] {
        guard let start = text.firstIndex(of: UInt8(ascii: "{")), text.last == UInt8(ascii: "}") else {
            throw DecodeFailure("an array that cannot be read: \(String(decoding: text.prefix(60), as: UTF8.self))")
        }
        var elements: [[UInt8]?] = []
        var element: [UInt8] = []
        var (isQuoted, wasQuoted) = (false, false)
        var at = start + 1
        func ended() {
            if !element.isEmpty || wasQuoted { elements.append(!wasQuoted && isNull(element) ? nil : element) }
            (element, wasQuoted) = ([], false)
        }
        while at < text.count {
            let byte = text[at]
            switch byte {
            case UInt8(ascii: "\\") where at + 1 < text.count:
                at += 1
                element.append(text[at])
            case UInt8(ascii: "\""):
                isQuoted.toggle()
                wasQuoted = true
            case UInt8(ascii: ",") where !isQuoted, UInt8(ascii: "}") where !isQuoted: ended()
            case UInt8(ascii: "{") where !isQuoted: break
            default: element.append(byte)
            }
            at += 1
        }
        return elements
    }

    private static func isNull(_ element: [UInt8]) -> Bool { element.count == 4 && element.elementsEqual("NULL".utf8) }
}

/// An hstore as the server writes it: `"a"=>"1", "b"=>NULL`.
enum HstoreText {
    /// Its pairs, in the order written.
    static func pairs(_ text: [UInt8]) throws(DecodeFailure) -> [(key: [UInt8], value: [UInt8]?)] {
        var pairs: [(key: [UInt8], value: [UInt8]?)] = []
        var at = 0
        func quoted() throws(DecodeFailure) -> [UInt8] {
            guard at < text.count, text[at] == UInt8(ascii: "\"") else {
                throw DecodeFailure("an hstore that cannot be read at character \(at + 1)")
            }
            at += 1
            var word: [UInt8] = []
            while at < text.count, text[at] != UInt8(ascii: "\"") {
                if text[at] == UInt8(ascii: "\\"), at + 1 < text.count { at += 1 }
                word.append(text[at])
                at += 1
            }
            at += 1
            return word
        }
        while at < text.count {
            let key = try quoted()
            guard text.dropFirst(at).starts(with: "=>".utf8) else { throw DecodeFailure("an hstore without => at character \(at + 1)") }
            at += 2
            if text.dropFirst(at).starts(with: "NULL".utf8) {
                at += 4
                pairs.append((key, nil))
            } else {
                pairs.append((key, try quoted()))
            }
            if text.dropFirst(at).starts(with: ", ".utf8) { at += 2 }
        }
        return pairs
    }
}
