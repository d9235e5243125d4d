internal import Foundation
internal import Synchronization

/// The offsets from UTC of one time zone, from 2000 to 2070, in order. Built once a zone and process.
final class ZoneTable: Sendable {
    /// The zone's name in the time zone database.
    let name: String
    private let instants: [Micros]
    private let offsets: [Micros]

    private static let first: Micros = 946_684_800 * .second
    private static let last: Micros = 3_155_760_000 * .second
    private static let known = Mutex<[String: ZoneTable]>([:])

    /// The table of a zone; `nil` where the system knows none of that name.
    static func named(_ name: String) -> ZoneTable? {
        if let table = known.withLock({ $0[name] }) { return table }
        guard let zone = TimeZone(identifier: name) else { return nil }
        let table = ZoneTable(name, zone)
        known.withLock { $0[name] = table }
        return table
    }

    private init(_ name: String, _ zone: TimeZone) {
        func offset(_ instant: Micros) -> Micros {
            Micros(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant / .second)))) * .second
        }
        var instants: [Micros] = [.min]
        var offsets = [offset(ZoneTable.first)]
        var from = ZoneTable.first
        while from < ZoneTable.last {
            let to = from + 7 * .day
            let next = offset(to)
            if next != offsets[offsets.count - 1] {
                var (low, high) = (from, to)
                while high - low > .second {
                    let middle = (low + high) / 2 / .second * .second
                    if offset(middle) == next { high = middle } else { low = middle }
                }
                instants.append(high)
                offsets.append(next)
            }
            from = to
        }
        self.name = name
        self.instants = instants
        self.offsets = offsets
    }

    /// Which stretch of one offset `instant` lies in.
    private func stretch(_ instant: Micros) -> Int {
        var (low, high) = (0, instants.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if instants[middle] <= instant { low = middle } else { high = middle }
        }
        return low
    }

    /// What to add to UTC at that instant.
    func offset(at instant: Micros) -> Micros { offsets[stretch(instant)] }

    /// The first instant at which clocks there show at least `local`, counted as if it were UTC.
    func earliest(showing local: Micros) -> Micros {
        var index = stretch(local - .day)
        while true {
            let instant = max(local - offsets[index], instants[index])
            if index + 1 == instants.count || instant < instants[index + 1] { return instant }
            index += 1
        }
    }
}
