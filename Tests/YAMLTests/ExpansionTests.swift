import Testing
import YAML

@Suite struct ExpansionTests {
    private let environment = ["DATA": "/var/lib/linehaul", "EMPTY": "", "PASSWORD": "a${DATA}$b"]

    @Test(arguments: [
        ("${DATA}", "/var/lib/linehaul"), ("${DATA}/logs", "/var/lib/linehaul/logs"), ("\"${DATA}\"", "/var/lib/linehaul"),
        ("${NONE:-.linehaul}", ".linehaul"), ("${EMPTY:-.linehaul}", ".linehaul"), ("${DATA:-.linehaul}", "/var/lib/linehaul"),
        ("${NONE:-${DATA}}", "/var/lib/linehaul"), ("${NONE:-${NEITHER:-x}}y", "xy"), ("$${DATA}", "${DATA}"), ("a$b", "a$b"),
        ("5$", "5$"), ("$$", "$"), ("'${NONE:-a: b}'", "a: b"), ("x${EMPTY}x", "xx"),
    ])
    func `a variable is replaced by its value or its default`(text: String, value: String) throws {
        #expect(try YAMLNode(text: text, file: "f", environment: environment).string() == value)
    }

    @Test func `what a variable holds is not expanded again`() throws {
        #expect(try YAMLNode(text: "${PASSWORD}", file: "f", environment: environment).string() == "a${DATA}$b")
    }

    @Test func `an empty default without quotes is null`() throws {
        #expect(try YAMLNode(text: "a: ${NONE:-}", file: "f").entries?.first?.value.isNull == true)
    }

    @Test(arguments: [
        ("a: ${NONE}", "f:1:4: the environment has no NONE; set it, or give a default: `${NONE:-default}`"),
        ("a: ${DATA", "f:1:4: `${DATA` goes on in a way that is not read; write `${DATA}` or `${DATA:-default}`"),
        ("a: ${DATA:?}", "f:1:4: `${DATA` goes on in a way that is not read; write `${DATA}` or `${DATA:-default}`"),
        ("a: ${}", "f:1:4: `${` without a variable's name behind it; write `$$` for a dollar sign"),
    ])
    func `what cannot be expanded is refused with its place`(text: String, message: String) {
        #expect(failure(of: text, environment: environment)?.description == message)
    }
}
