internal import CRdKafka
internal import EventLog
internal import StreamCore

/// Creates, describes and deletes topics, each many at a time.
struct TopicAdministration: Sendable {
    let client: KafkaClient
    let settings: KafkaLogSettings
    let directory: TopicDirectory

    func ensure(_ specs: [TopicSpec]) throws(LogFailure) -> [TopicDifference] {
        if specs.isEmpty { return [] }
        for spec in specs where spec.partitions < 1 || spec.name.isEmpty {
            throw LogFailure(.refused, "creating topic \"\(spec.name)\" of \(spec.partitions) partitions: give it a name and at least one")
        }
        let before = try directory.readAll("looking for topics at \(settings.servers)")
        let existing = Dictionary(before.topics.filter { !$0.partitions.isEmpty }.map { ($0.name, $0) }) { first, _ in first }
        var missing: [String: TopicSpec] = [:]
        for spec in specs where existing[spec.name] == nil && missing[spec.name] == nil { missing[spec.name] = spec }
        let created = try missing.isEmpty ? [] : create(missing.values.sorted { $0.name < $1.name })
        // What another process created in the meantime is compared like what was there.
        let compared = specs.filter { !created.contains($0.name) }
        if compared.isEmpty { return [] }
        let names = Set(compared.map(\.name))
        let known =
            missing.count == created.count
            ? existing
            : try settled("looking for topics", names) { () throws(LogFailure) in
                let topics = try directory.readAll("looking for topics").topics.filter { !$0.partitions.isEmpty }
                return Dictionary(topics.map { ($0.name, $0) }) { first, _ in first }
            }
        let doing = "reading the properties of topics"
        let properties = try settled(doing, names) { () throws(LogFailure) in try describe(names.sorted()) }
        return compared.flatMap { spec in
            TopicComparison.differences(
                of: spec, partitions: known[spec.name]?.partitions.count ?? 0, replicas: known[spec.name]?.partitions.first?.replicas ?? 0,
                properties: properties[spec.name] ?? [:], settings: settings)
        }
    }

    /// Asks until every one of those topics is known, which another process may have just created: a broker hears of it late.
    private func settled<Answer>(
        _ doing: String, _ names: Set<String>, _ ask: () throws(LogFailure) -> [String: Answer]
    ) throws(LogFailure) -> [String: Answer] {
        let deadline = Deadline(patience)
        while true {
            let found = try ask()
            let absent = names.subtracting(found.keys)
            if absent.isEmpty { return found }
            guard deadline.pause(milliseconds: 20) else {
                throw LogFailure(
                    .unavailable,
                    "\(doing): \(absent.sorted().joined(separator: ", ")) were created elsewhere, and not every broker knows them "
                        + "yet; wait and try again")
            }
        }
    }

    /// What the brokers say against creating those topics.
    func obstacles(to specs: [TopicSpec]) throws(LogFailure) -> [TopicObstacle] {
        if specs.isEmpty { return [] }
        return try request(specs, "asking whether topics can be created", onlyTrying: true).compactMap { result in
            switch result.code {
            case RD_KAFKA_RESP_ERR_NO_ERROR: return nil
            case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
                return TopicObstacle(
                    topic: result.name, reason: "it is there, and this user may not see it; grant it DESCRIBE on the topic")
            default:
                return TopicObstacle(topic: result.name, reason: KafkaError(result.code, result.text).failure("creating it").reason)
            }
        }
    }

    /// Creates topics in one call and waits until their leaders answer; returns the names of those that were not there already.
    private func create(_ specs: [TopicSpec]) throws(LogFailure) -> Set<String> {
        let doing = "creating \(specs.count == 1 ? "topic \(specs[0].name)" : "\(specs.count) topics")"
        let results = try request(specs, doing)
        var created: Set<String> = []
        for result in results {
            if result.code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { continue }
            if result.code != RD_KAFKA_RESP_ERR_NO_ERROR {
                throw KafkaError(result.code, result.text).failure("creating topic \(result.name)")
            }
            created.insert(result.name)
        }
        try awaitLeaders(specs.filter { created.contains($0.name) })
        return created
    }

    private func request(
        _ specs: [TopicSpec], _ doing: String, onlyTrying: Bool = false
    ) throws(LogFailure) -> [(name: String, code: rd_kafka_resp_err_t, text: String?)] {
        var topics: [OpaquePointer?] = unsafe []
        defer { unsafe topics.forEach { unsafe rd_kafka_NewTopic_destroy($0) } }
        for spec in specs {
            var text = [CChar](repeating: 0, count: 256)
            let topic = unsafe rd_kafka_NewTopic_new(
                spec.name, Int32(spec.partitions), Int32(settings.replicationFactor ?? -1), &text, text.count)
            guard let topic = unsafe topic else {
                throw LogFailure(.refused, "creating topic \(spec.name): \(text.text)")
            }
            unsafe topics.append(topic)
            for (name, value) in TopicConfiguration.properties(of: spec, minInSyncReplicas: settings.minInSyncReplicas) {
                unsafe rd_kafka_NewTopic_set_config(topic, name, value)
            }
        }
        return unsafe try AdminCall.run(client, RD_KAFKA_ADMIN_OP_CREATETOPICS, patience, doing) { options, queue in
            var text = [CChar](repeating: 0, count: 256)
            if onlyTrying { unsafe rd_kafka_AdminOptions_set_validate_only(options, 1, &text, text.count) }
            unsafe rd_kafka_CreateTopics(client.handle, &topics, topics.count, options, queue)
        } read: { event throws(LogFailure) in
            var count = 0
            let results = unsafe rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
            return unsafe Self.results(results, count)
        }
    }

    /// A new topic's leaders refuse requests until they know of it.
    private func awaitLeaders(_ specs: [TopicSpec]) throws(LogFailure) {
        let deadline = Deadline(patience)
        let wanted = specs.flatMap { spec in
            (0..<spec.partitions).map { (TopicPartition(spec.name, Partition($0)), OffsetLookup.latest) }
        }
        if wanted.isEmpty { return }
        while true {
            let led = try directory.readAll("waiting for new topics").topics.filter { topic in
                specs.contains { $0.name == topic.name && $0.partitions == topic.partitions.count }
                    && topic.partitions.allSatisfy { $0.leader >= 0 }
            }
            if led.count == specs.count { break }
            guard deadline.pause(milliseconds: 20) else {
                throw LogFailure(
                    .unavailable, "creating \(specs.count) topics: \(led.count) of them have leaders; wait for the brokers and try again")
            }
        }
        _ = try OffsetLookup.find(wanted, client, deadline, "waiting for the leaders of new topics")
        for spec in specs { directory.set(spec.name, spec.partitions) }
    }

    /// The properties of topics, defaults included.
    func describe(_ names: [String]) throws(LogFailure) -> [String: [String: String]] {
        if names.isEmpty { return [:] }
        var resources = unsafe names.map { unsafe rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
        defer { unsafe resources.forEach { unsafe rd_kafka_ConfigResource_destroy($0) } }
        return unsafe try AdminCall.run(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, patience, "reading the properties of topics") {
            options, queue in
            unsafe rd_kafka_DescribeConfigs(client.handle, &resources, resources.count, options, queue)
        } read: { event throws(LogFailure) in
            var count = 0
            let found = unsafe rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
            var described: [String: [String: String]] = [:]
            for index in 0..<count {
                guard let resource = unsafe found?[index] else { continue }
                let name = unsafe String(cString: rd_kafka_ConfigResource_name(resource))
                let error = unsafe KafkaError(rd_kafka_ConfigResource_error(resource))
                if error.kind == .unknownTopic { continue }
                if error.code != RD_KAFKA_RESP_ERR_NO_ERROR { throw error.failure("reading the properties of topic \(name)") }
                described[name] = unsafe Self.properties(of: resource)
            }
            return described
        }
    }

    private static func properties(of resource: OpaquePointer) -> [String: String] {
        var count = 0
        let entries = unsafe rd_kafka_ConfigResource_configs(resource, &count)
        var properties: [String: String] = [:]
        for index in 0..<count {
            guard let entry = unsafe entries?[index], let value = unsafe rd_kafka_ConfigEntry_value(entry) else { continue }
            properties[unsafe String(cString: rd_kafka_ConfigEntry_name(entry))] = unsafe String(cString: value)
        }
        return properties
    }

    func delete(_ names: [String]) throws(LogFailure) {
        if names.isEmpty { return }
        var topics = unsafe names.map { unsafe rd_kafka_DeleteTopic_new($0) }
        defer { unsafe topics.forEach { unsafe rd_kafka_DeleteTopic_destroy($0) } }
        let results = unsafe try AdminCall.run(client, RD_KAFKA_ADMIN_OP_DELETETOPICS, patience, "deleting topics") { options, queue in
            unsafe rd_kafka_DeleteTopics(client.handle, &topics, topics.count, options, queue)
        } read: { event throws(LogFailure) in
            var count = 0
            let results = unsafe rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
            return unsafe Self.results(results, count)
        }
        directory.forget(names)
        for result in results where result.code != RD_KAFKA_RESP_ERR_NO_ERROR {
            let error = KafkaError(result.code, result.text)
            if error.kind != .unknownTopic { throw error.failure("deleting topic \(result.name)") }
        }
    }

    private var patience: Duration { settings.requestTimeout * 3 }

    private static func results(
        _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
    ) -> [(name: String, code: rd_kafka_resp_err_t, text: String?)] {
        (0..<count).compactMap { index in
            guard let result = unsafe results?[index] else { return nil }
            let text = unsafe rd_kafka_topic_result_error_string(result).map { unsafe String(cString: $0) }
            return unsafe (String(cString: rd_kafka_topic_result_name(result)), rd_kafka_topic_result_error(result), text)
        }
    }
}
