internal import CRdKafka

/// Why a client cannot speak to its brokers, as it said last. Its calls only say that nobody answered.
struct ClientTrouble: Sendable {
    /// The client's words, with the broker they are about.
    let text: String
    /// What to look at.
    let advice: String?
    /// Whether another try can only fail alike: who connects is refused, or who answers is.
    let isRefusal: Bool

    /// Takes a line that the client logged: `[thrd:…]: broker: what happened (after …)`.
    init(_ line: String) {
        var text = Substring(line)
        if text.hasPrefix("[thrd:"), let end = text.firstRange(of: "]: ") { text = text[end.upperBound...] }
        if let end = text.firstRange(of: " (after ") { text = text[..<end.lowerBound] }
        self.text = String(text)
        let found = Self.known.first { text.contains($0.sign) }
        advice = found?.advice
        isRefusal = found?.isRefusal ?? false
    }

    private typealias Known = (sign: String, advice: String, isRefusal: Bool)

    private static let known: [Known] = [
        ("SASL mechanism SCRAM", "check the user, its password and the mechanism" + scram, true),
        ("SASL authentication error", "check the user, its password and the mechanism", true),
        ("SASL", "check the mechanism: the broker offers another one", true),
        ("certificate verify failed", "check the authorities' file: the broker's certificate is from another one", true),
        ("broker certificate could not be verified", "check the authorities' file: the broker's certificate is from another one", true),
        ("SSL handshake failed", "check the protocol: that port speaks without TLS, or asks for a certificate of this process", true),
        ("connecting to a SSL listener", "check the protocol: that port speaks TLS", true),
        ("connecting to a PLAINTEXT", "check the protocol: that port speaks without TLS", true),
        ("Connection refused", "check the servers' addresses and that they run", false),
        ("Failed to resolve", "check the servers' names", false),
    ]

    /// Kafka 4 checks a part of SCRAM that librdkafka got wrong before 2.6.1.
    private static let scram: String = {
        if rd_kafka_version() >= 0x0206_0100 { return "" }
        let version = unsafe String(cString: rd_kafka_version_str())
        return "; librdkafka \(version) cannot prove a SCRAM password to Kafka 4: take PLAIN over TLS, or librdkafka 2.6.1 or newer"
    }()
}
