internal import Foundation
internal import HTTPClient
internal import StreamCore
internal import Synchronization

/// A transfer that was or may have been published.
struct Order: Hashable, Sendable {
    let id: Int
    let from: Int
    let to: Int
    let amount: Int
}

/// Publishes transfers as long as there is a process that takes them, to one after another where there are several, each id in one request
/// only: publishing is not idempotent, so a request without an answer is not repeated, and what the topic really holds is asked of the topic.
final class Load: Sendable {
    private struct State {
        /// Where each process takes transfers.
        var addresses: [Int: String] = [:]
        var turn = 0
        var isStopped = false
        var isResting = false
        var busy = 0
        var random: SeededGenerator
        var nextID = 0
        var acknowledged: [Int: Order] = [:]
        var unanswered = 0
        var asked = 0
        var refusals: [String] = []

        /// The next process's, where it is not `avoided`; `nil` where there is none, or nothing is to be published.
        mutating func nextAddress(but avoided: String? = nil) -> String? {
            if isResting { return nil }
            turn += 1
            let known = addresses.filter { $0.value != avoided }.sorted { $0.key < $1.key }
            return known.isEmpty ? nil : known[turn % known.count].value
        }
    }

    private let state: Mutex<State>
    private let accounts: Int
    private let perSecond: Int
    private let session = HTTPSession()
    private let threads: Int
    private static let batch = 25

    /// Each of `threads` has one request on its way at a time.
    init(seed: UInt64, accounts: Int, perSecond: Int, threads: Int = 2) {
        self.accounts = accounts
        self.threads = threads
        self.perSecond = perSecond
        state = Mutex(State(random: SeededGenerator(seed: seed)))
        for _ in 0..<threads { Thread { [self] in run() }.start() }
    }

    /// Publishes there from now on, in place of where that process was; `nil`: not there.
    func aim(at address: String?, of process: Int = 0) { state.withLock { $0.addresses[process] = address } }

    /// Publishes nothing until `resume`, and returns when no request is on its way.
    func rest() {
        state.withLock { $0.isResting = true }
        while state.withLock({ $0.busy > 0 }) { pause(.milliseconds(1)) }
    }

    func resume() { state.withLock { $0.isResting = false } }

    func stop() { state.withLock { $0.isStopped = true } }

    /// What has been acknowledged, by id.
    var acknowledged: [Int: Order] { state.withLock { $0.acknowledged } }

    /// How many requests got no answer.
    var unanswered: Int { state.withLock { $0.unanswered } }

    /// How many requests were made, and how many of them were taken.
    var requests: (asked: Int, taken: Int) { state.withLock { ($0.asked, $0.acknowledged.count / Load.batch) } }

    /// What the process refused to take, in its words.
    var refusals: [String] { state.withLock { $0.refusals } }

    private func run() {
        let interval = Duration.seconds(1) * Load.batch * threads / max(1, perSecond)
        var next = ContinuousClock.now
        while true {
            let now = ContinuousClock.now
            if now < next { pause(next - now) }
            next = max(next + interval, ContinuousClock.now - interval)
            let (address, orders, isStopped) = state.withLock { state -> (String?, [Order], Bool) in
                guard !state.isStopped, let address = state.nextAddress() else { return (nil, [], state.isStopped) }
                state.busy += 1
                state.asked += 1
                return (address, (0..<Load.batch).map { _ in draw(&state) }, false)
            }
            if isStopped { return }
            guard let address else {
                pause(.milliseconds(2))
                continue
            }
            var answer = publish(orders, at: address)
            // Where nothing listens the request was never made: another process may take it.
            if case .nobody = answer, let other = state.withLock({ $0.nextAddress(but: address) }) { answer = publish(orders, at: other) }
            state.withLock { state in
                state.busy -= 1
                switch answer {
                case .taken: for order in orders { state.acknowledged[order.id] = order }
                case .refused(let reason): state.refusals.append(reason)
                case .silent, .nobody: state.unanswered += 1
                }
            }
        }
    }

    /// A few accounts pay and receive most.
    private func draw(_ state: inout State) -> Order {
        defer { state.nextID += 1 }
        let (from, to) = (state.random.unit(), state.random.unit())
        return Order(
            id: state.nextID, from: Int(from * from * Double(accounts)), to: Int(to * to * Double(accounts)),
            amount: state.random.integer(in: 1...100))
    }

    enum Answer {
        case taken
        case refused(String)
        case silent
        /// Nothing listens there.
        case nobody
    }

    /// Publishes those orders in one request, each dated up to 200 ms back, so that they come a little out of order.
    func publish(_ orders: [Order], at address: String) -> Answer {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        var body = ""
        for order in orders {
            let (id, from, to) = (Name.transfer(order.id), Name.account(order.from), Name.account(order.to))
            body += #"{"key":"\#(from)","timestamp":\#(now - Int64(order.id * 7919 % 200)),"#
            body += #""value":{"id":"\#(id)","from":"\#(from)","to":"\#(to)","amount":\#(order.amount)}}"# + "\n"
        }
        var request = HTTPClientRequest(
            "POST", "\(address)/ops/topics/\(Deployment.transfers)/records?format=records",
            headers: [("Content-Type", "application/x-ndjson")], body: Array(body.utf8))
        request.totalTimeout = .seconds(10)
        do throws(HTTPClientFailure) {
            let response = try session.send(request)
            if response.status == 200 || response.status == 201 { return .taken }
            return .refused("\(response.status) \(String(decoding: response.body, as: UTF8.self))")
        } catch {
            return error.kind == .unreachable ? .nobody : .silent
        }
    }
}

/// How accounts and transfers are named on the wire: of one width, so that the order of texts is that of numbers.
enum Name {
    static func account(_ number: Int) -> String { "a" + padded(number, 5) }
    static func transfer(_ number: Int) -> String { "t" + padded(number, 9) }
    static func number(_ name: String?) -> Int? { name.flatMap { Int($0.dropFirst()) } }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
