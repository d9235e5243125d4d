internal import Foundation

exit(await Program(arguments: Array(ProcessInfo.processInfo.arguments.dropFirst())).run())
