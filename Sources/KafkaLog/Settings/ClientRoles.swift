internal import CRdKafka

/// The properties of each kind of client that a log uses. What is said of librdkafka holds for 2.0.2, the oldest that is supported.
extension KafkaLogSettings {
    /// Common to all. Nagle's algorithm, on by default there, would hold back small requests.
    private func common(_ use: String) -> ClientProperties {
        var properties = ClientProperties()
        properties.set("bootstrap.servers", servers)
        properties.set("client.id", "\(cluster).\(instance).\(use)")
        properties.set("socket.nagle.disable", true)
        properties.set("socket.keepalive.enable", true)
        properties.set("log.connection.close", false)
        properties.set("reconnect.backoff.ms", 50)
        properties.set("reconnect.backoff.max.ms", 1_000)
        properties.set("message.max.bytes", largestRecord)
        properties.set("receive.message.max.bytes", 200 << 20)
        security.apply(to: &properties)
        return properties
    }

    private func finished(_ properties: ClientProperties) -> ClientProperties {
        var properties = properties
        for (name, value) in self.properties.sorted(by: { $0.key < $1.key }) { properties.set(name, value) }
        return properties
    }

    private func producing(_ use: String) -> ClientProperties {
        var properties = common(use)
        properties.set("acks", "all")
        properties.set("enable.idempotence", true)
        properties.set("linger.ms", 0)
        properties.set("compression.codec", compression.rawValue)
        properties.set("queue.buffering.max.messages", 100_000)
        properties.set("queue.buffering.max.kbytes", 64 << 10)
        properties.deliver(RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
        return properties
    }

    /// Appends outside transactions, asks for uncommitted ends and administers: its look-ups by `ListOffsets` see every record.
    var appender: ClientProperties {
        var properties = producing("appender")
        properties.set("message.timeout.ms", requestTimeout.milliseconds)
        properties.set("isolation.level", "read_uncommitted")
        return finished(properties)
    }

    /// One transactional writer. Transactions bound messages and requests to their own timeout by themselves.
    func writer(_ name: String) -> ClientProperties {
        var properties = producing("writer.\(name)")
        properties.set("transactional.id", "\(cluster).\(name)")
        properties.set("transaction.timeout.ms", transactionTimeout.milliseconds)
        return finished(properties)
    }

    /// Asks the cluster's group for committed turns, as a reader of committed records, which has them wait for what is being settled.
    var bookkeeper: ClientProperties {
        var properties = common("bookkeeper")
        properties.set("group.id", cluster)
        properties.set("isolation.level", "read_committed")
        properties.set("enable.auto.commit", false)
        properties.set("enable.auto.offset.store", false)
        properties.deliver(RD_KAFKA_EVENT_ERROR)
        return finished(properties)
    }

    /// Reads partitions for many tasks, in no group.
    var reader: ClientProperties {
        var properties = common("reader")
        properties.set("isolation.level", "read_committed")
        properties.set("enable.auto.commit", false)
        properties.set("enable.auto.offset.store", false)
        properties.set("enable.partition.eof", true)
        properties.set("auto.offset.reset", "error")
        properties.set("check.crcs", true)
        properties.set("fetch.wait.max.ms", fetchWait.milliseconds)
        properties.set("fetch.error.backoff.ms", 100)
        properties.set("fetch.message.max.bytes", min(prefetchBytes, 1 << 20))
        properties.set("queued.max.messages.kbytes", max(1, prefetchBytes >> 10))
        properties.set("queued.min.messages", prefetchRecords)
        return finished(properties)
    }

    /// The process's place in the group that shares the turns.
    var member: ClientProperties {
        var properties = common("member")
        properties.set("client.id", address.isEmpty ? Self.noAddress : address)
        properties.set("group.id", cluster)
        properties.set("group.instance.id", instance)
        properties.set("partition.assignment.strategy", "cooperative-sticky")
        properties.set("session.timeout.ms", sessionTimeout.milliseconds)
        properties.set("heartbeat.interval.ms", heartbeat.milliseconds)
        properties.set("max.poll.interval.ms", max(rebalanceTimeout, sessionTimeout).milliseconds)
        properties.set("isolation.level", "read_committed")
        properties.set("enable.auto.commit", false)
        properties.set("enable.auto.offset.store", false)
        // Turns are empty and paused; nothing is ever fetched from them.
        properties.set("auto.offset.reset", "latest")
        properties.set("topic.metadata.refresh.interval.ms", 10_000)
        properties.deliver(RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_ERROR)
        return finished(properties)
    }

    /// The `client.id` of a member that says no address.
    static let noAddress = "-"
}
