internal import Dispatch
internal import Synchronization

/// Where wishes to stop come from: the process's signals, or a test's hand.
public struct StopTrigger: Sendable {
    let install: @Sendable (@escaping @Sendable (StopSignal) -> Void) -> @Sendable () -> Void

    /// A trigger of the caller's own. `install` gets the handler, which is synchronous, posts one message and may be called on any
    /// thread; it returns what undoes it.
    public init(install: @escaping @Sendable (_ handler: @escaping @Sendable (StopSignal) -> Void) -> @Sendable () -> Void) {
        self.install = install
    }

    /// The process's own signals. Once installed they no longer end the process by themselves, even when the group has ended.
    public static func signals(_ signals: [StopSignal]) -> StopTrigger {
        StopTrigger { handler in
            let sources = SignalSources(signals, handler)
            return { sources.cancel() }
        }
    }
}

/// The dispatch sources of some signals, on a queue of their own.
private final class SignalSources: Sendable {
    private let sources: Mutex<[any DispatchSourceSignal]>

    init(_ signals: [StopSignal], _ handler: @escaping @Sendable (StopSignal) -> Void) {
        let queue = DispatchQueue(label: "linehaul.signals")
        let registered = DispatchSemaphore(value: 0)
        var made: [any DispatchSourceSignal] = []
        for signal in signals {
            let source = DispatchSource.makeSignalSource(signal: signal.number, queue: queue)
            source.setEventHandler { handler(signal) }
            source.setRegistrationHandler { registered.signal() }
            source.resume()
            made.append(source)
        }
        // ORDER: Dispatch replaces the signal's disposition on another thread; until then the signal still ends the process, and
        // once this returns it never does.
        for _ in signals { registered.wait() }
        sources = Mutex(made)
    }

    func cancel() {
        sources.withLock { sources in
            for source in sources { source.cancel() }
        }
    }
}
