/// A signal by which a process is asked to stop.
public struct StopSignal: Hashable, Sendable, CustomStringConvertible {
    /// Its number.
    public let number: Int32
    /// Its name, without `SIG`.
    public let name: String

    /// The signal of that number and name.
    public init(number: Int32, name: String) {
        self.number = number
        self.name = name
    }

    /// What `kill` and service managers send.
    public static let terminate = StopSignal(number: 15, name: "TERM")
    /// What Control-C sends.
    public static let interrupt = StopSignal(number: 2, name: "INT")
    /// What a terminal sends when it goes away.
    public static let hangup = StopSignal(number: 1, name: "HUP")

    /// The exit code by which shells know that this signal ended a process.
    public var exitCode: Int32 { 128 + number }
    /// The name as the manual writes it.
    public var description: String { "SIG\(name)" }
}
