"""Writes Debezium changes of audit_logs, one JSON object a line, in order of time: what `linehaul bench audit-anomaly` reads.

usage: audit_records.py RECORDS USERS FILE [SEED]
Times advance by 0 or 1 ms a record; users are drawn evenly, so about one record in fifty repeats its user within a second at 100,000.
"""
import random
import sys

records, users, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
draw = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 7)
tables, actions = ["loads", "drivers", "vehicles", "carriers", "routes"], ["INSERT", "UPDATE", "DELETE"]
at = 1_795_336_000_000
with open(path, "w", buffering=1 << 20) as out:
    for number in range(records):
        at += draw.randint(0, 1)
        out.write(
            '{"before":null,"after":{"id":"6f1f4c0e-7f0b-4a5e-9b4f-%012x","table_name":"%s","record_id":"9d2c1b0a-8f7e-6d5c-4b3a-2f1e0d9c8b7a",'
            '"action":"%s","changed_data":"{\\"status\\":\\"ASSIGNED\\"}","user_id":"%08x-7f0b-4a5e-9b4f-1f2d3c4b5a69","created_at":%d},'
            '"source":{"version":"3.3.1.Final","connector":"postgresql","name":"tms","ts_ms":%d,"db":"tms_oltp","schema":"public",'
            '"table":"audit_logs","txId":%d,"lsn":%d},"op":"c","ts_ms":%d}\n'
            % (number, tables[number % 5], actions[number % 3], draw.randrange(users), at * 1000, at, number, number * 100, at)
        )
