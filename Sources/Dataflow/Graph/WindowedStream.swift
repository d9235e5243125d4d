internal import KeyedState
public import StreamCore
public import Wire

/// A keyed stream cut into windows, waiting to be told what becomes of each.
public struct WindowedStream<Key: StateKey, Element: Storable> {
    let keyed: KeyedStream<Key, Element>
    let windows: Windows

    /// One result a key and window, when the watermark has passed its end. Elements whose windows have all closed are left out.
    public func aggregated<Fold: Aggregate>(_ id: String, by fold: Fold) -> Stream<Fold.Result>
    where Fold.Key == Key, Fold.Element == Element {
        let windows = windows
        return keyed.processed(id) { scope in
            WindowProcess(
                windows: windows, fold: fold, open: scope.state.list("\(id).windows"), timers: scope.state.timers("\(id).timers"), late: scope.late())
        }
    }

    /// The same, with elements that come too late sent to an outlet.
    public func aggregated<Fold: Aggregate, Encoder: RecordEncoder>(
        _ id: String, by fold: Fold, late: Outlet<Element>, encoding encoder: @escaping @Sendable () -> Encoder
    ) -> Stream<Fold.Result> where Fold.Key == Key, Fold.Element == Element, Encoder.Element == Element {
        let windows = windows
        keyed.flow.note(outlet: late.name)
        keyed.draft.addOutlet(late.name)
        return keyed.processed(id) { scope in
            WindowProcess(
                windows: windows, fold: fold, open: scope.state.list("\(id).windows"), timers: scope.state.timers("\(id).timers"),
                late: scope.late(to: late, encoder()))
        }
    }
}
