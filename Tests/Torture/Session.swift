internal import CommandLine
internal import Foundation
internal import TestServers

/// `torture`: kills the real program again and again under load, and counts what is lost and what is doubled.
enum Session {
    typealias Action = @Sendable (Arguments) throws -> Bool

    private static let command: Command<Action> = Command(
        "torture", "kills `linehaul run` at random under load; exits 1 when a record is lost, doubled or wrong",
        [
            .option("kills", "N", "how many kill -9 (default 100)"),
            .option("kafka", "N", "in place of those, how many among processes that share a Kafka, a fifth as many of its brokers"),
            .option("cuts", "N", "how many power cuts after them (default: a twentieth of the kills)"),
            .option("seed", "S", "what the run's choices follow from (default 1)"),
            .option("rate", "N", "transfers published a second (default 1000, on Kafka 300)"),
            .option("check-every", "N", "lets the oracle look after so many kills (default 50, on Kafka 20)"),
            .option("binary", "FILE", "the program (default: `linehaul` beside this one)"),
            .option("dir", "DIR", "where to work; kept (default: a directory that is removed when all is well)"),
        ], action: { try run($0) })

    static func main(_ words: [String]) -> Int32 {
        do {
            switch try command.parse(words) {
            case .help(let text):
                say(text)
                return ExitCode.done.rawValue
            case .run(let action, let arguments):
                return try action(arguments) ? ExitCode.done.rawValue : ExitCode.refused.rawValue
            }
        } catch let failure as UsageFailure {
            say("torture: \(failure)")
            return ExitCode.usage.rawValue
        } catch {
            say("torture: \(error)")
            return ExitCode.refused.rawValue
        }
    }

    private static func run(_ arguments: Arguments) throws -> Bool {
        let onKafka = try arguments.int("kafka", in: 0...1_000_000)
        let kills = try arguments.int("kills", in: 0...1_000_000) ?? 100
        let cuts = try arguments.int("cuts", in: 0...100_000) ?? (kills + 19) / 20
        let seed = UInt64(try arguments.int("seed", in: 0...Int.max) ?? 1)
        let rate = try arguments.int("rate", in: 1...100_000) ?? (onKafka == nil ? 1_000 : 300)
        let checkEvery = try arguments.int("check-every", in: 1...1_000_000) ?? (onKafka == nil ? 50 : 20)
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
        let binary = arguments["binary"] ?? folder.appendingPathComponent("linehaul").path
        guard FileManager.default.isExecutableFile(atPath: binary) else {
            throw Trouble("there is no program at \(binary); build it first: swift build -c release")
        }
        let name = "linehaul-torture-\(ProcessInfo.processInfo.processIdentifier)"
        let scratch = arguments["dir"] ?? FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        let began = ContinuousClock.now

        let isClean: Bool
        if onKafka != nil, let missing = KafkaServer.missing {
            say("skipped: \(missing)")
            return true
        }
        if let onKafka {
            let run = ClusterRun(
                binary: binary, directory: "\(scratch)/cluster", kills: onKafka, seed: seed, rate: rate, checkEvery: checkEvery)
            let outcome = try run.run()
            say(outcome.text(took: ContinuousClock.now - began))
            isClean = outcome.score.isClean
        } else {
            let killing = KillRun(binary, "\(scratch)/kills", kills: kills, seed: seed, rate: rate, checkEvery: checkEvery)
            let killed = try killing.run()
            let cut = try CutRun(binary, "\(scratch)/cuts", cuts: killed.isClean ? cuts : 0, seed: seed, rate: rate).run()
            let summary = Summary(killed, cut, took: ContinuousClock.now - began)
            say(summary.text)
            isClean = summary.isClean
        }
        if isClean, arguments["dir"] == nil {
            try FileManager.default.removeItem(atPath: scratch)
        } else if !isClean {
            say("evidence kept in \(scratch); seed \(seed)")
        }
        return isClean
    }
}

/// Writes a line to standard output, at once.
func say(_ line: String) { try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8)) }
