internal import Access
internal import Foundation
internal import HTTPClient
internal import StreamCore
internal import StructuredLog

/// Reads the issuer's keys when the gatekeeper wants them, from a file or over HTTP. What cannot be read leaves those there are. For one
/// thread.
final class KeySetReader {
    private let place: String
    private let gatekeeper: Gatekeeper
    private let logger: Logger
    private let session = HTTPSession(bodyLimit: 1 << 20)
    private var said: String?

    /// Reads from a file, or from an `https://` or `http://` URL.
    init(_ place: String, _ gatekeeper: Gatekeeper, _ logger: Logger) {
        self.place = place
        self.gatekeeper = gatekeeper
        self.logger = logger
    }

    /// Reads where it is time; called every second.
    func look() {
        guard gatekeeper.wantsKeySet(at: SystemClock.now()) else { return }
        do {
            let keys = try KeySet(parsing: try bytes())
            gatekeeper.set(keys)
            let unusable = keys.unusable.isEmpty ? "" : "; left out: \(keys.unusable.joined(separator: "; "))"
            say("\(keys.keys.count) keys\(unusable)") { logger.info("token keys read", [.path: place, .reason: $0]) }
        } catch {
            say("\(error)") { logger.error("token keys cannot be read; those known stay", [.path: place, .reason: $0]) }
        }
    }

    /// Says what is new, and nothing twice in a row.
    private func say(_ text: String, _ log: (String) -> Void) {
        if said != text { log(text) }
        said = text
    }

    private func bytes() throws -> [UInt8] {
        guard place.hasPrefix("https://") || place.hasPrefix("http://") else {
            guard let data = FileManager.default.contents(atPath: place) else {
                throw CommandFailure("reading \(place): it is not there or may not be read")
            }
            return [UInt8](data)
        }
        var request = HTTPClientRequest("GET", place, headers: [("Accept", "application/json")])
        request.totalTimeout = .seconds(10)
        let response = try session.send(request)
        guard response.status == 200 else { throw CommandFailure("asking \(place): it answered \(response.status)") }
        return response.body
    }
}
