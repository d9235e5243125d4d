"""A log that takes no more, though it can be read: changes are refused as the log's fault, what is known is answered, nothing answered is lost.

Files that may grow no more stand for it: past the limit a write fails as on a file system that has become read-only.
"""

import resource
import sys

from system import System, eventually, expect, load

with System(sys.argv[1]) as system:
    with system.client() as api:
        made = [expect(api.post("/api/loads", json=load()), 201)["id"] for _ in range(20)]
        resource.prlimit(system.process.pid, resource.RLIMIT_FSIZE, (1, 1))
        # The first of them may have been under way, and say so.
        first = api.post("/api/loads", json=load(), headers={"Idempotency-Key": "first"})
        assert first.status_code in (503, 504), first.text

        def refused():
            answer = api.post("/api/loads", json=load())
            assert answer.status_code in (503, 504), answer.text
            return answer if answer.status_code == 503 else None

        answer, _ = eventually("changes are refused at once", 60, refused)
        error = answer.json()["error"]
        assert error["code"] in ("LOG_UNAVAILABLE", "STATE_UNAVAILABLE") and error["correlation_id"] == answer.headers["X-Correlation-Id"]
        assert "/" not in error["message"] and "RocksDB" not in error["message"], error
        for method, path, body in [
                ("PATCH", f"/api/loads/{made[0]}", {"weight": 1}), ("DELETE", f"/api/loads/{made[0]}", None),
                ("POST", "/api/carriers", {"name": "c"}), ("POST", "/api/webhooks", {"url": "https://example.com", "secret": "whsec_" + "A" * 32}),
                ("POST", "/api/events/publish", {"event_type": "SYSTEM_ALERT", "entity_id": "x", "data": {"reason": "r"}})]:
            assert api.request(method, path, json=body).status_code == 503, (method, path)
        for id in made:
            expect(api.get(f"/api/loads/{id}"), 200)
        assert expect(api.get("/api/loads?limit=1"), 200)["total"] == len(made)
        assert api.get("/health/live").status_code == 200
    system.kill()
    system.start()
    with system.client() as api:
        for id in made:
            expect(api.get(f"/api/loads/{id}"), 200)
        expect(api.post("/api/loads", json=load()), 201)
        again = api.post("/api/loads", json=load(), headers={"Idempotency-Key": "first"})
        total = expect(api.get("/api/loads?limit=1"), 200)["total"]
        assert again.status_code == 201 and total == len(made) + 2, (again.text, total)
    print(f"a log that takes no more refuses with 503 {error['code']}; {len(made)} loads are there after it")
