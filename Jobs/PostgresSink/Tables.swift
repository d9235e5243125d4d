internal import PostgresSinks

/// The tables of the business in PostgreSQL, as migrations. A migration that has been released is never changed; what comes next is a new one.
///
/// Members that the API calls by a name are columns of that name; `document` is the snapshot as the log has it, which is what reads answer
/// with. Between entities there are no foreign keys and nothing is unique: each is written as its own topic says, in no order among them;
/// their owners see to both.
enum Tables {
    static let migrations = [
        PostgresSchema.Migration("entities and audit", types + carriers + vehicles + drivers + loads + routes + audit),
        PostgresSchema.Migration("indexes", indexes),
        PostgresSchema.Migration(
            "what routes were asked for",
            """
            ALTER TABLE routes ADD COLUMN avoid jsonb NOT NULL DEFAULT '[]', ADD COLUMN vehicle jsonb,
                ADD COLUMN optimize_order boolean NOT NULL DEFAULT false
            """),
        PostgresSchema.Migration("words as searches have them, and what dashboards add up", reading),
        PostgresSchema.Migration("how many there are of each status, and what weighs how much", EntityCounts.migration),
        PostgresSchema.Migration(
            "deliveries of each carrier and driver",
            ["carrier", "driver"].map { whose in
                """
                CREATE INDEX loads_\(whose)_delivered ON loads (\(whose)_id, delivered_at) INCLUDE (delivery_datetime)
                    WHERE \(whose)_id IS NOT NULL AND delivered_at IS NOT NULL;

                """
            }.joined()),
    ]

    private static let types = """
        CREATE EXTENSION IF NOT EXISTS postgis;
        CREATE TYPE carrier_status AS ENUM ('ACTIVE', 'INACTIVE');
        CREATE TYPE vehicle_type AS ENUM ('TRUCK', 'TRAILER', 'VAN', 'FLATBED', 'REFRIGERATED', 'TANKER', 'CONTAINER', 'BOX_TRUCK');
        CREATE TYPE vehicle_status AS ENUM ('AVAILABLE', 'ASSIGNED', 'IN_TRANSIT', 'MAINTENANCE', 'OUT_OF_SERVICE');
        CREATE TYPE driver_status AS ENUM ('AVAILABLE', 'DRIVING', 'ON_DUTY', 'OFF_DUTY', 'SLEEPER_BERTH');
        CREATE TYPE load_status AS ENUM ('CREATED', 'ASSIGNED', 'PICKED_UP', 'IN_TRANSIT', 'DELIVERED', 'CANCELLED', 'DELAYED');
        CREATE TYPE route_status AS ENUM ('PLANNED', 'ACTIVE', 'COMPLETED', 'CANCELLED');
        CREATE TYPE route_strategy AS ENUM ('DISTANCE', 'TIME', 'COST', 'FUEL');
        CREATE TYPE audit_action AS ENUM ('CREATE', 'UPDATE', 'DELETE', 'ASSIGN', 'STATUS_CHANGE', 'LOCATION_UPDATE', 'PUBLISH');

        """

    /// What every entity's table has.
    private static let kept = """
        metadata jsonb NOT NULL DEFAULT '{}', document json NOT NULL,
            created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, version bigint NOT NULL CHECK (version > 0)
        """

    private static let carriers = """
        CREATE TABLE carriers (
            id uuid PRIMARY KEY, name text NOT NULL CHECK (name <> ''), mc_number text, dot_number text,
            contact_info jsonb NOT NULL DEFAULT '{}', status carrier_status NOT NULL, capacity jsonb, performance jsonb,
            ruleset text, cycle text, timezone text, day_start text, \(kept),
            search tsvector GENERATED ALWAYS AS (to_tsvector('simple',
                name || ' ' || coalesce(mc_number, '') || ' ' || coalesce(dot_number, ''))) STORED);

        """

    private static let vehicles = """
        CREATE TABLE vehicles (
            id uuid PRIMARY KEY, carrier_id uuid NOT NULL, vehicle_number text NOT NULL CHECK (vehicle_number <> ''),
            vehicle_type vehicle_type NOT NULL, make text, model text, year int, vin text, license_plate text,
            capacity_weight float8 CHECK (capacity_weight >= 0), capacity_volume float8 CHECK (capacity_volume >= 0), dimensions jsonb,
            hazmat_certified boolean NOT NULL DEFAULT false, status vehicle_status NOT NULL, current_location geography(Point, 4326),
            located_at timestamptz, speed float8 CHECK (speed >= 0), heading float8 CHECK (heading >= 0 AND heading < 360),
            fuel_level float8 CHECK (fuel_level BETWEEN 0 AND 100), odometer float8 CHECK (odometer >= 0),
            engine_hours float8 CHECK (engine_hours >= 0), next_maintenance_due timestamptz, next_maintenance_odometer float8,
            next_maintenance_engine_hours float8, current_load_id uuid, \(kept),
            search tsvector GENERATED ALWAYS AS (to_tsvector('simple', vehicle_number || ' ' || coalesce(make, '') || ' '
                || coalesce(model, '') || ' ' || coalesce(vin, '') || ' ' || coalesce(license_plate, ''))) STORED);

        """

    private static let drivers = """
        CREATE TABLE drivers (
            id uuid PRIMARY KEY, carrier_id uuid NOT NULL, name text NOT NULL CHECK (name <> ''), license_number text NOT NULL,
            license_class text, license_expiry timestamptz, phone text, email text, status driver_status NOT NULL,
            status_since timestamptz, special text, exemption text, log_entry_id text, current_location geography(Point, 4326),
            located_at timestamptz, ruleset text, cycle text, timezone text, day_start text, current_load_id uuid, \(kept),
            search tsvector GENERATED ALWAYS AS (to_tsvector('simple', name || ' ' || license_number || ' ' || coalesce(phone, '') || ' '
                || coalesce(email, ''))) STORED);

        """

    private static let loads = """
        CREATE TABLE loads (
            id uuid PRIMARY KEY, load_number text NOT NULL CHECK (load_number <> ''), shipper_id text, consignee_id text, customer_id text,
            carrier_id uuid, vehicle_id uuid, driver_id uuid, pickup_location geography(Point, 4326) NOT NULL,
            delivery_location geography(Point, 4326) NOT NULL, pickup_address text NOT NULL, delivery_address text NOT NULL,
            pickup_datetime timestamptz NOT NULL, delivery_datetime timestamptz NOT NULL, weight float8 CHECK (weight >= 0),
            volume float8 CHECK (volume >= 0), rate numeric(18, 2) CHECK (rate >= 0), commodity_type text,
            special_requirements jsonb NOT NULL DEFAULT '[]', status load_status NOT NULL, delayed_from load_status,
            delivered_at timestamptz, eta timestamptz, \(kept),
            search tsvector GENERATED ALWAYS AS (to_tsvector('simple', load_number || ' ' || coalesce(shipper_id, '') || ' '
                || coalesce(consignee_id, '') || ' ' || coalesce(customer_id, '') || ' ' || pickup_address || ' ' || delivery_address || ' '
                || coalesce(commodity_type, ''))) STORED,
            CHECK (delivery_datetime > pickup_datetime));
        CREATE TABLE load_status_history (
            load_id uuid NOT NULL REFERENCES loads (id) ON DELETE CASCADE, step bigint NOT NULL CHECK (step > 0),
            status load_status NOT NULL, at timestamptz NOT NULL, by text, reason text, PRIMARY KEY (load_id, step));

        """

    private static let routes = """
        CREATE TABLE routes (
            id uuid PRIMARY KEY, load_id uuid, vehicle_id uuid, driver_id uuid, carrier_id uuid, status route_status NOT NULL,
            strategy route_strategy NOT NULL, origin jsonb, destination jsonb, waypoints jsonb NOT NULL DEFAULT '[]',
            path jsonb NOT NULL DEFAULT '[]', legs jsonb NOT NULL DEFAULT '[]', geometry geography(LineString, 4326),
            distance_miles float8 CHECK (distance_miles >= 0), duration_minutes float8 CHECK (duration_minutes >= 0),
            toll_cost numeric(18, 2) CHECK (toll_cost >= 0), cost numeric(18, 2) CHECK (cost >= 0), schedule jsonb,
            departure_at timestamptz, \(kept));

        """

    private static let audit = """
        CREATE TABLE audit_logs (
            id uuid PRIMARY KEY, table_name text NOT NULL, record_id text NOT NULL, action audit_action NOT NULL, changed_data jsonb,
            user_id text, correlation_id text, created_at timestamptz NOT NULL);
        """

    private static let indexes = """
        CREATE INDEX carriers_search ON carriers USING gin (search);
        CREATE INDEX carriers_newest ON carriers (created_at DESC, id);
        CREATE INDEX vehicles_number ON vehicles (vehicle_number);
        CREATE INDEX vehicles_carrier ON vehicles (carrier_id, status, created_at DESC);
        CREATE INDEX vehicles_status ON vehicles (status, created_at DESC);
        CREATE INDEX vehicles_newest ON vehicles (created_at DESC, id);
        CREATE INDEX vehicles_search ON vehicles USING gin (search);
        CREATE INDEX vehicles_location ON vehicles USING gist (current_location);
        CREATE INDEX drivers_carrier ON drivers (carrier_id, status, created_at DESC);
        CREATE INDEX drivers_status ON drivers (status, created_at DESC);
        CREATE INDEX drivers_newest ON drivers (created_at DESC, id);
        CREATE INDEX drivers_search ON drivers USING gin (search);
        CREATE INDEX drivers_location ON drivers USING gist (current_location);
        CREATE INDEX loads_status ON loads (status, created_at DESC);
        CREATE INDEX loads_carrier ON loads (carrier_id, status, created_at DESC);
        CREATE INDEX loads_customer ON loads (customer_id, created_at DESC);
        CREATE INDEX loads_vehicle ON loads (vehicle_id) WHERE vehicle_id IS NOT NULL;
        CREATE INDEX loads_driver ON loads (driver_id) WHERE driver_id IS NOT NULL;
        CREATE INDEX loads_newest ON loads (created_at DESC, id);
        CREATE INDEX loads_pickup ON loads (pickup_datetime);
        CREATE INDEX loads_delivery ON loads (delivery_datetime);
        CREATE INDEX loads_delivered ON loads (delivered_at) WHERE delivered_at IS NOT NULL;
        CREATE INDEX loads_number ON loads (load_number);
        CREATE INDEX loads_search ON loads USING gin (search);
        CREATE INDEX loads_pickup_location ON loads USING gist (pickup_location);
        CREATE INDEX loads_delivery_location ON loads USING gist (delivery_location);
        CREATE INDEX routes_load ON routes (load_id);
        CREATE INDEX routes_carrier ON routes (carrier_id, status, created_at DESC);
        CREATE INDEX routes_newest ON routes (created_at DESC, id);
        CREATE INDEX routes_geometry ON routes USING gist (geometry);
        CREATE INDEX audit_logs_record ON audit_logs (table_name, record_id, created_at DESC);
        CREATE INDEX audit_logs_user ON audit_logs (user_id, created_at DESC);
        CREATE INDEX audit_logs_newest ON audit_logs (created_at DESC);
        """

    /// The searched members of each table.
    private static let searched = [
        ("carriers", ["name", "mc_number", "dot_number"]), ("vehicles", ["vehicle_number", "make", "model", "vin", "license_plate"]),
        ("drivers", ["name", "license_number", "phone", "email"]),
        (
            "loads",
            [
                "load_number", "shipper_id", "consignee_id", "customer_id", "pickup_address", "delivery_address", "commodity_type",
            ]
        ),
    ]

    /// Words are runs of letters and digits, so that what the parser would take for numbers, hosts or addresses is none of them.
    private static let reading =
        searched.map { table, columns in
            let text = columns.map { "coalesce(\($0), '')" }.joined(separator: " || ' ' || ")
            return """
                ALTER TABLE \(table) DROP COLUMN search;
                ALTER TABLE \(table) ADD COLUMN search tsvector GENERATED ALWAYS AS
                    (to_tsvector('simple', regexp_replace(lower(\(text)), '[^[:alnum:]]+', ' ', 'g'))) STORED;
                CREATE INDEX \(table)_search ON \(table) USING gin (search);

                """
        }.joined() + """
            ALTER TABLE loads ADD COLUMN picked_up_at timestamptz;
            UPDATE loads SET picked_up_at = (SELECT max(at) FROM load_status_history WHERE load_id = id AND status = 'PICKED_UP');
            DROP INDEX loads_delivered;
            CREATE INDEX loads_delivered ON loads (delivered_at)
                INCLUDE (delivery_datetime, rate, picked_up_at, carrier_id, customer_id) WHERE delivered_at IS NOT NULL;
            CREATE INDEX vehicles_available ON vehicles (created_at DESC, id) WHERE status = 'AVAILABLE' AND current_load_id IS NULL;
            CREATE INDEX drivers_available ON drivers (created_at DESC, id) WHERE status = 'AVAILABLE' AND current_load_id IS NULL;
            """
}
