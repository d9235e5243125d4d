internal import Neo4jClient
internal import Sinks
internal import StreamCore

/// The nodes `LinehaulOffset`: how far the graph has what each sink reads, and whose turn it is to write there. One for each partition, by a
/// unique constraint.
enum GraphOffsets {
    static let constraint = "CREATE CONSTRAINT linehaul_offset IF NOT EXISTS FOR (o:LinehaulOffset) REQUIRE o.id IS UNIQUE"

    /// Makes the partitions `owner`'s, and reads them; one that a younger owner has is left out. The first SET takes the node's lock, so that
    /// what is compared after it is what is.
    static func claim(_ partitions: [TopicPartition], for owner: SinkOwner) -> Neo4jStatement {
        Neo4jStatement(
            """
            UNWIND $own AS own MERGE (o:LinehaulOffset {id: own.id})
            ON CREATE SET o.job = $job, o.sink = $sink, o.topic = own.topic, o.partition = own.partition, o.generation = $generation
            SET o.seen = timestamp()
            WITH o, own WHERE o.generation <= $generation
            SET o.generation = $generation
            RETURN own.topic, own.partition, o.next
            """,
            [
                "own": .array(
                    partitions.map { own in
                        .object([
                            "id": .string(id(own, owner)), "topic": .string(own.topic),
                            "partition": .integer(Int64(own.partition.number)),
                        ])
                    }), "job": .string(owner.task.job), "sink": .string(owner.task.stage),
                "generation": .integer(Int64(owner.generation.number)),
            ])
    }

    /// Moves every partition of a step, or ends the transaction.
    static func move(_ step: SinkStep) -> Neo4jStatement {
        Neo4jStatement(
            """
            UNWIND $moves AS move MATCH (o:LinehaulOffset {id: move.id}) SET o.seen = timestamp()
            WITH o, move WHERE o.generation = $generation AND coalesce(o.next, -1) = move.from
            SET o.next = move.to
            WITH count(o) AS moved
            RETURN CASE moved WHEN $count THEN moved ELSE 1 / (moved - moved) END
            """,
            [
                "moves": .array(
                    step.moves.map { move in
                        .object([
                            "id": .string(id(move.partition, step.owner)), "from": .integer(move.from?.number ?? -1),
                            "to": .integer(move.to.number),
                        ])
                    }), "count": .integer(Int64(step.moves.count)), "generation": .integer(Int64(step.owner.generation.number)),
            ])
    }

    private static func id(_ partition: TopicPartition, _ owner: SinkOwner) -> String {
        "\(owner.task.job)/\(owner.task.stage)/\(partition.topic)/\(partition.partition.number)"
    }
}
