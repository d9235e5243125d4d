import EmbeddedLog
import EventFeed
import EventLog
import HTTPServer
import Metrics
import StreamCore
import StreamTesting
import Synchronization
import TestPeers
import Wire

/// A feed over a real log behind a real listener. Following is the test's to move on: what is published is passed on by `pump`.
final class FeedSite {
    let feed: LiveFeed
    let listener: HTTPListener
    private let log: EmbeddedLog
    private let directory: ScratchDirectory
    /// Whether the token "good" is still worth something.
    let isGood = Lasting()
    private let events = FeedEventReader()
    private let reader: any LogReader
    private static let now = EventTime(milliseconds: 1_772_000_000_000)
    private static let partitions = catalog.topics.flatMap { topic in
        (0..<topic.partitions).map { TopicPartition(topic.name, Partition($0)) }
    }

    /// A feed that holds that many bytes of recent events. Who bears the token "good" is let in, who bears another is not.
    init(holding bytes: Int = 1_000_000, isOpen: Bool = true, _ adjust: (inout HTTPServerSettings) -> Void = { _ in }) throws {
        directory = try ScratchDirectory()
        var settings = EmbeddedLogSettings()
        settings.durability = .os
        log = try EmbeddedLog(directory: directory.path + "/log", settings: settings, clock: { FeedSite.now })
        _ = try log.ensure(catalog.topics.map { TopicSpec($0.name, partitions: $0.partitions) })
        reader = try log.makeReader {}
        for partition in FeedSite.partitions { try reader.assign(partition, from: .zero) }
        let feed = try LiveFeed(catalog, of: log, holding: bytes, MetricsRegistry(), clock: { FeedSite.now })
        self.feed = feed
        let isGood = isGood
        let door = FeedDoor(
            feed,
            identify: { request in
                switch request.headers["Authorization"] {
                case "Bearer good": .known(FeedGuest(.everything, stays: { isGood.holds }))
                case nil: isOpen ? .known(FeedGuest(.everything)) : .unknown
                default: .refused(.refusal(401, code: "UNAUTHORIZED", "who are you?"))
                }
            }, makeID: { "c-1" }, clock: { FeedSite.now })
        var serving = HTTPServerSettings(port: 0)
        adjust(&serving)
        listener = try HTTPListener(settings: serving) { request, reply in
            if request.segments == ["ws"] { return door.take(request, reply) }
            do throws(FeedRequest.Problems) {
                let asked = try FeedRequest(request, within: .everything, catalog)
                if let stream = reply.begin(LiveFeed.streamHead) { feed.stream(asked, over: stream) }
            } catch {
                reply.send(.refusal(422, code: "VALIDATION_ERROR", error.all.map(\.field).joined(separator: " ")))
            }
        }
    }

    deinit {
        feed.close("the test is over")
        listener.stop(within: .zero)
        reader.close()
        log.close()
    }

    /// Appends events to their partitions, in that order.
    func publish(_ events: [FeedEvent]) throws {
        for event in events {
            var builder = BatchBuilder()
            builder.append(Record(key: nil, value: event.envelope, time: FeedSite.now))
            _ = try log.append([
                PartitionBatch(TopicPartition(catalog.topics[event.at.topic].name, event.at.partition), builder.finish())
            ])
        }
    }

    /// Passes on what has been published.
    func pump() throws {
        for partition in FeedSite.partitions {
            while let batch = try reader.next(partition, upTo: 1 << 20) { feed.take(batch, of: partition, with: events) }
        }
        feed.tidy(at: FeedSite.now)
    }

    /// Lets the feed look at all of its clients.
    func look() { feed.tidy(at: FeedSite.now.advanced(by: .init(.seconds(5)))) }

    /// Drops what lies before the end of every partition.
    func purge() throws {
        for partition in FeedSite.partitions { try log.purge(partition, below: try log.bounds(of: partition).end) }
    }

    /// A client that has been welcomed.
    func client(_ headers: String = "") -> FramePeer {
        let peer = FramePeer(self, at: listener.port, headers: headers)
        _ = peer.read()
        return peer
    }

    /// A client that follows what a subscription, written as JSON's members, asks for.
    func follower(_ members: String = "") throws -> (peer: FramePeer, answer: JSON) {
        let peer = client()
        peer.send(#"{"type":"subscribe"\#(members.isEmpty ? "" : ",")\#(members)}"#)
        return (peer, try peer.next())
    }
}

/// What holds until somebody says that it does not.
final class Lasting: Sendable {
    private let state = Atomic<Bool>(true)
    var holds: Bool { state.load(ordering: .relaxed) }
    func end() { state.store(false, ordering: .relaxed) }
}

extension FramePeer {
    /// The next frame as JSON.
    func next() throws -> JSON {
        guard let frame = read() else { throw NeverHappened(description: "a frame") }
        return try JSON(parsing: frame.payload)
    }

    /// The ids that the next so many events are about, and the last token.
    func events(_ count: Int) throws -> (ids: [String], token: String) {
        var (ids, token) = ([String](), "")
        for _ in 0..<count {
            let frame = try next()
            ids.append(frame["data"]?["entity_id"]?.string ?? frame.description)
            token = frame["resume"]?.string ?? ""
        }
        return (ids, token)
    }
}

/// So many events about things that are called by a number.
func numbered(_ range: Range<Int>, partition: Int = 0) -> [FeedEvent] {
    range.map { event("LOAD_CREATED", "\($0)", partition: partition) }
}
