internal import PostgresClient
internal import Sinks
internal import StreamCore

/// The table `_linehaul_offsets`: how far a database has what each sink reads, and whose turn it is to write there.
enum OffsetsTable {
    static let schema = PostgresSchema(
        of: "_linehaul",
        [
            PostgresSchema.Migration(
                "positions of sinks",
                """
                CREATE TABLE _linehaul_offsets (
                    job text NOT NULL, sink text NOT NULL, topic text NOT NULL, partition int NOT NULL,
                    generation bigint NOT NULL, next_offset bigint, updated_at timestamptz NOT NULL DEFAULT now(),
                    PRIMARY KEY (job, sink, topic, partition)) WITH (fillfactor = 50);
                COMMENT ON TABLE _linehaul_offsets IS
                    'How far the rows of each sink reach, written with them. Without its rows a sink begins again where its inlets begin.'
                """)
        ])

    /// Makes the partitions `owner`'s, and reads them. Fails where a younger owner has one.
    static func claim(
        _ partitions: [TopicPartition], for owner: SinkOwner, in session: PostgresSession
    ) throws(PostgresFailure) -> [TopicPartition: Offset]? {
        var (topics, numbers) = (PostgresColumn(.text), PostgresColumn(.int4))
        for partition in partitions {
            topics.append(partition.topic)
            numbers.append(Int64(partition.partition.number))
        }
        let found = try session.query(
            """
            INSERT INTO _linehaul_offsets AS known (job, sink, topic, partition, generation)
            SELECT $1, $2, topic, partition, $3 FROM unnest($4::text[], $5::int[]) AS own (topic, partition) ORDER BY topic, partition
            ON CONFLICT (job, sink, topic, partition) DO UPDATE SET generation = excluded.generation
            WHERE known.generation <= excluded.generation RETURNING topic, partition, next_offset
            """,
            [
                PostgresValue(owner.task.job), PostgresValue(owner.task.stage), PostgresValue(owner.generation.number),
                PostgresValue(topics),
                PostgresValue(numbers),
            ])
        if found.count < partitions.count { return nil }
        var offsets: [TopicPartition: Offset] = [:]
        for row in 0..<found.count {
            guard let topic = found.text(row, 0), let number = found.integer(row, 1), let next = found.integer(row, 2) else { continue }
            offsets[TopicPartition(topic, Partition(Int(number)))] = Offset(next)
        }
        return offsets
    }

    /// Moves every partition of a step; `false`, and none to be believed, where one of them is not the owner's or stands elsewhere.
    static func move(_ step: SinkStep, in session: PostgresSession) throws(PostgresFailure) -> Bool {
        var (topics, numbers, from, to) = (
            PostgresColumn(.text), PostgresColumn(.int4), PostgresColumn(.int8), PostgresColumn(.int8)
        )
        for move in step.moves {
            topics.append(move.partition.topic)
            numbers.append(Int64(move.partition.partition.number))
            from.append(move.from?.number)
            to.append(move.to.number)
        }
        let moved = try session.query(
            """
            UPDATE _linehaul_offsets AS known SET next_offset = step.next, updated_at = now()
            FROM unnest($4::text[], $5::int[], $6::bigint[], $7::bigint[]) AS step (topic, partition, before, next)
            WHERE known.job = $1 AND known.sink = $2 AND known.generation = $3 AND known.topic = step.topic
                AND known.partition = step.partition AND known.next_offset IS NOT DISTINCT FROM step.before
            """,
            [
                PostgresValue(step.owner.task.job), PostgresValue(step.owner.task.stage), PostgresValue(step.owner.generation.number),
                PostgresValue(topics), PostgresValue(numbers), PostgresValue(from), PostgresValue(to),
            ])
        return moved.affected == step.moves.count
    }
}
