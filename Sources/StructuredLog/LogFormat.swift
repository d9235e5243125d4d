/// How a line is written.
public enum LogFormat: String, CaseIterable, Sendable {
    /// An object a line: `time`, `level`, `message`, then each fact under its key. For machines.
    case json
    /// `TIME level message key=value …`. For a terminal.
    case text

    func line(_ time: String, _ level: LogLevel, _ message: String, _ facts: [(LogKey, String)]) -> [UInt8] {
        var line: [UInt8] = []
        switch self {
        case .json:
            line.append("{")
            let members = [("time", time), ("level", level.rawValue), ("message", message)] + facts.map { ($0.0.name, $0.1) }
            for (index, member) in members.enumerated() {
                if index > 0 { line.append(",") }
                line.appendQuoted(member.0)
                line.append(":")
                line.appendQuoted(member.1)
            }
            line.append("}")
        case .text:
            line.append("\(time) ")
            line.append(level.rawValue + String(repeating: " ", count: 8 - level.rawValue.count))
            line.appendEscaped(message)
            for (key, value) in facts {
                line.append(" \(key.name)=")
                value.utf8.contains(where: LogFormat.needsQuotes) || value.isEmpty ? line.appendQuoted(value) : line.append(value)
            }
        }
        line.append("\n")
        return line
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x22 || byte == 0x3d || byte == 0x5c || byte == 0x7f }
}

extension [UInt8] {
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    mutating func appendQuoted(_ text: String) {
        append(0x22)
        appendEscaped(text)
        append(0x22)
    }

    /// JSON's escapes, and one for DEL: no control character of a value reaches a terminal or breaks a line.
    mutating func appendEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case 0x22: append("\\\"")
            case 0x5c: append("\\\\")
            case 0x0a: append("\\n")
            case 0x0d: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20, 0x7f: append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: append(byte)
            }
        }
    }
}
