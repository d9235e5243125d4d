internal import Glibc
internal import ServiceLifecycle
internal import StructuredLog

/// Ends the process at once, as a second signal asks.
func leave(_ signal: StopSignal) { _exit(signal.exitCode) }

/// Ends the process at once because a part of it hangs: what it holds is another's to go on with.
func leave(_ logger: Logger, _ output: LogOutput, _ reason: String) {
    logger.error("process ends: it hangs", [.reason: reason])
    output.flush()
    _exit(70)
}
