public import StreamCore
internal import Synchronization

/// Somebody who was let in and stays, over a socket or a stream: whether what they showed is still good. Any thread may ask.
public final class Standing: Sendable {
    private struct Look {
        var until: EventTime
        var edition: Int
    }

    private let gatekeeper: Gatekeeper
    private let credentials: Credentials
    private let principal: Principal?
    private let last: Mutex<Look>

    init(_ gatekeeper: Gatekeeper, _ credentials: Credentials, _ admission: Admission, edition: Int) {
        (self.gatekeeper, self.credentials) = (gatekeeper, credentials)
        principal = admission.principal
        last = Mutex(Look(until: admission.until, edition: edition))
    }

    /// Whether they would be let in now as whom they were let in. Looks at their key again only where keys have changed, or its time is over.
    public func holds(at now: EventTime) -> Bool {
        let edition = gatekeeper.keyEdition
        return last.withLock { last in
            if now < last.until, edition == last.edition { return true }
            guard let known = gatekeeper.recognize(credentials, now: now), known.principal == principal else { return false }
            last = Look(until: known.until, edition: edition)
            return true
        }
    }
}
