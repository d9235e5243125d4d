internal import Dispatch
internal import Foundation
internal import HTTPServer
internal import ServiceLifecycle
internal import StructuredLog

/// Has what may have changed outside of the process read anew when the process is told to by SIGHUP: the listener's certificate, the keys of
/// the issuer of tokens. A process that has nothing of the kind passes the signal over.
final class HangUpService: Service {
    let name = "hang-up"
    private let renewals: [@Sendable () -> Void]
    private let gate = StopGate()

    init(_ renewals: [@Sendable () -> Void]) { self.renewals = renewals }

    func run() async {
        // Else the signal would end the process before the source hears of it.
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: DispatchQueue(label: "linehaul.hang-up"))
        source.setEventHandler { [renewals] in for renew in renewals { renew() } }
        source.resume()
        await gate.wait()
        source.cancel()
    }

    func stop() { gate.open() }
}

extension ListenerService {
    /// Takes up that certificate as its files are now. Connections that there are go on with the one they have.
    func renew(_ certificate: HTTPServerSettings.Certificate, _ logger: Logger) {
        do throws(HTTPFailure) {
            try renew(certificate)
            logger.info("new connections get the renewed certificate", [.path: certificate.chainFile])
        } catch {
            logger.error("the certificate that was there stays", [.path: certificate.chainFile, .reason: error.reason])
        }
    }
}
