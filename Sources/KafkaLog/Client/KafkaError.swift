internal import CRdKafka
internal import EventLog

/// An error of librdkafka or of a broker: its code and words.
struct KafkaError: Error, Sendable, CustomStringConvertible {
    let code: rd_kafka_resp_err_t
    let text: String
    /// The transaction under way must be aborted; the producer lives on.
    let requiresAbort: Bool
    /// The producer can do nothing more.
    let isFatal: Bool

    init(_ code: rd_kafka_resp_err_t, _ text: String? = nil) {
        self.code = code
        if let text { self.text = text } else { self.text = unsafe String(cString: rd_kafka_err2str(code)) }
        requiresAbort = false
        isFatal = false
    }

    /// Takes over the error object that a call returned.
    init(owning error: OpaquePointer) {
        code = unsafe rd_kafka_error_code(error)
        text = unsafe String(cString: rd_kafka_error_string(error))
        requiresAbort = unsafe rd_kafka_error_txn_requires_abort(error) != 0
        isFatal = unsafe rd_kafka_error_is_fatal(error) != 0
        unsafe rd_kafka_error_destroy(error)
    }

    var name: String { unsafe String(cString: rd_kafka_err2name(code)) }

    var description: String { "\(text) (\(name))" }

    /// What the code means for a caller of the log.
    var kind: LogFailure.Kind {
        switch code {
        case RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
            RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
            RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING:
            return .fenced
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
            RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
            return .unknownTopic
        case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
            return .outOfRange
        case RD_KAFKA_RESP_ERR__BAD_MSG, RD_KAFKA_RESP_ERR__BAD_COMPRESSION, RD_KAFKA_RESP_ERR_INVALID_MSG,
            RD_KAFKA_RESP_ERR__UNDERFLOW:
            return .damaged
        case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED:
            return .full
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, RD_KAFKA_RESP_ERR__SSL,
            RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE, RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM,
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_SECURITY_DISABLED,
            RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP,
            RD_KAFKA_RESP_ERR_INVALID_RECORD, RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, RD_KAFKA_RESP_ERR_INVALID_CONFIG,
            RD_KAFKA_RESP_ERR_INVALID_REQUEST, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
            RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR__INVALID_ARG, RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT,
            RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT, RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, RD_KAFKA_RESP_ERR_INVALID_GROUP_ID,
            RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED, RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT,
            RD_KAFKA_RESP_ERR_TOPIC_DELETION_DISABLED, RD_KAFKA_RESP_ERR_NON_EMPTY_GROUP:
            return .refused
        default:
            // Transport, timeouts, leaders and coordinators on the move, too few brokers or replicas, internal errors: it may work later.
            return .unavailable
        }
    }

    /// Whether trying again within the same call may help: leaders and coordinators on the move.
    var passesSoon: Bool {
        switch code {
        case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
            RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
            RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH,
            RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__WAIT_CACHE,
            RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_CONTROLLER,
            RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
            return true
        default: return false
        }
    }

    /// What a person can do, where the code says.
    private var advice: String? {
        switch code {
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            "grant this user READ, WRITE, CREATE, DESCRIBE and DESCRIBE_CONFIGS on the topic"
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED: "grant this user READ and DESCRIBE on the group named as the cluster"
        case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            "grant this user WRITE and DESCRIBE on transactional ids that begin with the cluster's name"
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED: "grant this user CREATE and IDEMPOTENT_WRITE on the Kafka cluster"
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED: "check user, password and mechanism"
        case RD_KAFKA_RESP_ERR__SSL: "check the certificate authority, and that the broker's certificate names its host"
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
            "raise the topic's max.message.bytes, or write smaller records"
        case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
            "the topic refuses times this far from the broker's clock: raise its message.timestamp.before.max.ms and "
                + "message.timestamp.after.max.ms"
        case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
            "fewer brokers are registered than a topic is to have replicas: start the others, or ask for fewer replicas"
        case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
            "fewer replicas are in sync than min.insync.replicas: bring the brokers back"
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__RESOLVE:
            "check the servers' addresses and that they run"
        default: nil
        }
    }

    /// The failure of `doing`, which names broker, topic or group.
    func failure(_ doing: String, as kind: LogFailure.Kind? = nil) -> LogFailure {
        LogFailure(kind ?? self.kind, "\(doing): \(self)" + (advice.map { "; \($0)" } ?? ""))
    }
}

extension [CChar] {
    /// The C string that a call left in this buffer.
    var text: String { String(decoding: prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
}
