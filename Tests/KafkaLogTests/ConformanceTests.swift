internal import EventLogConformance
internal import TestServers
internal import Testing

@Suite(.serialized, .enabled(if: KafkaServer.missing == nil, "\(KafkaServer.missing ?? "")"))
struct ConformanceTests {
    @Test(arguments: EventLogConformance.all) func `kafka conforms`(_ item: ConformanceCase) throws {
        try item.run(on: try KafkaFixture())
    }
}
