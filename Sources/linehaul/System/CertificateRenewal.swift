internal import Dispatch
internal import Foundation
internal import HTTPServer
internal import ServiceLifecycle
internal import StructuredLog

/// Takes up the listener's certificate anew when the process is told to by SIGHUP. Connections that there are go on with the one they have.
final class CertificateRenewal: Service {
    let name = "certificate"
    private let listener: ListenerService
    private let certificate: HTTPServerSettings.Certificate
    private let logger: Logger
    private let gate = StopGate()

    init(_ listener: ListenerService, _ certificate: HTTPServerSettings.Certificate, _ logger: Logger) {
        self.listener = listener
        self.certificate = certificate
        self.logger = logger
    }

    func run() async {
        // Else the signal would end the process before the source hears of it.
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: DispatchQueue(label: "linehaul.certificate"))
        source.setEventHandler { [listener, certificate, logger] in
            do throws(HTTPFailure) {
                try listener.renew(certificate)
                logger.info("new connections get the renewed certificate", [.path: certificate.chainFile])
            } catch {
                logger.error("the certificate that was there stays", [.path: certificate.chainFile, .reason: error.reason])
            }
        }
        source.resume()
        await gate.wait()
        source.cancel()
    }

    func stop() { gate.open() }
}
