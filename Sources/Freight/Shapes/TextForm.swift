internal import StreamCore

/// What a text has to look like.
public enum TextForm: Hashable, Sendable {
    /// Anything of at most 2,000 bytes without NUL.
    case any
    /// The same, with more in it than spaces.
    case words
    /// An id: 1 to 200 bytes without NUL.
    case id
    /// A UUID, in any case of letters.
    case uuid
    /// An instant as RFC 3339 has it; one without a zone is UTC.
    case instant
    /// `60/7` or `70/8`: hours on duty in days.
    case cycle
    /// `HH:MM`.
    case timeOfDay
    /// An address for mail.
    case email
    /// A version of events that can be read: 1, and any minor one.
    case version
    /// An absolute http or https URL without user and password, which would end up in the logs of others.
    case url
    /// What deliveries are signed with, as Standard Webhooks has it: `whsec_` and 24 to 64 bytes of base64.
    case signingSecret

    /// An entity is a row, not a document: longer texts are refused.
    static let longest = 2_000

    /// What is wrong with a text, in words that say what would be right; nil for nothing.
    public func issue(of text: String) -> String? {
        var text = text
        return text.withUTF8 { unsafe issue(of: UnsafeRawBufferPointer($0)) }
    }

    /// The same of text as UTF-8, read in place.
    func issue(of utf8: UnsafeRawBufferPointer) -> String? {
        switch self {
        case .any, .words:
            // PostgreSQL keeps no NUL in text.
            if utf8.count > TextForm.longest { return "must have at most \(TextForm.longest) bytes" }
            if unsafe utf8.contains(0) { return "must not contain NUL" }
            return unsafe self == .any || utf8.contains { $0 != 0x20 && $0 != 0x09 } ? nil : "must not be empty"
        case .id: return unsafe (1...200).contains(utf8.count) && !utf8.contains(0) ? nil : "must be an id of at most 200 bytes"
        case .uuid: return unsafe TextForm.isUUID(utf8) ? nil : "must be a UUID"
        case .instant:
            return unsafe EventTime(rfc3339: utf8) == nil ? "must be an RFC 3339 time such as 2026-01-02T15:04:05Z" : nil
        case .cycle: return TextForm.isCycle(unsafe text(utf8)) ? nil : "must be hours and days such as 70/8"
        case .timeOfDay: return TextForm.isTimeOfDay(unsafe text(utf8)) ? nil : "must be a time of day such as 00:00"
        case .email: return TextForm.isEmail(unsafe text(utf8)) ? nil : "must be an address such as name@example.com"
        case .url:
            return TextForm.isURL(unsafe text(utf8)) ? nil : "must be a URL such as https://example.com/hooks, without user and password"
        case .signingSecret:
            return TextForm.isSigningSecret(unsafe text(utf8)) ? nil : "must be whsec_ followed by 24 to 64 bytes in base64"
        case .version: return TextForm.isVersion(unsafe text(utf8)) ? nil : "must be \(EventEnvelope.version), or another version 1"
        }
    }

    private func text(_ utf8: UnsafeRawBufferPointer) -> String { unsafe String(decoding: utf8, as: UTF8.self) }

    private static func isUUID(_ utf8: UnsafeRawBufferPointer) -> Bool {
        if unsafe UUIDBits(utf8) != nil { return true }
        guard utf8.count == 36 else { return false }
        for place in 0..<36 {
            let byte = unsafe utf8[place]
            if place == 8 || place == 13 || place == 18 || place == 23 {
                if byte != 0x2d { return false }
            } else if !isDigit(byte) && !(0x61...0x66).contains(byte | 0x20) {
                return false
            }
        }
        return true
    }

    private static func isCycle(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(number)
        guard parts.count == 2, let hours = parts[0], let days = parts[1] else { return false }
        return (1...200).contains(hours) && (1...31).contains(days)
    }

    private static func isTimeOfDay(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = number(parts[0]), let minute = number(parts[1]) else {
            return false
        }
        return hour < 24 && minute < 60
    }

    private static func isEmail(_ text: String) -> Bool {
        let halves = text.split(separator: "@", omittingEmptySubsequences: false)
        return halves.count == 2 && halves.allSatisfy { !$0.isEmpty && !$0.contains(" ") }
    }

    private static func isVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.first == "1" && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func number(_ digits: Substring) -> Int? {
        digits.utf8.count <= 4 && digits.utf8.allSatisfy(isDigit) ? Int(digits) : nil
    }
}
