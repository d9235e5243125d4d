import Access
import Testing

@Suite struct PrincipalTests {
    private func somebody(_ role: Role, carrier: String? = nil) -> Principal {
        Principal(userID: "u-1", role: role, carrierID: carrier, evidence: .key(id: "k-1"))
    }

    @Test func `a viewer reads and does nothing else`() {
        #expect(Right.allCases.filter { somebody(.viewer).may($0) } == [.read])
    }

    @Test func `a dispatcher also dispatches and reports for any driver`() {
        #expect(Right.allCases.filter { somebody(.dispatcher).may($0) } == [.read, .dispatch, .report])
        #expect(somebody(.dispatcher).may(.report, driver: "d-9"))
    }

    @Test func `an admin may everything`() {
        #expect(Right.allCases.allSatisfy { somebody(.admin).may($0) })
    }

    @Test func `a driver reads and reports about itself alone`() {
        let driver = Principal(userID: "u-1", role: .driver, driverID: "d-1", evidence: .token(issuer: "i"))
        #expect(driver.may(.read, driver: "d-1"))
        #expect(driver.may(.report, driver: "d-1"))
        #expect(!driver.may(.report, driver: "d-2"))
        #expect(!driver.may(.read))
        #expect(!driver.may(.dispatch, driver: "d-1"))
    }

    @Test func `a driver whose token names no driver is the driver of its user id`() {
        #expect(somebody(.driver).may(.report, driver: "u-1"))
    }

    @Test func `a principal with a carrier reaches that carrier's things and no one's`() {
        #expect(somebody(.admin, carrier: "c-1").reaches(thingsOf: "c-1"))
        #expect(!somebody(.admin, carrier: "c-1").reaches(thingsOf: "c-2"))
        #expect(!somebody(.admin, carrier: "c-1").reaches(thingsOf: nil))
        #expect(somebody(.viewer).reaches(thingsOf: "c-2"))
    }

    @Test func `where authentication is off anybody may everything, under the name they give`() {
        let anybody = Principal.anybody(named: "u-7")
        #expect(anybody.userID == "u-7")
        #expect(anybody.may(.administer))
        #expect(Principal.anybody(named: nil).userID == nil)
    }

    @Test func `a role is read in any case of letters`() {
        #expect(Role(anyCase: "dispatcher") == .dispatcher)
        #expect(Role(anyCase: "root") == nil)
    }
}
