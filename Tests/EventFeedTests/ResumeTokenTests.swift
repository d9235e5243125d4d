import EventFeed
import StreamCore
import Testing

@Suite struct ResumeTokenTests {
    private var somewhere: FeedPositions {
        var positions = FeedPositions(catalog)
        for (topic, partition, offset) in [(0, 0, 5), (0, 2, 300), (1, 1, Int64.max), (2, 0, 1)] {
            positions[topic, Partition(partition)] = Offset(offset)
        }
        return positions
    }

    @Test func `a token stands for the positions it was made of`() throws {
        let text = ResumeToken.text(of: somewhere, in: .all(of: catalog), catalog)
        #expect(try ResumeToken.positions(from: text, otherwise: FeedPositions(catalog), catalog) == somewhere)
        #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }

    @Test func `a topic that it does not speak of stands where following stands`() throws {
        let text = ResumeToken.text(of: FeedPositions(catalog), in: TopicSet([1]), catalog)
        let positions = try ResumeToken.positions(from: text, otherwise: somewhere, catalog)
        #expect(positions[0, Partition(2)] == Offset(300))
        #expect(positions[1, Partition(1)] == .zero)
    }

    @Test func `it is good in a process that orders its topics otherwise and follows fewer`() throws {
        let other = FeedCatalog([catalog.topics[2], catalog.topics[0]], entityTypes: [])
        let text = ResumeToken.text(of: somewhere, in: .all(of: catalog), catalog)
        let positions = try ResumeToken.positions(from: text, otherwise: FeedPositions(other), other)
        #expect(positions[0, Partition(0)] == Offset(1))
        #expect(positions[1, Partition(2)] == Offset(300))
    }

    @Test func `a partition that came to be after it is read from its start`() throws {
        let more = FeedCatalog([FeedCatalog.Topic("loads", partitions: 5, eventTypes: [])], entityTypes: [])
        let text = ResumeToken.text(of: somewhere, in: TopicSet([0]), catalog)
        var present = FeedPositions(more)
        present[0, Partition(4)] = Offset(9)
        #expect(try ResumeToken.positions(from: text, otherwise: present, more)[0, Partition(4)] == .zero)
        let back = ResumeToken.text(of: present, in: TopicSet([0]), more)
        #expect(throws: DecodeFailure.self) { try ResumeToken.positions(from: back, otherwise: somewhere, catalog) }
    }

    @Test func `any damage is noticed`() {
        let text = Array(ResumeToken.text(of: somewhere, in: .all(of: catalog), catalog))
        for index in text.indices {
            var damaged = text
            damaged[index] = text[index] == "A" ? "B" : "A"
            let positions = try? ResumeToken.positions(from: String(damaged), otherwise: FeedPositions(catalog), catalog)
            // The last character has bits that stand for nothing.
            #expect(positions == nil || (index == text.count - 1 && positions == somewhere), "\(index)")
            #expect(throws: DecodeFailure.self) {
                try ResumeToken.positions(from: String(text[..<index]), otherwise: FeedPositions(catalog), catalog)
            }
        }
    }

    @Test(arguments: ["", "latest", "AQ", "not base64!", String(repeating: "A", count: 20_000)])
    func `what is no token is refused`(_ text: String) {
        #expect(throws: DecodeFailure.self) { try ResumeToken.positions(from: text, otherwise: FeedPositions(catalog), catalog) }
    }
}
