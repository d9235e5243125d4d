import Foundation
import HTTPServer

/// A certificate for 127.0.0.1 that nobody trusts by itself, and its key, as files that go with the test.
final class TestCertificate {
    let files: HTTPServerSettings.Certificate
    private let directory: URL

    /// One of two: a certificate, and one to take its place.
    init(renewed: Bool = false) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "linehaul-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let chain = directory.appending(path: "chain.pem")
        let key = directory.appending(path: "key.pem")
        try Data((renewed ? Self.renewed.chain : Self.chain).utf8).write(to: chain)
        try Data((renewed ? Self.renewed.key : Self.key).utf8).write(to: key)
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

    private static let renewed = (
        chain: """
            -----BEGIN CERTIFICATE-----
            MIIBnDCCAUGgAwIBAgIUKf5rncXqSf9Gr7+op8LtlefeCzMwCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE0MjYyN1oYDzIxMjYxMDMw
            MTQyNjI3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAAQC0GKr0n65VCKzwSgGoIUcbbVqQoEK59btNOqfN9W9mzc8yT1w5G57
            +iX+WtPXlFMyeQWcb6bM0yAmGsDZTce7o28wbTAdBgNVHQ4EFgQUXAw54PLcVLCE
            cU4jHKVKCZOMcHAwHwYDVR0jBBgwFoAUXAw54PLcVLCEcU4jHKVKCZOMcHAwDwYD
            VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
            zj0EAwIDSQAwRgIhAPGlNTwQIGFfZ3QgsGJVNZjVe4MuhBoTu6LQ6GcCx18cAiEA
            25NtKMrUprzNuk66rqhXdisuIsUgGnuTQWyiHkuPas4=
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAdPcy42VQ9uoX03g
            +KfQauh4hRzijt/TZK1S1jm0AFqhRANCAAQC0GKr0n65VCKzwSgGoIUcbbVqQoEK
            59btNOqfN9W9mzc8yT1w5G57+iX+WtPXlFMyeQWcb6bM0yAmGsDZTce7
            -----END PRIVATE KEY-----
            """
    )
}
