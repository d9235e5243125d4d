internal import CommandLine
internal import Foundation
internal import HTTPClient
internal import StreamCore

/// One run of the program: its command line, its environment and its terminal.
struct Program {
    /// What `linehaul version` and `/health` say.
    static let version = "0.1.0"

    let arguments: [String]
    var environment = ProcessInfo.processInfo.environment
    let terminal = Terminal()

    /// Does what the command line asks for; the exit code.
    func run() async -> Int32 {
        do {
            switch try CommandTable.root.parse(arguments) {
            case .help(let text):
                terminal.print(text)
                return ExitCode.done.rawValue
            case .run(let action, let arguments):
                return try await action(Invoked(arguments: arguments, environment: environment, terminal: terminal)).rawValue
            }
        } catch let failure as UsageFailure {
            terminal.complain(failure.description)
            return ExitCode.usage.rawValue
        } catch {
            terminal.complain("\(error)")
            return ExitCode.refused.rawValue
        }
    }
}

/// What a verb is called with.
struct Invoked: Sendable {
    let arguments: Arguments
    let environment: [String: String]
    let terminal: Terminal

    /// Whether the answer is to be JSON.
    var wantsJSON: Bool { arguments.has("json") }

    /// The running system that the command speaks to.
    func remote() throws(UsageFailure) -> RemoteSystem { try RemoteSystem(arguments, environment) }
}

/// A verb's work. It throws `UsageFailure` for a wrong command line and anything else for what it could not do.
typealias Action = @Sendable (Invoked) async throws -> ExitCode

/// Why a command did not do what it was asked, in words for the terminal.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
