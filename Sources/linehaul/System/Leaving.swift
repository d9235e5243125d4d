internal import Glibc
internal import ServiceLifecycle

/// Ends the process at once, as a second signal asks.
func leave(_ signal: StopSignal) { _exit(signal.exitCode) }

/// Ends the process at once as a failure, so that whoever watches over it starts it again.
func abandon() -> Never { _exit(70) }
