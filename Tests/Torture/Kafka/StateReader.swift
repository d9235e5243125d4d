internal import Foundation
internal import HTTPClient
internal import Synchronization

/// Asks for accounts by id, one process after another, as long as it lives: a client that tries another process where nothing listens.
final class StateReader: Sendable {
    private struct State {
        var addresses: [String] = []
        var asked = 0
        var answered = 0
        var failures: [String] = []
        var isEnded = false
    }

    private let state = Mutex(State())
    private let session = HTTPSession()
    private let accounts: Int
    private static let pace = Duration.milliseconds(20)

    init(seed: UInt64, accounts: Int) {
        self.accounts = accounts
        Thread { [self] in
            var random = SeededGenerator(seed: seed)
            while !state.withLock({ $0.isEnded }) {
                ask(random.integer(in: 0...accounts - 1))
                pause(StateReader.pace)
            }
        }
        .start()
    }

    /// Asks there from now on.
    func aim(at addresses: [String]) { state.withLock { $0.addresses = addresses } }

    /// Ends it: how many requests were made, how many were answered, and the first failures.
    func end() -> (asked: Int, answered: Int, failures: [String]) {
        state.withLock { state in
            state.isEnded = true
            return (state.asked, state.answered, state.failures)
        }
    }

    private func ask(_ account: Int) {
        let (addresses, turn) = state.withLock { ($0.addresses, $0.asked) }
        if addresses.isEmpty { return }
        var failure = "nobody listens"
        // An account that nobody has paid from yet is an answer too.
        var isAnswered = false
        for attempt in addresses.indices {
            let address = addresses[(turn + attempt) % addresses.count]
            var request = HTTPClientRequest("GET", "\(address)/ops/jobs/ledger/state/accounts/\(Name.account(account))")
            request.totalTimeout = .seconds(10)
            do throws(HTTPClientFailure) {
                let response = try session.send(request)
                isAnswered =
                    response.status == 200
                    || response.status == 404 && String(decoding: response.body, as: UTF8.self).contains("NO_SUCH_KEY")
                failure = "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
                break
            } catch {
                failure = error.reason
                if error.kind != .unreachable { break }
            }
        }
        state.withLock { state in
            state.asked += 1
            if isAnswered { state.answered += 1 } else if state.failures.count < 5 { state.failures.append(failure) }
        }
    }
}
