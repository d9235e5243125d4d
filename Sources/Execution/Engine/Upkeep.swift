internal import EventLog
internal import KeyedState
internal import StreamCore
internal import StructuredLog

/// What slots have done now and then for all of them, on the housekeeper's thread. What fails is said and comes round again.
struct Upkeep: Sendable {
    let log: any EventLog
    let state: any StateBackend
    let logger: Logger

    /// Has the state survive a crash as it is: bounds what the next start replays.
    func flush() {
        do throws(StageFailure) {
            try state.flush(waiting: false)
        } catch {
            logger.warning("state cannot be flushed; the next start replays more", [.reason: error.reason])
        }
    }

    /// Writes the marks of tasks that have stopped for now.
    func append(_ marks: [PartitionBatch]) {
        do throws(LogFailure) {
            _ = try log.append(marks)
        } catch {
            logger.warning("a quarantined task cannot be marked idle; the stages behind it wait", [.reason: error.reason])
        }
    }

    /// Drops the records of repartition topics that their reader has behind it.
    func purge(_ spent: [(partition: TopicPartition, below: Offset)]) {
        do throws(LogFailure) {
            for (partition, offset) in spent { try log.purge(partition, below: offset) }
        } catch {
            logger.warning("a repartition topic cannot be purged", [.reason: error.reason])
        }
    }
}
