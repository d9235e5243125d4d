/// The table `entity_counts`: how many entities of a collection have a status, kept by the statements that change them, whoever makes those.
///
/// Lists and the dashboard would else count a million rows for each answer. A shard belongs to a session that writes, so that none waits for
/// another; a collection's figure is the sum of its shards.
enum EntityCounts {
    static let migration =
        """
        CREATE TABLE entity_counts (
            collection text NOT NULL, status text NOT NULL, shard int NOT NULL, entities bigint NOT NULL,
            PRIMARY KEY (collection, status, shard)) WITH (fillfactor = 50);
        CREATE FUNCTION linehaul_count() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            shard int := pg_backend_pid() % 64;
        BEGIN
            CASE TG_OP
            WHEN 'INSERT' THEN
                INSERT INTO entity_counts AS known
                SELECT TG_TABLE_NAME, status, shard, count(*) FROM gained GROUP BY status ORDER BY status
                ON CONFLICT ON CONSTRAINT entity_counts_pkey DO UPDATE SET entities = known.entities + excluded.entities;
            WHEN 'UPDATE' THEN
                INSERT INTO entity_counts AS known
                SELECT TG_TABLE_NAME, status, shard, sum(change)
                FROM (SELECT status, 1 AS change FROM gained UNION ALL SELECT status, -1 FROM lost) AS each
                GROUP BY status HAVING sum(change) <> 0 ORDER BY status
                ON CONFLICT ON CONSTRAINT entity_counts_pkey DO UPDATE SET entities = known.entities + excluded.entities;
            WHEN 'DELETE' THEN
                INSERT INTO entity_counts AS known
                SELECT TG_TABLE_NAME, status, shard, -count(*) FROM lost GROUP BY status ORDER BY status
                ON CONFLICT ON CONSTRAINT entity_counts_pkey DO UPDATE SET entities = known.entities + excluded.entities;
            ELSE
                DELETE FROM entity_counts WHERE collection = TG_TABLE_NAME;
            END CASE;
            RETURN NULL;
        END $$;

        """
        + ["carriers", "vehicles", "drivers", "loads", "routes"].map(counted).joined()
        + "CREATE INDEX loads_weight ON loads (weight, status);"

    /// The triggers come before the count of what is there: they keep others from writing until both are committed.
    private static func counted(_ table: String) -> String {
        """
        CREATE TRIGGER count_gained AFTER INSERT ON \(table) REFERENCING NEW TABLE AS gained
            FOR EACH STATEMENT EXECUTE FUNCTION linehaul_count();
        CREATE TRIGGER count_changed AFTER UPDATE ON \(table) REFERENCING OLD TABLE AS lost NEW TABLE AS gained
            FOR EACH STATEMENT EXECUTE FUNCTION linehaul_count();
        CREATE TRIGGER count_lost AFTER DELETE ON \(table) REFERENCING OLD TABLE AS lost
            FOR EACH STATEMENT EXECUTE FUNCTION linehaul_count();
        CREATE TRIGGER count_none AFTER TRUNCATE ON \(table) FOR EACH STATEMENT EXECUTE FUNCTION linehaul_count();
        INSERT INTO entity_counts SELECT '\(table)', status, 0, count(*) FROM \(table) GROUP BY status;

        """
    }
}
