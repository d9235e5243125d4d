internal import EventLog
internal import KafkaLog
internal import StreamCore
internal import StructuredLog
internal import Topology

extension LogDoor {
    /// Apache Kafka, shared by the processes of a cluster. Brokers that cannot be reached yet are no reason not to open it.
    static let kafka = LogDoor(kind: .kafka, isShared: true) { place in
        try KafkaLog(KafkaLogSettings(place), logger: place.logger)
    }
}

extension KafkaLogSettings {
    /// What the cluster's file says of the brokers, for one process.
    fileprivate init(_ place: LogPlace) {
        let kafka = place.cluster.kafka
        self.init(servers: kafka.servers.joined(separator: ","), cluster: place.cluster.name, instance: place.instance)
        address = place.address.description
        security = KafkaSecurity(kafka.security)
        replicationFactor = kafka.replication
        minInSyncReplicas = kafka.minInSync
        compression = Compression(rawValue: kafka.compression.rawValue) ?? compression
        prefetchBytes = kafka.prefetch ?? prefetchBytes
        sessionTimeout = kafka.sessionTimeout ?? sessionTimeout
        transactionTimeout = kafka.transactionTimeout ?? transactionTimeout
    }
}

extension KafkaSecurity {
    /// What the cluster's file says of connections; the reader has seen to it that what goes together is there.
    fileprivate init(_ settings: KafkaSettings.Security) {
        self.init()
        if settings.securityProtocol.encrypts {
            var tls = TLS(authorities: settings.ca)
            tls.certificate = settings.certificate
            tls.key = settings.key
            tls.keyPassword = settings.keyPassword
            self.tls = tls
        }
        if settings.securityProtocol.authenticates, let mechanism = settings.mechanism.flatMap({ SASL.Mechanism(rawValue: $0.rawValue) }) {
            sasl = SASL(
                mechanism, user: settings.username ?? "", password: settings.password ?? Secret(""))
        }
    }
}
