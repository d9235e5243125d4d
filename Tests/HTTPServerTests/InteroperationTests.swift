import Foundation
import HTTPServer
import Testing

/// A client library of others, where Python's package index can be reached.
@Suite struct InteroperationTests {
    @Test(.enabled(if: PythonClient.isThere, "needs python3 with venv, and its package index, for the package websockets"))
    func `the websockets library and the listener understand each other`() throws {
        let listener = try listening({ $0.deflatesMessages = true }) { request, reply in
            _ = reply.upgrade(subprotocol: request.subprotocols.last) { socket, event in
                if case .text(let bytes) = event { _ = socket.send(WebSocketMessage(bytes)) }
            }
        }
        #expect(try PythonClient.run("websocket_client.py", "\(listener.port)") == "ok\n")
    }
}

/// Python with the package `websockets`, made once below the build folder.
private enum PythonClient {
    private static let environment = ".build/python-websockets"

    static let isThere: Bool = {
        if (try? shell("\(environment)/bin/python -c 'import websockets'"))?.status == 0 { return true }
        let made = try? shell("python3 -m venv \(environment) && timeout 60 \(environment)/bin/pip install -q websockets")
        return made?.status == 0
    }()

    /// What a script beside this file prints, its errors with it.
    static func run(_ script: String, _ arguments: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        return try shell("timeout 60 \(environment)/bin/python \(folder)/\(script) \(arguments)").output
    }

    private static func shell(_ command: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", command]
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
