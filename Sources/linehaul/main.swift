internal import Foundation

let arguments = CommandLine.arguments
var settings = AuditAnomalyBench.Settings(input: arguments[1], directory: "/tmp/bench-data")
settings.parallelism = Int(arguments[2]) ?? 1
settings.shuffles = arguments.count > 3 && arguments[3] == "shuffle"
try? FileManager.default.removeItem(atPath: settings.directory)
let result = try await AuditAnomalyBench(settings: settings).run()
print(result.json)
