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
        var refused: [String: Int] = [:]
    }

    private static let mostVerified = 10_000
    private let settings: AccessSettings
    private let state: Mutex<State>
    private let report: @Sendable (_ refusals: Int, _ reason: String, _ address: String) -> Void

    /// A gatekeeper of those settings. `report` is called for the refused logins that are worth a line in the log.
    public init(
        _ settings: AccessSettings, report: @escaping @Sendable (_ refusals: Int, _ reason: String, _ address: String) -> Void = { _, _, _ in }
    ) {
        self.settings = settings
        self.report = report
        state = Mutex(
            State(
                principals: settings.perPrincipal.map { RateLimiter($0) }, addresses: settings.perAddress.map { RateLimiter($0) },
                refusals: RateLimiter(settings.refusals)))
    }

    /// Whether somebody who does not say who they are is refused.
    public var isRequired: Bool { settings.isRequired }

    /// Judges a request that comes from `address`.
    public func admit(_ credentials: Credentials, from address: String, now: EventTime) -> Admission {
        let (admission, said) = state.withLock { state -> (Admission, (count: Int, reason: String)?) in
            let byAddress = state.addresses?.take(address, now: now)
            if let byAddress, !byAddress.isAllowed { return (Admission(decision: .limited, allowance: byAddress), nil) }
            if settings.isRequired {
                let guesses = state.refusals.peek(address, now: now)
                if !guesses.isAllowed { return (Admission(decision: .limited, allowance: guesses), nil) }
            }
            switch identify(credentials, now, &state) {
            case .success(let principal):
                let own = state.principals?.take(principal.allowance, now: now)
                let nearest = [byAddress, own].compactMap(\.self).min { $0.remaining < $1.remaining }
                if let own, !own.isAllowed { return (Admission(decision: .limited, allowance: own), nil) }
                return (Admission(decision: .admitted(principal), allowance: nearest), nil)
            case .failure(let refusal):
                _ = state.refusals.take(address, now: now)
                state.refused[refusal.reason, default: 0] += 1
                let said = state.watch.refused(at: now).map { (count: $0, reason: refusal.reason) }
                return (Admission(decision: .unknown(reason: refusal.reason), allowance: byAddress), said)
            }
        }
        if let said { report(said.count, said.reason, address) }
        return admission
    }

    /// How many logins were refused so far, by reason.
    public var refusals: [String: Int] { state.withLock { $0.refused } }

    /// Takes what the topic of API keys says of one.
    public func set(_ key: KnownKey?, id: String) { state.withLock { $0.ring.set(key, id: id) } }

    /// How many API keys are known.
    public var keyCount: Int { state.withLock { $0.ring.count } }

    /// Takes an issuer's key set, read anew: what an earlier one verified is verified again.
    public func set(_ keys: KeySet) {
        state.withLock {
            $0.keySet = keys
            $0.verified = [:]
        }
    }

    /// Whether the issuer's key set has to be read now; asked every second or so.
    public func wantsKeySet(at now: EventTime) -> Bool { settings.tokens != nil && state.withLock { $0.schedule.isDue(at: now) } }

    /// Why a login is refused; the caller is told only that it is.
    private struct Refused: Error {
        let reason: String
    }

    private func identify(_ credentials: Credentials, _ now: EventTime, _ state: inout State) -> Result<Principal, Refused> {
        guard settings.isRequired else { return .success(.anybody(named: credentials.userID)) }
        guard let token = credentials.token?.revealed else { return .failure(Refused(reason: "nothing")) }
        if let machine = settings.machineToken?.revealed, isSameSecret(sha256(Array(token.utf8)), sha256(Array(machine.utf8))) {
            return .success(Principal(userID: credentials.userID ?? "machine", role: .admin, evidence: .machine))
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
    ) throws(TokenRefusal) -> Principal {
        let digest = sha256(Array(text.utf8))
        if let known = state.verified[digest] {
            if now < known.until { return known.principal }
            state.verified[digest] = nil
            throw .expired
        }
        let (principal, until) = try BearerToken(text).verified(by: state.keySet, rules, now: now)
        if state.verified.count >= Gatekeeper.mostVerified { state.verified = [:] }
        state.verified[digest] = (principal, until)
        return principal
    }
}
