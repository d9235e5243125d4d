"""Loads made while the process is killed -9 again and again; each client tries again with its key until it has an answer.

In the end there are as many loads as keys, as many LOAD_CREATED events, and as many audit records.
"""

import os
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from system import System, expect, load

LOADS = int(os.environ.get("LINEHAUL_CLIENT_LOADS", "1000"))
WORKERS = 16
chance = random.Random(20261123)

with System(sys.argv[1]) as system:
    done = threading.Event()
    kills, retries, lock = 0, 0, threading.Lock()

    def make(number):
        global retries
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            try:
                answer = httpx.post(
                    f"{system.url}/api/loads", json=load(customer_id=f"customer {number}"),
                    headers={"X-User-Id": f"user-{number % 7}", "Idempotency-Key": f"load {number}"}, timeout=15)
                if answer.status_code == 201:
                    return answer.json()["id"]
                assert answer.status_code in (409, 503, 504), answer.text
            except httpx.TransportError:
                pass
            with lock:
                retries += 1
            time.sleep(0.05)
        raise AssertionError(f"load {number} was never answered")

    def terror():
        global kills
        while not done.wait(chance.uniform(0.3, 1.5)):
            system.kill()
            kills += 1
            system.start()

    killer = threading.Thread(target=terror)
    killer.start()
    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            ids = list(pool.map(make, range(LOADS)))
    finally:
        done.set()
        killer.join()
    assert len(set(ids)) == LOADS
    with system.client() as api:
        total = expect(api.get("/api/loads?limit=1"), 200)["total"]
        assert total == LOADS, f"{total} loads of {LOADS}"
        for id in chance.sample(ids, 20):
            expect(api.get(f"/api/loads/{id}"), 200)
    made = [record["value"] for record in system.records("tms.loads")]
    assert sorted(event["entity_id"] for event in made) == sorted(ids), "events differ from loads"
    assert {event["event_type"] for event in made} == {"LOAD_CREATED"}
    audit = [record["value"] for record in system.records("tms.audit")]
    assert sorted(entry["record_id"] for entry in audit) == sorted(ids), "audit records differ from loads"
print(f"{LOADS} loads, {LOADS} events, {LOADS} audit records over {kills} kills and {retries} retries")
