internal import Glibc
internal import ServiceLifecycle

/// Ends the process at once, as a second signal asks.
func leave(_ signal: StopSignal) { _exit(signal.exitCode) }
