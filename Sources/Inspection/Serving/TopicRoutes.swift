internal import EventLog
internal import HTTPServer
internal import StreamCore

extension Inspection {
    func topics() async throws(Refusal) -> Answer {
        let topics = try await reads.ask { log in try log.topics() }
        return .whole(.json(.object(["topics": .array(topics.map(\.summary))])))
    }

    func topic(_ name: String) async throws(Refusal) -> Answer {
        let cluster = cluster
        return .whole(
            .json(
                try await reads.ask { log in
                    let status = try log.status(of: name)
                    let groups = try log.groups().compactMap { GroupLag($0, of: cluster, [status]).json(of: name) }
                    return status.json.adding("groups", .array(groups))
                }))
    }

    /// Who reads the log's topics, and how far behind each is.
    func groups() async throws(Refusal) -> Answer {
        let cluster = cluster
        return .whole(
            .json(
                try await reads.ask { log in
                    let topics = try log.topics()
                    return .object(["groups": .array(try log.groups().map { GroupLag($0, of: cluster, topics).json })])
                }))
    }

    /// Appends the request's lines; answers when the log has them for good.
    func publish(_ request: HTTPRequest, to topic: String) async throws(Refusal) -> Answer {
        let formats = PublishedLines.Format.allCases.map(\.rawValue).joined(separator: " or ")
        guard let format = PublishedLines.Format(rawValue: request.query["format"] ?? "records") else {
            throw .parameter("format", "expected \(formats), found \(request.query["format"] ?? "")")
        }
        let firstLine = try wholeNumber(request.query, "first-line", in: 1...Int.max) ?? 1
        let (key, body, now) = (request.query["key"], request.body, process.clock())
        let answer = try await writes.ask { log in
            let spec = try log.status(of: topic).spec
            if spec.isInternal {
                throw Refusal(409, "INTERNAL_TOPIC", "\(topic) is Linehaul's own: what is written there would be taken for a job's state")
            }
            var lines = PublishedLines(spec, format, key: key, now: now, firstLine: firstLine)
            let (batches, count) = try lines.read(body)
            let offsets = batches.isEmpty ? [] : try log.append(batches)
            return JSON.object([
                "topic": .string(topic), "count": .integer(Int64(count)),
                "offsets": .array(
                    zip(batches, offsets).map { batch, first in
                        .object([
                            "partition": .integer(Int64(batch.partition.partition.number)), "first": .integer(first.number),
                            "next": .integer(first.number + Int64(batch.batch.count)),
                        ])
                    }),
            ])
        }
        return .whole(.json(answer))
    }

    func deadLetterTopics() async throws(Refusal) -> Answer {
        .whole(.json(try await reads.ask { log in try DeadLetters.list(log) }))
    }

    func replayDeadLetters(of name: String, _ query: HTTPQuery) async throws(Refusal) -> Answer {
        let limit = try wholeNumber(query, "limit", in: 1...Int.max)
        return .whole(.json(try await writes.ask { log in try DeadLetters.replay(DeadLetters.topic(name), limit: limit, in: log) }))
    }

    func dropDeadLetters(of name: String, _ query: HTTPQuery) async throws(Refusal) -> Answer {
        let limit = try wholeNumber(query, "limit", in: 1...Int.max)
        return .whole(.json(try await writes.ask { log in try DeadLetters.drop(DeadLetters.topic(name), limit: limit, in: log) }))
    }
}
