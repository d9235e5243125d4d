internal import CRdKafka
internal import EventLog
internal import Glibc
internal import StreamCore

/// Looks at consumer groups, ours and foreign ones, and says how far a job has read.
struct GroupAdministration: Sendable {
    let client: KafkaClient
    let coordinators: Coordinators
    let settings: KafkaLogSettings

    /// A group as its coordinator describes it.
    struct Description: Sendable {
        let name: String
        let state: String
        let members: [Member]
    }

    struct Member: Sendable {
        let instance: String?
        let client: String
        let host: String
        let partitions: Set<TopicPartition>
    }

    func members() throws(LogFailure) -> [LogMember] {
        let described = try describe(settings.cluster)
        return (described?.members ?? []).compactMap { member in
            LogMember(
                instance: member.instance ?? member.client, address: member.client == KafkaLogSettings.noAddress ? "" : member.client,
                turns: member.partitions)
        }
        .sorted { $0.instance < $1.instance }
    }

    func groups() throws(LogFailure) -> [ConsumerGroup] {
        let names = try list()
        var groups: [ConsumerGroup] = []
        for name in names.sorted() {
            guard let group = try describe(name) else { continue }
            groups.append(
                ConsumerGroup(
                    name: group.name, state: group.state,
                    members: group.members.map { ConsumerGroup.Member(client: $0.client, host: $0.host) },
                    positions: try positions(of: group.name)))
        }
        return groups
    }

    private func list() throws(LogFailure) -> [String] {
        unsafe try AdminCall.run(client, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, settings.requestTimeout, "listing consumer groups") {
            options, queue in
            unsafe rd_kafka_ListConsumerGroups(client.handle, options, queue)
        } read: { event throws(LogFailure) in
            var count = 0
            let found = unsafe rd_kafka_ListConsumerGroups_result_valid(rd_kafka_event_ListConsumerGroups_result(event), &count)
            return (0..<count).compactMap { index in
                unsafe found?[index].map { unsafe String(cString: rd_kafka_ConsumerGroupListing_group_id($0)) }
            }
        }
    }

    /// `nil` for a group that there is none of.
    private func describe(_ name: String) throws(LogFailure) -> Description? {
        guard var text = unsafe UnsafePointer(strdup(name)) else { return nil }
        defer { unsafe free(UnsafeMutablePointer(mutating: text)) }
        let doing = "describing consumer group \(name)"
        return unsafe try coordinators.call(
            RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, about: name, settings.requestTimeout, doing
        ) { options, queue in
            unsafe withUnsafeMutablePointer(to: &text) { names in
                unsafe names.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: 1) { names in
                    unsafe rd_kafka_DescribeConsumerGroups(client.handle, names, 1, options, queue)
                }
            }
        } read: { event throws(KafkaError) in
            var count = 0
            let found = unsafe rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event), &count)
            guard count > 0, let group = unsafe found?[0] else { return nil }
            if let object = unsafe rd_kafka_ConsumerGroupDescription_error(group) {
                let error = unsafe KafkaError(rd_kafka_error_code(object))
                if error.code == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND { return nil }
                if error.code != RD_KAFKA_RESP_ERR_NO_ERROR { throw error }
            }
            return unsafe Self.description(of: group, name)
        }
    }

    private static func description(of group: OpaquePointer, _ name: String) -> Description {
        let members = (0..<(unsafe rd_kafka_ConsumerGroupDescription_member_count(group))).compactMap { index -> Member? in
            guard let member = unsafe rd_kafka_ConsumerGroupDescription_member(group, index) else { return nil }
            let assignment = unsafe rd_kafka_MemberDescription_assignment(member)
            let partitions = unsafe assignment.map { unsafe PartitionList.entries(rd_kafka_MemberAssignment_partitions($0)) } ?? []
            return unsafe Member(
                instance: rd_kafka_MemberDescription_group_instance_id(member).map { unsafe String(cString: $0) },
                client: String(cString: rd_kafka_MemberDescription_client_id(member)),
                host: String(cString: rd_kafka_MemberDescription_host(member)), partitions: Set(partitions.map(\.partition)))
        }
        let state = unsafe String(cString: rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(group)))
        return Description(name: name, state: state, members: members)
    }

    private func positions(of group: String) throws(LogFailure) -> [TopicPartition: Offset] {
        var request = unsafe rd_kafka_ListConsumerGroupOffsets_new(group, nil)
        defer { unsafe rd_kafka_ListConsumerGroupOffsets_destroy(request) }
        let doing = "reading the positions of group \(group)"
        let entries = unsafe try coordinators.call(
            RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, about: group, settings.requestTimeout, doing
        ) { options, queue in
            unsafe rd_kafka_ListConsumerGroupOffsets(client.handle, &request, 1, options, queue)
        } read: { event throws(KafkaError) in
            var count = 0
            let found = unsafe rd_kafka_ListConsumerGroupOffsets_result_groups(
                rd_kafka_event_ListConsumerGroupOffsets_result(event), &count)
            return try unsafe Self.entries(found, count)
        }
        return Dictionary(entries.filter { $0.offset >= 0 }.map { ($0.partition, Offset($0.offset)) }) { first, _ in first }
    }

    func report(_ positions: [TopicPartition: Offset], of group: String) throws(LogFailure) {
        if positions.isEmpty { return }
        let list = PartitionList(positions.map { ($0.key, $0.value.number) })
        var request = unsafe rd_kafka_AlterConsumerGroupOffsets_new(group, list.handle)
        defer { unsafe rd_kafka_AlterConsumerGroupOffsets_destroy(request) }
        let doing = "reporting positions as group \(group)"
        unsafe try coordinators.call(
            RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, about: group, settings.requestTimeout, doing
        ) { options, queue in
            unsafe rd_kafka_AlterConsumerGroupOffsets(client.handle, &request, 1, options, queue)
        } read: { event throws(KafkaError) in
            var count = 0
            let found = unsafe rd_kafka_AlterConsumerGroupOffsets_result_groups(
                rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count)
            for entry in try unsafe Self.entries(found, count) where entry.code != RD_KAFKA_RESP_ERR_NO_ERROR {
                throw KafkaError(entry.code)
            }
        }
    }

    private static func entries(
        _ groups: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
    ) throws(KafkaError) -> [PartitionList.Entry] {
        var entries: [PartitionList.Entry] = []
        for index in 0..<count {
            guard let group = unsafe groups?[index] else { continue }
            if let object = unsafe rd_kafka_group_result_error(group) {
                let error = unsafe KafkaError(rd_kafka_error_code(object))
                if error.code != RD_KAFKA_RESP_ERR_NO_ERROR { throw error }
            }
            entries += unsafe PartitionList.entries(rd_kafka_group_result_partitions(group))
        }
        return entries
    }
}
