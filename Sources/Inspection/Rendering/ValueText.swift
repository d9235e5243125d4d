public import StreamCore
internal import Foundation
internal import Wire

/// Writes keys and values of records into JSON lines. Keep one per thread: it holds a parser.
public struct ValueText {
    private let parser = JSONParser()
    private static let whole = JSONProjection(paths: [])

    /// A writer with a parser of its own.
    public init() {}

    /// Appends the members `"name":…` of bytes as what they are: `null` for none, a JSON document as it stands, other UTF-8 as a string;
    /// bytes that are neither go under the name with `_base64` behind it. At least 64 bytes behind `bytes` must be readable.
    public func member(_ name: String, document bytes: UnsafeRawBufferPointer?, into out: inout ByteWriter) {
        guard let bytes = unsafe bytes else { return null(name, &out) }
        guard unsafe isJSON(bytes) else { return unsafe member(name, text: bytes, into: &out) }
        label(name, &out)
        guard unsafe bytes.contains(0x0a) || bytes.contains(0x0d) else { return unsafe out.raw(bytes) }
        // Written over several lines: a line of its own is owed, and its numbers and order stay.
        if let tree = try? unsafe parser.tree(bytes) { tree.write(into: &out) }
    }

    /// Appends the member of bytes as a string: `null` for none, `_base64` where they are not UTF-8.
    public func member(_ name: String, text bytes: UnsafeRawBufferPointer?, into out: inout ByteWriter) {
        guard let bytes = unsafe bytes else { return null(name, &out) }
        if let text = unsafe String(validating: bytes, as: UTF8.self) {
            label(name, &out)
            out.jsonString(text)
        } else {
            label("\(name)_base64", &out)
            out.jsonString(unsafe Data(bytes).base64EncodedString())
        }
    }

    private func isJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
        (try? unsafe parser.project(ValueText.whole, bytes) { _ in true }) ?? false
    }

    private func null(_ name: String, _ out: inout ByteWriter) {
        label(name, &out)
        out.raw("null".utf8)
    }

    private func label(_ name: String, _ out: inout ByteWriter) {
        out.jsonString(name)
        out.byte(UInt8(ascii: ":"))
    }
}
