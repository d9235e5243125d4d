internal import Foundation

exit(Session.main(Array(ProcessInfo.processInfo.arguments.dropFirst())))
