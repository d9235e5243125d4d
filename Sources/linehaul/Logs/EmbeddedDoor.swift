internal import EmbeddedLog
internal import EventLog
internal import StructuredLog
internal import Topology

extension LogDoor {
    /// The log on the process's own disk.
    static let embedded = LogDoor(kind: .embedded, isShared: false) { place in
        var settings = EmbeddedLogSettings()
        settings.cache = place.cache
        settings.durability = place.cluster.durability == .sync ? .sync : .os
        let directory = "\(place.directory)/log"
        let log = try EmbeddedLog(directory: directory, settings: settings, clock: SystemClock.now)
        if let tail = log.recovery.droppedTail {
            place.logger.warning("log opened up to its first damage", [.path: directory, .reason: tail])
        }
        return log
    }
}
