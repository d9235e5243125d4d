/// A status and header lines as they go over the wire, every name and value checked.
struct ResponseHead {
    let status: Int
    /// Lines, each with its CR LF.
    let lines: [UInt8]
    /// The body to send instead of the response's own, where that response cannot be sent.
    let replacement: [UInt8]

    /// The head of that response; of a 500 that says why, when a status or a field of it would break the protocol.
    static func checked(_ response: HTTPResponse) -> (head: ResponseHead, isSound: Bool) {
        let fault: String? =
            if !(200...599).contains(response.status) {
                "the answer's status \(response.status) is not one of 200 to 599"
            } else if let bad = response.headers.fields.first(where: { !isToken($0.name) || !isFieldText($0.value) }) {
                "the answer's header \"\(bad.name)\" holds what no header may"
            } else {
                nil
            }
        guard let fault else { return (ResponseHead(response, replacement: []), true) }
        let refusal = HTTPResponse.refusal(500, code: "INTERNAL_ERROR", fault)
        return (ResponseHead(refusal, replacement: refusal.body), false)
    }

    private init(_ response: HTTPResponse, replacement: [UInt8]) {
        status = response.status
        self.replacement = replacement
        var lines: [UInt8] = []
        lines.reserveCapacity(response.headers.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 })
        for field in response.headers.fields where !Self.ownNames.contains(where: { isSameName($0, field.name) }) {
            lines.append(contentsOf: field.name.utf8)
            lines.append(UInt8(ascii: ":"))
            lines.append(UInt8(ascii: " "))
            lines.append(contentsOf: field.value.utf8)
            lines.append(UInt8(ascii: "\r"))
            lines.append(UInt8(ascii: "\n"))
        }
        self.lines = lines
    }

    /// What the listener writes by itself.
    private static let ownNames = ["Content-Length", "Transfer-Encoding", "Connection", "Date"]

    private static func isToken(_ name: String) -> Bool { !name.isEmpty && name.utf8.allSatisfy(isTokenByte) }

    /// RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func isFieldText(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
