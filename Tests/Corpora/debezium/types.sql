-- More types and identities than tables.sql has. Run before the connector starts (its snapshot reads these rows).
CREATE EXTENSION hstore;
CREATE EXTENSION citext;
CREATE EXTENSION ltree;
CREATE EXTENSION postgis;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN amount AS numeric(12,2);
CREATE TABLE more_types (
  id int PRIMARY KEY,
  c_enum mood, c_domain positive, c_amount amount, c_hstore hstore, c_citext citext, c_ltree ltree, c_geometry geometry(Point,4326),
  c_geography geography(Point,4326), c_line geography(LineString,4326), c_box box, c_tsquery tsquery, c_bit bit(1), c_varbit varbit,
  c_varbit_1 varbit(1), c_macaddr8 macaddr8, c_int8range int8range, c_numrange numrange, c_daterange daterange, c_tsrange tsrange,
  c_bytea_arr bytea[], c_timestamp_arr timestamp[], c_timestamptz_arr timestamptz[], c_date_arr date[], c_uuid_arr uuid[], c_jsonb_arr jsonb[],
  c_bool_arr bool[], c_float4_arr real[], c_float8_arr float8[], c_int8_arr bigint[], c_int2_arr smallint[], c_varchar_arr varchar(5)[],
  c_inet_arr inet[], c_numeric_arr numeric[], c_numeric_8_3_arr numeric(8,3)[], c_hstore_arr hstore[], c_citext_arr citext[], c_internal_char "char",
  c_time_0 time(0), c_time_3 time(3), c_timetz_0 timetz(0), c_timetz_3 timetz(3), c_timestamptz_0 timestamptz(0), c_timestamptz_3 timestamptz(3),
  c_timestamp_1 timestamp(1), c_timestamp_6 timestamp(6), c_numeric_5_0 numeric(5,0), c_numeric_10 numeric(10), c_numeric_38_10 numeric(38,10),
  c_float4 real, c_float8 float8, c_interval interval, c_interval_0 interval(0), c_interval_months interval year to month, c_money money,
  c_char char(10), c_text text, c_oid oid, c_bytea bytea, c_date date, c_time time, c_timestamp timestamp, c_timestamptz timestamptz,
  c_generated int GENERATED ALWAYS AS (id * 2) STORED
);
CREATE TABLE required (
  id int PRIMARY KEY, c_text text NOT NULL, c_int int NOT NULL, c_timestamp timestamp NOT NULL, c_timestamptz timestamptz NOT NULL, c_date date NOT NULL,
  c_time time NOT NULL, c_timetz timetz NOT NULL, c_bool bool NOT NULL, c_numeric_10_2 numeric(10,2) NOT NULL, c_numeric numeric NOT NULL,
  c_uuid uuid NOT NULL, c_jsonb jsonb NOT NULL, c_enum mood NOT NULL, c_text_arr text[] NOT NULL, c_int_arr int[] NOT NULL, c_interval interval NOT NULL,
  c_bytea bytea NOT NULL, c_money money NOT NULL, c_bit bit(3) NOT NULL, c_float8 float8 NOT NULL, c_inet inet NOT NULL, c_point point NOT NULL,
  c_hstore hstore NOT NULL, c_citext citext NOT NULL, c_ltree ltree NOT NULL, c_tsvector tsvector NOT NULL,
  d_bool bool NOT NULL DEFAULT true, d_int int NOT NULL DEFAULT -42, d_text text NOT NULL DEFAULT 'plain', d_numeric numeric(10,2) NOT NULL DEFAULT 1.5,
  d_float8 float8 NOT NULL DEFAULT 0.1, d_date date NOT NULL DEFAULT '2020-01-02', d_time time NOT NULL DEFAULT '01:02:03',
  d_timestamp timestamp NOT NULL DEFAULT '2020-01-02 03:04:05', d_timestamptz timestamptz NOT NULL DEFAULT '2020-01-02 03:04:05+00',
  d_now timestamptz NOT NULL DEFAULT now(), d_uuid uuid NOT NULL DEFAULT '00000000-0000-4000-8000-000000000001', d_jsonb jsonb NOT NULL DEFAULT '{}',
  d_enum mood NOT NULL DEFAULT 'ok', d_interval interval NOT NULL DEFAULT '1 day', d_bit bit(3) NOT NULL DEFAULT B'101', d_empty text NOT NULL DEFAULT ''
);
CREATE TABLE large (
  id int PRIMARY KEY, n int, c_text text, c_jsonb jsonb, c_bytea bytea, c_text_arr text[], c_int_arr int[], c_bigint_arr bigint[], c_uuid_arr uuid[],
  c_hstore hstore, c_xml xml, c_jsonb_arr jsonb[], c_citext citext, c_char char(9000)
);
ALTER TABLE large ALTER c_text SET STORAGE EXTERNAL, ALTER c_jsonb SET STORAGE EXTERNAL, ALTER c_bytea SET STORAGE EXTERNAL,
  ALTER c_text_arr SET STORAGE EXTERNAL, ALTER c_int_arr SET STORAGE EXTERNAL, ALTER c_bigint_arr SET STORAGE EXTERNAL, ALTER c_uuid_arr SET STORAGE EXTERNAL,
  ALTER c_hstore SET STORAGE EXTERNAL, ALTER c_xml SET STORAGE EXTERNAL, ALTER c_jsonb_arr SET STORAGE EXTERNAL, ALTER c_citext SET STORAGE EXTERNAL,
  ALTER c_char SET STORAGE EXTERNAL;
CREATE TABLE by_index (a int, b text NOT NULL, c int NOT NULL, d text);
CREATE UNIQUE INDEX by_index_u ON by_index (b, c);
ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_index_u;
CREATE TABLE key_order (b int, a text, c int, PRIMARY KEY (c, a));
CREATE TABLE whole_rows (id int PRIMARY KEY, t text, n numeric(5,2) NOT NULL);
ALTER TABLE whole_rows REPLICA IDENTITY FULL;
INSERT INTO whole_rows VALUES (1, 'snap', 1.25), (2, 'two', 2.5), (3, 'three', 3);
INSERT INTO key_order VALUES (1, 'a', 2);
