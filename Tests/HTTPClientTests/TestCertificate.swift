import Foundation
import HTTPServer

/// A certificate for 127.0.0.1 that nobody trusts by itself, and its key, as files that go with the test.
final class TestCertificate {
    let files: HTTPServerSettings.Certificate
    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "linehaul-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let chain = directory.appending(path: "chain.pem")
        let key = directory.appending(path: "key.pem")
        try Data(Self.chain.utf8).write(to: chain)
        try Data(Self.key.utf8).write(to: key)
        files = HTTPServerSettings.Certificate(chainFile: chain.path, keyFile: key.path)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    var settings: HTTPServerSettings { HTTPServerSettings(port: 0, certificate: files) }

    private static let chain = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUTaSDA62g880lWjhpHhXlaz3j6W8wCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA2MzE1N1oYDzIxMjYxMDMw
        MDYzMTU3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQfXFgOM69kzsHWRYWv6gQUe9LjN9AXRc+69QUDtG8TiGoNnXwkUyqD
        yJj9awosNUHGxhC8K1byk4buTe3DiqVmo28wbTAdBgNVHQ4EFgQUw1wzSchkkGN/
        ioWLp+bes2Kd1KIwHwYDVR0jBBgwFoAUw1wzSchkkGN/ioWLp+bes2Kd1KIwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
        zj0EAwIDSAAwRQIgOY1luxiJcs6slNrGlHdmUnZWIzHJAJm92tMLebOKNbcCIQD5
        mlabN7mItOxW+C1w4Vl66PdsTU+xGZ0Tc5glflxQnA==
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP/yxbwL+cVSIflBp
        MjfL1TgBd/6HwTJ4t+XIAuXpv0ChRANCAAQfXFgOM69kzsHWRYWv6gQUe9LjN9AX
        Rc+69QUDtG8TiGoNnXwkUyqDyJj9awosNUHGxhC8K1byk4buTe3DiqVm
        -----END PRIVATE KEY-----
        """
}
