internal import EventLogConformance
internal import Testing

@Suite struct ConformanceTests {
    @Test(arguments: EventLogConformance.all) func `the embedded log conforms`(_ item: ConformanceCase) throws {
        try item.run(on: try EmbeddedFixture())
    }
}
