"""Loads made while the disk fills up: what was answered 201 is there after a restart, once; everything else was refused as the log's fault.

The disk is a file system of its own in memory, which takes a mount namespace; where none is to be had, this says so and succeeds.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

LEFT = 1 << 20
WORKERS = 8
REFUSALS = 16

if "LINEHAUL_CLIENT_DISK" not in os.environ:
    inside = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run(inside + ["true"], capture_output=True).returncode:
        print("full: skipped, since no mount namespace of its own can be had here")
        sys.exit(0)
    disk = tempfile.mkdtemp(prefix="linehaul-disk-")
    script = 'mount -t tmpfs -o size=768m none "$1" && shift && exec "$@"'
    environment = os.environ | {"LINEHAUL_CLIENT_DISK": disk, "TMPDIR": disk}
    outcome = subprocess.run(inside + ["sh", "-c", script, "sh", disk, sys.executable] + sys.argv, env=environment).returncode
    os.rmdir(disk)
    sys.exit(outcome)

from system import System, expect, load  # noqa: E402 (only inside)

disk = os.environ["LINEHAUL_CLIENT_DISK"]

with System(sys.argv[1]) as system:
    ballast = f"{disk}/ballast"
    with system.client() as api:
        first = expect(api.post("/api/loads", json=load()), 201)["id"]
    free = shutil.disk_usage(disk).free
    with open(ballast, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, free - LEFT)
    made, statuses, lock, full = [first], Counter(), threading.Lock(), threading.Event()

    def make(worker):
        with system.client(f"user-{worker}") as api:
            while not full.is_set():
                answer = api.post("/api/loads", json=load(customer_id=f"customer {worker}"))
                with lock:
                    statuses[answer.status_code] += 1
                    if answer.status_code == 201:
                        made.append(answer.json()["id"])
                    if sum(statuses[status] for status in (503, 504)) >= REFUSALS:
                        full.set()

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(make, worker) for worker in range(WORKERS)]:
            done.result(300)
    assert set(statuses) <= {201, 503, 504}, statuses
    with system.client() as api:
        # What is known is still answered, and why nothing can be changed.
        assert expect(api.get(f"/api/loads/{first}"), 200)["id"] == first
        health = api.get("/health").json()
        print("full:", {name: each["status"] for name, each in health["dependencies"].items() if name in ("log", "state")})
    os.remove(ballast)
    system.kill()
    system.start()
    with system.client() as api:
        for id in made:
            expect(api.get(f"/api/loads/{id}"), 200)
        total = expect(api.get("/api/loads?limit=1"), 200)["total"]
        expect(api.post("/api/loads", json=load()), 201)
    created = Counter(record["value"]["entity_id"] for record in system.records("tms.loads"))
    audited = Counter(record["value"]["record_id"] for record in system.records("tms.audit"))
    assert set(created.values()) == {1} and created == audited, "events and audit records differ, or one is there twice"
    assert set(made) <= set(created), "a load that was answered has no event"
    assert total == len(created) - 1, f"{total} loads, {len(created) - 1} events"
    print(f"{len(made)} loads answered 201 are all there, once each; {statuses[503]} were refused with 503 and {statuses[504]} with 504; {total} in all")
