INSERT INTO more_types VALUES (2, 'happy', 5, 12.5, 'a=>1, b=>NULL, "c d"=>"e\"f"', 'CaSe', 'top.sub', ST_SetSRID(ST_MakePoint(-95.5, 29.75), 4326),
  'SRID=4326;POINT(-95.5 29.75)', 'SRID=4326;LINESTRING(-95 29, -96 30)', '(1,2),(3,4)', 'fat & rat', B'1', B'10110', B'1', '08:00:2b:01:02:03:04:05',
  '[1,5]', '[1.5,2.5)', '[2020-01-01,2020-02-01)', '[2020-01-01 00:00,2020-01-02 12:30)', '{"\\x01","\\xff00"}', '{"2020-01-01 01:02:03.456789",NULL}',
  '{"2020-01-01 01:02:03.456789+02",infinity}', '{2020-01-01,NULL}', '{00000000-0000-4000-8000-000000000001,NULL}', '{"{\"a\": 1}",NULL}', '{t,f,NULL}',
  '{1.5,NaN}', '{0.1,-Infinity}', '{9007199254740993,NULL}', '{-5,NULL}', '{a,"b,c"}', '{10.0.0.1,10.0.0.0/8}', '{1.50,2,NULL}', '{1.5,2.125}',
  ARRAY['a=>1'::hstore], '{Aa,b}', 'x', '01:02:03', '01:02:03.456', '01:02:03+02', '01:02:03.456-05', '2020-01-01 01:02:03+02', '2020-01-01 01:02:03.456+02',
  '2020-01-01 01:02:03.4', '2020-01-01 01:02:03.456789', 12345, 1234567890, 1234567890123456789012345678.0123456789, 3.14159, 1e300,
  '-1 years -2 mons +3 days -04:05:06.789', '1 day 2 hours', '3 years 4 mons', -1234.56, 'pad', 'text', 4294967295, '\x', '1999-12-31', '23:59:59.999999',
  '1999-12-31 23:59:59.999999', '1999-12-31 23:59:59.999999-08');
INSERT INTO more_types (id, c_date, c_timestamp, c_timestamptz, c_timestamp_6, c_float4, c_float8, c_numeric_38_10, c_numeric_arr, c_interval, c_money, c_time, c_time_3, c_varbit, c_text, c_hstore, c_timestamp_1, c_timestamptz_0)
  VALUES (3, '-infinity', '-infinity', 'infinity', '9999-12-31 23:59:59.999999', '-Infinity', 'Infinity', -0.0000000001, '{}', '00:00:00', 0, '24:00:00', '24:00:00', B'000000001', '', '', 'infinity', '0001-01-01 00:00:00 BC');
INSERT INTO more_types (id, c_date, c_timestamp, c_timestamptz, c_float4, c_float8, c_numeric_38_10, c_interval, c_numeric_5_0, c_text)
  VALUES (4, '0044-03-15 BC', '0044-03-15 12:00:00 BC', '10000-01-01 00:00:00+00', 1e10, 123456789.123, 0, '-00:00:00.000001', 0, E'\u0001\u001f\u007f\u0080\u2028\u2029/<>&''');
INSERT INTO more_types (id, c_float4, c_float8, c_interval) VALUES (5, 16777216, 100, '1 mon'), (6, 1e-5, 1e-5, '-1 mon'), (7, 0.001, 1e7, '1000000 days'),
  (8, 1e7, 12345678, '1 year'), (9, '-0', '-0', '178000000 years'), (10, 3.4028235e38, 1.7976931348623157e308, '0.5 seconds'),
  (12, 9999999, 9999999, '1 day -1 hour'), (13, 123456.7, 123456.789, '14 mons');
INSERT INTO required VALUES (1, 'x', 5, '2021-01-01', '2021-01-01Z', '2021-01-01', '10:11', '10:11Z', true, 5.5, 5.5, '00000000-0000-4000-8000-000000000002', '{"a":1}', 'sad', '{a}', '{1}',
  '1 hour', '\x02', 4, B'001', 1.5, '10.0.0.0/8', '(1,2)', 'a=>1', 'Ci', 'a.b', 'x');
DELETE FROM required;
INSERT INTO large SELECT 1, 1, repeat('a', 9000), to_jsonb(repeat('a', 9000)), convert_to(repeat('a', 9000), 'UTF8'), array[repeat('a', 9000)], array(select generate_series(1,3000)),
  array(select generate_series(1,3000)), array(select '00000000-0000-4000-8000-000000000001'::uuid from generate_series(1,600)), hstore('k', repeat('a',9000)),
  ('<a>'||repeat('a',9000)||'</a>')::xml, array[to_jsonb(repeat('a', 9000))], repeat('a',9000), repeat('a', 9000);
UPDATE large SET n = 2;
UPDATE large SET id = 5;
DELETE FROM large;
INSERT INTO by_index VALUES (1, 'x', 2, 'd');
UPDATE by_index SET d = 'e';
UPDATE by_index SET c = 3;
DELETE FROM by_index;
UPDATE whole_rows SET t = 'new' WHERE id = 1;
UPDATE whole_rows SET id = 9 WHERE id = 2;
DELETE FROM whole_rows WHERE id = 3;
ALTER TABLE whole_rows ALTER t TYPE varchar(50), ADD extra int;
INSERT INTO whole_rows VALUES (20, 'typed', 2, 6);
ALTER TABLE whole_rows RENAME t TO tt;
INSERT INTO whole_rows VALUES (21, 'renamed', 2, 6);
INSERT INTO key_order VALUES (5, 'z', 6);
UPDATE key_order SET c = 7 WHERE a = 'z';
DELETE FROM key_order;
BEGIN;
SELECT pg_logical_emit_message(true, 'pre', 'hello');
INSERT INTO key_order VALUES (1, 'message', 98);
COMMIT;
TRUNCATE by_index, large;
INSERT INTO key_order VALUES (1, 'end', 99);
