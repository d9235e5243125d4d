import EventLog
import HTTPServer
import Inspection
import StreamCore
import Testing

private typealias Member = ClusterSite.Process

@Suite struct ClusterRoutesTests {
    private static let job = "/ops/jobs/audit-anomaly"

    /// Two audit records of each of those users, of now: on a busy machine older ones would be late, or expired.
    private func records(_ users: [String]) -> String {
        let now = Site.clock()
        return users.flatMap { user in
            [1, 2].map { number in
                let at = now.advanced(by: EventTime.Span(microseconds: Int64(number) * 100_000)).rfc3339
                return #"{"id":"\#(user)\#(number)","user_id":"\#(user)","created_at":"\#(at)"}"#
            }
        }
        .joined(separator: "\n")
    }

    @Test func `any process tells of the whole cluster, and of its own part when asked for that`() async throws {
        try await ClusterSite.with { (site: ClusterSite, one: Member, two: Member) async throws in
            for process in [one, two] {
                let all = try await process.ask("GET", "/ops/jobs").json
                #expect(all["jobs"]?.array?.count == 1)
                #expect(all["jobs"]?.array?.first?["tasks"] == 2)
                #expect(all["jobs"]?.array?.first?["state"] == "RUNNING")
                #expect(all["unreachable"] == [])
                #expect(try await process.ask("GET", "/ops/jobs?scope=local").json["jobs"]?.array?.first?["tasks"] == 1)
            }
            #expect(try await one.ask("GET", "/ops/jobs?scope=mine").code == "INVALID_PARAMETER")
        }
    }

    @Test func `a job is shown with every task and the process that runs it`() async throws {
        try await ClusterSite.with { (site: ClusterSite, one: Member, two: Member) async throws in
            let tasks = try await two.ask("GET", Self.job).json["stages"]?.array?.first?["tasks"]?.array ?? []
            #expect(tasks.map { $0["task"] } == ["audit-anomaly/users/0", "audit-anomaly/users/1"])
            #expect(Set(tasks.compactMap { $0["process"]?.string }) == [site.addresses["one"], site.addresses["two"]])
        }
    }

    @Test func `nobody who was asked asks on`() async throws {
        try await ClusterSite.with { (site: ClusterSite, one: Member, two: Member) async throws in
            let (before, other) = (one.asked, two.asked)
            _ = try await one.ask("GET", "/ops/jobs")
            #expect(two.asked == other + 1)
            #expect(one.asked == before)
        }
    }

    @Test func `a key is read from whichever process has it, and rows from all`() async throws {
        try await ClusterSite.with { (site: ClusterSite, one: Member, two: Member) async throws in
            let users = ["u1", "u2", "u3", "u4", "u5", "u6"]
            _ = try await one.ask("POST", "/ops/topics/audit/records?format=values", records(users))
            let rows = try await two.ask("\(Self.job)/state/users") { ($0["rows"]?.array?.count ?? 0) == users.count }
            #expect(rows["total"] == 6)
            #expect(rows["has_more"] == false)
            let tasks = (rows["rows"]?.array ?? []).compactMap { $0["task"]?.string }
            #expect(Set(tasks).count == 2)
            #expect(tasks == tasks.sorted())
            for user in users {
                for process in [one, two] {
                    #expect(try await process.ask("GET", "\(Self.job)/state/users/\(user)").json["key"] == .string(user))
                }
            }
            let few = try await one.ask("GET", "\(Self.job)/state/users?limit=4").json
            #expect(few["rows"]?.array?.count == 4)
            #expect(few["has_more"] == true)
            #expect(try await one.ask("GET", "\(Self.job)/state/users/nobody").code == "NO_SUCH_KEY")
            #expect(try await one.ask("GET", "\(Self.job)/state/user/u1").message.contains("did you mean users?"))
        }
    }

    @Test func `who cannot be reached is named, never left out`() async throws {
        try await ClusterSite.with { (site: ClusterSite, one: Member, two: Member) async throws in
            two.listener.stop(within: .seconds(1))
            let all = try await one.ask("GET", "/ops/jobs").json
            #expect(all["unreachable"]?.array?.map { $0["instance"] } == ["two"])
            #expect(all["unreachable"]?.array?.first?["address"]?.string == site.addresses["two"])
            #expect(all["unreachable"]?.array?.first?["tasks"] == 1)
            #expect(all["unreachable"]?.array?.first?["reason"]?.string?.isEmpty == false)
            #expect(all["jobs"]?.array?.first?["state"] == "UNREACHABLE")
            #expect(all["jobs"]?.array?.first?["tasks"] == 1)
            #expect(all["jobs"]?.array?.first?["planned"] == 2)
            let tasks = try await one.ask("GET", Self.job).json["stages"]?.array?.first?["tasks"]?.array ?? []
            #expect(Set(tasks.compactMap { $0["state"]?.string }) == ["RUNNING", "UNREACHABLE"])
            let row = try await one.ask("GET", "\(Self.job)/state/users/nobody")
            #expect(row.status == 503)
            #expect(row.message.contains(site.addresses["two"]))
            let members = try await one.ask("GET", "/ops/members").json
            #expect(members["members"]?.array?.map { $0["reachable"] } == [true, false])
        }
    }

    @Test func `a task that nobody runs waits, and what it may hold is not denied`() async throws {
        try await ClusterSite.with(sharing: false) { (site: ClusterSite, one: Member, two: Member) async throws in
            _ = try await one.ask("/ops/jobs") { $0["jobs"]?.array?.first?["state"] == "WAITING" }
            _ = try await one.ask(Self.job) { job in
                (job["stages"]?.array?.first?["tasks"]?.array ?? []).map { $0["state"] } == ["WAITING", "WAITING"]
            }
            let row = try await one.ask("GET", "\(Self.job)/state/users/u1")
            #expect(row.status == 503)
            #expect(row.message.contains("nobody runs 2 of its tasks"))
        }
    }

    @Test func `a job is paused and resumed everywhere, from anywhere`() async throws {
        try await ClusterSite.with { (site: ClusterSite, one: Member, two: Member) async throws in
            #expect(try await two.ask("POST", "\(Self.job)/pause").json["state"] == "PAUSED")
            for process in [one, two] {
                #expect(try await process.ask("GET", "\(Self.job)?scope=local").json["paused"] == true)
            }
            let resumed = try await one.ask("POST", "\(Self.job)/resume").json
            #expect(resumed["paused"] == false)
            #expect(resumed["unreachable"] == [])
        }
    }

    @Test func `the caller's token goes along, and one that differs is said`() async throws {
        try await ClusterSite.with { (site: ClusterSite, one: Member, two: Member) async throws in
            for process in [one, two] { process.need(token: "t") }
            #expect(try await one.ask("GET", "/ops/jobs", token: "t").json["jobs"]?.array?.first?["tasks"] == 2)
            two.need(token: "other")
            let reason = try await one.ask("GET", "/ops/jobs", token: "t").json["unreachable"]?.array?.first?["reason"]?.string
            #expect(reason?.contains("LINEHAUL_TOKEN") == true)
        }
    }

    @Test func `an address that leads elsewhere is found out`() async throws {
        try await ClusterSite.with { (site: ClusterSite, one: Member, two: Member) async throws in
            func reason() async throws -> String {
                site.look()
                return try await one.ask("GET", "/ops/jobs").json["unreachable"]?.array?.first?["reason"]?.string ?? ""
            }
            let right = site.addresses["two"]
            site.addresses["two"] = site.addresses["one"]
            #expect(try await reason().contains("it is reached where this process is"))
            site.addresses["two"] = ""
            #expect(try await reason().contains("does not say where it is reached; set LINEHAUL_ADVERTISE"))
            // By another name of this machine, the same process answers, and says that it is not the one.
            site.addresses["two"] = site.addresses["one"].replacing("127.0.0.1", with: "localhost")
            #expect(try await reason().contains("something else answers"))
            site.addresses["two"] = right
            #expect(try await reason() == "")
        }
    }

    @Test func `while the log is down it is said, and those of before are asked`() async throws {
        try await ClusterSite.with { (site: ClusterSite, one: Member, two: Member) async throws in
            site.addresses.away = true
            #expect(one.watch.look() == .lost("asking for members: no broker answers"))
            #expect(one.watch.look() == nil)
            let health = try await one.ask("GET", "/health")
            #expect(health.status == 503)
            #expect(health.json["dependencies"]?["log"]?["detail"]?.string?.contains("tasks wait, and go on by themselves") == true)
            #expect(try await one.ask("GET", "/health/live").status == 200)
            let all = try await one.ask("GET", "/ops/jobs").json
            #expect(all["jobs"]?.array?.first?["tasks"] == 2)
            #expect(all["unreachable"]?.array?.count == 1)
            site.addresses.away = false
            #expect(one.watch.look() == .found)
            #expect(try await one.ask("GET", "/health").json["dependencies"]?["log"]?["status"] == "HEALTHY")
        }
    }
}
