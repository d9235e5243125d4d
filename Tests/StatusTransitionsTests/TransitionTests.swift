internal import Foundation
internal import Freight
internal import StreamCore
internal import Testing
internal import Wire

/// Every status after every other: the contract's table written out by hand, against the job and against the docs.
@Suite struct TransitionTests {
    /// The contract, section 1, as a person reads it.
    static let allowed: [LoadStatus: Set<LoadStatus>] = [
        .created: [.cancelled], .assigned: [.pickedUp, .delayed, .cancelled], .pickedUp: [.inTransit, .delayed],
        .inTransit: [.delivered, .delayed], .delivered: [], .cancelled: [],
    ]

    static let pairs = LoadStatus.allCases.filter { $0 != .delayed }.flatMap { from in LoadStatus.allCases.map { (from, $0) } }

    @Test(arguments: pairs) func `a load goes where the table says, and nowhere else`(from: LoadStatus, to: LoadStatus) throws {
        let fleet = try Fleet()
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.bring(load, crew, to: from)
        #expect(try fleet.now(.load, load)?["status"]?.string == from.rawValue)
        let events = fleet.left("loads").count
        let reply = try fleet.ask(.status, .load, load, #"{"status":"\#(to.rawValue.lowercased())"}"#)
        if from == to || Self.allowed[from, default: []].contains(to) {
            #expect(reply.outcome.status == 200)
            #expect(try fleet.now(.load, load)?["status"]?.string == to.rawValue)
        } else {
            #expect(reply.outcome.status == 409)
            #expect(reply.outcome.refusal?.message.isEmpty == false)
            #expect(fleet.left("loads").count == events)
        }
    }

    @Test(arguments: [LoadStatus.assigned, .pickedUp, .inTransit], LoadStatus.allCases)
    func `a delayed load goes on as from where it was delayed, or back there`(from: LoadStatus, to: LoadStatus) throws {
        let fleet = try Fleet()
        let (crew, load) = (try fleet.crew(), try fleet.load())
        try fleet.bring(load, crew, to: from)
        try fleet.ask(.status, .load, load, #"{"status":"DELAYED"}"#)
        let reply = try fleet.ask(.status, .load, load, #"{"status":"\#(to.rawValue)"}"#)
        let isAllowed = to == from || to == .delayed || Self.allowed[from, default: []].contains(to)
        #expect(reply.outcome.status == (isAllowed ? 200 : 409))
    }

    @Test func `a load becomes assigned by an assignment alone`() throws {
        let fleet = try Fleet()
        let load = try fleet.load()
        #expect(try fleet.ask(.status, .load, load, #"{"status":"ASSIGNED"}"#).outcome.refusal?.code == "RESOURCES_REQUIRED")
    }

    @Test(arguments: [#"{"status":"LOST"}"#, #"{"status":7}"#, "{}", #"{"status":null}"#, "[]"])
    func `a status that there is not is refused as invalid`(body: String) throws {
        let fleet = try Fleet()
        let load = try fleet.load()
        let refusal = try #require(try fleet.ask(.status, .load, load, body).outcome.refusal)
        #expect(refusal.status == 422)
        #expect(!refusal.details.isEmpty)
    }

    @Test(arguments: VehicleStatus.allCases, VehicleStatus.allCases)
    func `a vehicle takes three statuses by hand, and none on a load`(from: VehicleStatus, to: VehicleStatus) throws {
        let fleet = try Fleet()
        let crew = try fleet.crew()
        switch from {
        case .assigned: try fleet.bring(try fleet.load(), crew, to: .assigned)
        case .inTransit: try fleet.bring(try fleet.load(), crew, to: .inTransit)
        default: try fleet.ask(.status, .vehicle, crew.vehicle, #"{"status":"\#(from.rawValue)"}"#)
        }
        let isFree = VehicleStatus.byHand.contains(from) && VehicleStatus.byHand.contains(to)
        let reply = try fleet.ask(.status, .vehicle, crew.vehicle, #"{"status":"\#(to.rawValue)"}"#)
        #expect(reply.outcome.status == (from == to || isFree ? 200 : 409))
        #expect(try fleet.now(.vehicle, crew.vehicle)?["status"]?.string == (from == to || isFree ? to : from).rawValue)
    }

    @Test func `the page of transitions is what the code says`() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/transitions.md")
        let printed = TransitionPage.text
        if ProcessInfo.processInfo.environment["LINEHAUL_PRINT_DOCS"] != nil {
            try printed.write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == printed)
    }
}
