public import StreamCore

/// How connections to a Kafka cluster are secured: TLS, SASL, both or neither.
public struct KafkaSecurity: Sendable, CustomStringConvertible {
    /// TLS: who the broker must be, and who this process is.
    public struct TLS: Sendable {
        /// A PEM file of the authorities that may have signed the broker's certificate; `nil` takes the system's.
        public var authorities: String?
        /// A PEM file of this process's certificate, where brokers ask for one.
        public var certificate: String?
        /// A PEM file of its key.
        public var key: String?
        /// What the key file is encrypted with.
        public var keyPassword: Secret?
        /// Whether the broker's certificate must name the host that was connected to.
        public var verifiesHost = true

        /// TLS with those authorities.
        public init(authorities: String? = nil) { self.authorities = authorities }
    }

    /// SASL: who this process says it is.
    public struct SASL: Sendable {
        /// How the password is proved.
        public enum Mechanism: String, CaseIterable, Sendable {
            /// In the clear: over TLS only.
            case plain = "PLAIN"
            /// Salted challenge, SHA-256.
            case scramSHA256 = "SCRAM-SHA-256"
            /// Salted challenge, SHA-512.
            case scramSHA512 = "SCRAM-SHA-512"
        }

        /// How the password is proved.
        public var mechanism: Mechanism
        /// The user.
        public var user: String
        /// Its password.
        public var password: Secret

        /// That user, by that mechanism.
        public init(_ mechanism: Mechanism, user: String, password: Secret) {
            self.mechanism = mechanism
            self.user = user
            self.password = password
        }
    }

    /// TLS, where it is used.
    public var tls: TLS?
    /// SASL, where it is used.
    public var sasl: SASL?

    /// Neither, unless said otherwise.
    public init(tls: TLS? = nil, sasl: SASL? = nil) {
        self.tls = tls
        self.sasl = sasl
    }

    /// Kafka's name for the combination: `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT`, `SASL_SSL`.
    public var description: String {
        switch (tls != nil, sasl != nil) {
        case (false, false): "PLAINTEXT"
        case (true, false): "SSL"
        case (false, true): "SASL_PLAINTEXT"
        case (true, true): "SASL_SSL"
        }
    }

    func apply(to properties: inout ClientProperties) {
        properties.set("security.protocol", description)
        if let tls {
            if let authorities = tls.authorities { properties.set("ssl.ca.location", authorities) }
            if let certificate = tls.certificate { properties.set("ssl.certificate.location", certificate) }
            if let key = tls.key { properties.set("ssl.key.location", key) }
            if let password = tls.keyPassword { properties.set("ssl.key.password", password.revealed) }
            properties.set("ssl.endpoint.identification.algorithm", tls.verifiesHost ? "https" : "none")
        }
        if let sasl {
            properties.set("sasl.mechanism", sasl.mechanism.rawValue)
            properties.set("sasl.username", sasl.user)
            properties.set("sasl.password", sasl.password.revealed)
        }
    }
}
