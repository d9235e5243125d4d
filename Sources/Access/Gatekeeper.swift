public import StreamCore
internal import Synchronization
internal import Tokens

/// Decides at the door who a request is from and whether it comes in. Any thread may ask; it never waits for a disk or another machine.
public final class Gatekeeper: Sendable {
    private struct State {
        var ring = KeyRing()
        var keySet = KeySet.none
        var schedule = KeySetSchedule()
        var watch = RefusalWatch()
        /// Tokens that were verified, by digest, until they expire: a signature costs more than everything else here.
        var verified: [[UInt8]: (principal: Principal, until: EventTime)] = [:]
        var principals: RateLimiter?
        var addresses: RateLimiter?
        var refusals: RateLimiter
    }

    private static let mostVerified = 10_000
    private let settings: AccessSettings
    private let state: Mutex<State>
    /// Rises with every change of the keys that there are.
    private let edition = Atomic<Int>(0)
    private let report: @Sendable (Report) -> Void

    /// What is told of refused logins.
    public enum Report: Hashable, Sendable {
        /// One more, for that reason: to be counted.
        case refused(reason: String)
        /// So many since this was said last, the newest for that reason from that address, in that request: worth a line in the log.
        case worthSaying(count: Int, reason: String, address: String, correlation: String?)
    }

    /// A gatekeeper of those settings. `report` is called for refused logins; none of what was shown is in it.
    public init(_ settings: AccessSettings, report: @escaping @Sendable (Report) -> Void = { _ in }) {
        self.settings = settings
        self.report = report
        state = Mutex(
            State(
                principals: settings.perPrincipal.map { RateLimiter($0) }, addresses: settings.perAddress.map { RateLimiter($0) },
                refusals: RateLimiter(settings.refusals)))
    }

    /// Whether somebody who does not say who they are is refused.
    public var isRequired: Bool { settings.isRequired }

    /// Judges a request that comes from `address` and is found again by `correlation`.
    public func admit(_ credentials: Credentials, from address: String, now: EventTime, correlation: String? = nil) -> Admission {
        let (admission, reports) = state.withLock { state -> (Admission, [Report]) in
            let byAddress = state.addresses?.take(address, now: now)
            if let byAddress, !byAddress.isAllowed { return (Admission(decision: .limited, allowance: byAddress), []) }
            if settings.isRequired {
                let guesses = state.refusals.peek(address, now: now)
                if !guesses.isAllowed { return (Admission(decision: .limited, allowance: guesses), []) }
            }
            switch identify(credentials, now, &state) {
            case .success((let principal, let until)):
                let own = state.principals?.take(principal.allowance, now: now)
                let nearest = [byAddress, own].compactMap(\.self).min { $0.remaining < $1.remaining }
                if let own, !own.isAllowed { return (Admission(decision: .limited, allowance: own), []) }
                return (Admission(decision: .admitted(principal), allowance: nearest, until: until), [])
            case .failure(let refusal):
                var reports = [Report.refused(reason: refusal.reason)]
                // Who shows nothing does not guess: a page that has yet to ask for a key, a socket that says its token first thing. Nor does
                // one whose issuer has signed with a key that is not read yet.
                guard credentials.token != nil, refusal.reason != TokenRefusal.unknownKey.rawValue else {
                    return (Admission(decision: .unknown(reason: refusal.reason), allowance: byAddress), reports)
                }
                _ = state.refusals.take(address, now: now)
                if let count = state.watch.refused(at: now) {
                    reports.append(
                        .worthSaying(count: count, reason: refusal.reason, address: address, correlation: correlation))
                }
                return (Admission(decision: .unknown(reason: refusal.reason), allowance: byAddress), reports)
            }
        }
        for said in reports { report(said) }
        return admission
    }

    /// What becomes of somebody who was let in for `credentials` and stays.
    public func standing(of admission: Admission, for credentials: Credentials) -> Standing {
        Standing(self, credentials, admission, edition: edition.load(ordering: .relaxed))
    }

    /// Who somebody is by their credentials and until when that holds; counts nothing.
    func recognize(_ credentials: Credentials, now: EventTime) -> (principal: Principal, until: EventTime)? {
        state.withLock { try? identify(credentials, now, &$0).get() }
    }

    var keyEdition: Int { edition.load(ordering: .relaxed) }

    /// Takes what the topic of API keys says of one.
    public func set(_ key: KnownKey?, id: String) {
        state.withLock { $0.ring.set(key, id: id) }
        edition.add(1, ordering: .relaxed)
    }

    /// How many API keys are known.
    public var keyCount: Int { state.withLock { $0.ring.count } }

    /// Takes an issuer's key set, read anew: where it is another, what the earlier one verified is verified again.
    public func set(_ keys: KeySet) {
        let isOther = state.withLock { state in
            if state.keySet.digest == keys.digest { return false }
            (state.keySet, state.verified) = (keys, [:])
            return true
        }
        if isOther { edition.add(1, ordering: .relaxed) }
    }

    /// Has the issuer's key set read at the next chance, however new the one there is.
    public func renewKeySet() { state.withLock { $0.schedule.renew() } }

    /// Whether the issuer's key set has to be read now; asked every second or so.
    public func wantsKeySet(at now: EventTime) -> Bool { settings.tokens != nil && state.withLock { $0.schedule.isDue(at: now) } }

    /// Why a login is refused; the caller is told only that it is.
    private struct Refused: Error {
        let reason: String
    }

    private func identify(
        _ credentials: Credentials, _ now: EventTime, _ state: inout State
    ) -> Result<(principal: Principal, until: EventTime), Refused> {
        guard settings.isRequired else { return .success((.anybody(named: credentials.userID), .distantFuture)) }
        guard let token = credentials.token?.revealed else { return .failure(Refused(reason: "nothing")) }
        if let machine = settings.machineToken?.revealed, isSameSecret(sha256(Array(token.utf8)), sha256(Array(machine.utf8))) {
            return .success((Principal(userID: credentials.userID ?? "machine", role: .admin, evidence: .machine), .distantFuture))
        }
        if let text = APIKeyText(token) {
            return state.ring.principal(text, now: now).map { .success($0) } ?? .failure(Refused(reason: "key"))
        }
        guard let rules = settings.tokens else { return .failure(Refused(reason: "token")) }
        do throws(TokenRefusal) {
            return .success(try bearer(token, rules, now, &state))
        } catch {
            if error == .unknownKey { state.schedule.missed() }
            return .failure(Refused(reason: error.rawValue))
        }
    }

    private func bearer(
        _ text: String, _ rules: TokenRules, _ now: EventTime, _ state: inout State
    ) throws(TokenRefusal) -> (principal: Principal, until: EventTime) {
        let digest = sha256(Array(text.utf8))
        if let known = state.verified[digest] {
            if now < known.until { return known }
            state.verified[digest] = nil
            throw .expired
        }
        let (principal, until) = try BearerToken(text).verified(by: state.keySet, rules, now: now)
        if state.verified.count >= Gatekeeper.mostVerified { state.verified = [:] }
        state.verified[digest] = (principal, until)
        return (principal, until)
    }
}
