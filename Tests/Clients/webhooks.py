"""Webhooks at a real receiver: signed as another implementation verifies it, in order, repeated, given up, replayed, disabled; none lost."""

import http.server
import json
import os
import random
import sys
import threading
import time
from collections import defaultdict

from standardwebhooks import Webhook

from system import System, eventually, expect, load

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LOADS = int(os.environ.get("LINEHAUL_CLIENT_LOADS", "1000")) // 10
chance = random.Random(7)


class Receiver:
    """An HTTP server that keeps what it gets and answers as it is told."""

    def __init__(self):
        self.answers = lambda path, event: 200
        self.got, self.lock = defaultdict(list), threading.Lock()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = Webhook(SECRET).verify(body, dict(self.headers))
                assert event["event_id"] == self.headers["webhook-id"]
                answer = receiver.answers(self.path, event)
                status, headers = answer if isinstance(answer, tuple) else (answer, {})
                with receiver.lock:
                    receiver.got[self.path].append((event, status, time.monotonic()))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def events(self, path, status=None):
        with self.lock:
            return [event for event, answered, _ in self.got[path] if status in (None, answered)]


receiver = Receiver()
patience = {"first-rest: 5s": "first-rest: 200ms", "attempts: 12": "attempts: 4", "outcome-within: 60s": "outcome-within: 2s",
            "disable-after: 5d": "disable-after: 4s", "longest-rest: 6h": "longest-rest: 1s"}


def subscribe(api, path, **more):
    body = {"url": receiver.url + path, "secret": SECRET, "event_types": ["LOAD_CREATED", "LOAD_UPDATED", "LOAD_CANCELLED"]} | more
    made = api.post("/api/webhooks", json=body)
    webhook = expect(made, 201)
    assert SECRET not in made.text and webhook["enabled"]
    return webhook["id"]


def shown(api, id):
    return expect(api.get(f"/api/webhooks/{id}"), 200)


with System(sys.argv[1], changes={"webhooks.yaml": patience},
            LINEHAUL_WEBHOOKS_PRIVATE="true") as system, system.client("root") as api:
    # In order, once, signed.
    plain = subscribe(api, "/plain")
    ids = [expect(api.post("/api/loads", json=load()), 201)["id"] for _ in range(10)]
    for weight in range(5):
        for id in ids:
            expect(api.patch(f"/api/loads/{id}", json={"weight": 1000 + weight}), 200)
    eventually("all have come", 20, lambda: len(receiver.events("/plain")) >= 60)
    time.sleep(0.3)
    told = receiver.events("/plain")
    assert len(told) == 60 == len({event["event_id"] for event in told})
    for id in ids:
        mine = [event for event in told if event["entity_id"] == id]
        assert [event["event_type"] for event in mine] == ["LOAD_CREATED"] + ["LOAD_UPDATED"] * 5
        assert [event["data"].get("weight") for event in mine[1:]] == sorted(event["data"].get("weight") for event in mine[1:])
    eventually("figures are shown", 15, lambda: shown(api, plain)["deliveries"]["delivered"] == 60)

    # What fails comes again after rests that grow, under the same id; what is behind it waits.
    fails = {}
    receiver.answers = lambda path, event: 503 if path == "/flaky" and fails.setdefault(event["event_id"], 0) < 2 and not fails.update(
        {event["event_id"]: fails[event["event_id"]] + 1}) else 200
    flaky = subscribe(api, "/flaky")
    expect(api.patch(f"/api/loads/{ids[0]}", json={"weight": 2000}), 200)
    expect(api.patch(f"/api/loads/{ids[0]}", json={"weight": 2001}), 200)
    eventually("both have come", 20, lambda: len(receiver.events("/flaky", 200)) == 2)
    order = [event["event_id"] for event in receiver.events("/flaky")]
    assert order[:3] == [order[0]] * 3 and order[3:] == [order[3]] * 3 and order[0] != order[3], order
    times = [at for _, _, at in receiver.got["/flaky"]]
    rests = [times[1] - times[0], times[2] - times[1]]
    assert 0.15 < rests[0] < 0.6 and 0.6 < rests[1] < 2, rests

    # Retry-After is heeded; a redirect is a failure and is not followed.
    first = []
    receiver.answers = lambda path, event: (429, {"Retry-After": "1"}) if path == "/busy" and not first and not first.append(1) else (
        (302, {"Location": receiver.url + "/elsewhere"}) if path == "/moved" else 200)
    busy, moved = subscribe(api, "/busy"), subscribe(api, "/moved")
    expect(api.patch(f"/api/loads/{ids[1]}", json={"weight": 2100}), 200)
    eventually("it has come", 20, lambda: len(receiver.events("/busy", 200)) == 1)
    times = [at for _, _, at in receiver.got["/busy"]]
    assert times[1] - times[0] >= 0.95, times

    # Given up after four attempts, kept, and sent again when asked for.
    eventually("it is given up", 20, lambda: shown(api, moved)["deliveries"]["replayable"] == 1)
    assert len(receiver.events("/moved")) == 4 and not receiver.events("/elsewhere")
    failed = [record["value"] for record in system.records("tms.webhooks.failed")]
    assert [(each["webhook_id"], each["attempts"], each["reason"]) for each in failed] == [(moved, 4, "it answered 302")], failed
    receiver.answers = lambda path, event: 200
    again = expect(api.post(f"/api/webhooks/{moved}/replay", json={}), 200)
    eventually("it has come", 20, lambda: len(receiver.events("/moved", 200)) == 1)
    assert receiver.events("/moved", 200)[0]["event_id"] == failed[0]["event_id"]

    # 410 disables at once, long failure after a while; both raise an alert.
    receiver.answers = lambda path, event: 410 if path == "/gone" else 500 if path == "/broken" else 200
    gone, broken = subscribe(api, "/gone"), subscribe(api, "/broken")
    for weight in range(3):
        expect(api.patch(f"/api/loads/{ids[2]}", json={"weight": 2200 + weight}), 200)
    eventually("410 disables", 20, lambda: not shown(api, gone)["enabled"])
    assert len(receiver.events("/gone")) == 1

    def wearied():
        expect(api.patch(f"/api/loads/{ids[3]}", json={"weight": chance.randrange(3000, 9000)}), 200)
        time.sleep(0.2)
        return not shown(api, broken)["enabled"]

    eventually("long failure disables", 30, wearied)
    alerts = [record["value"]["data"] for record in system.records("tms.system.alerts")]
    assert {gone, broken} <= {alert.get("webhook_id") for alert in alerts if alert["reason"] == "WEBHOOK_DISABLED"}, alerts
    assert expect(api.post(f"/api/webhooks/{gone}/replay", json={}), 409)["error"]["code"] == "WEBHOOK_DISABLED"
    receiver.answers = lambda path, event: 200
    expect(api.patch(f"/api/webhooks/{gone}", json={"enabled": True}), 200)
    expect(api.post(f"/api/webhooks/{gone}/replay", json={}), 200)
    eventually("what was given up has come", 20, lambda: len(receiver.events("/gone", 200)) >= 1)

    # Killed again and again in the middle of deliveries: none is lost, the first arrivals of a thing's events are in order.
    receiver.answers = lambda path, event: 503 if chance.random() < 0.1 else 200
    lasting = subscribe(api, "/lasting")
    before, kills = {record["value"]["event_id"] for record in system.records("tms.loads")}, 0
    for number in range(LOADS):
        fresh = expect(api.post("/api/loads", json=load()), 201)["id"]
        for weight in range(3):
            expect(api.patch(f"/api/loads/{fresh}", json={"weight": 100 + weight}), 200)
        if number % 3 == 2:
            system.kill()
            system.start()
            kills += 1
    owed = [record["value"]["event_id"] for record in system.records("tms.loads") if record["value"]["event_id"] not in before]
    assert len(owed) == 4 * LOADS
    eventually("every event has come", 120, lambda: set(owed) <= {event["event_id"] for event in receiver.events("/lasting", 200)})
    firsts = {}
    for event in receiver.events("/lasting"):
        firsts.setdefault(event["event_id"], (event["entity_id"], event["data"].get("weight"), event["event_type"]))
    weights = defaultdict(list)
    for id, weight, kind in firsts.values():
        weights[id].append(kind if kind == "LOAD_CREATED" else weight)
    assert all(each == ["LOAD_CREATED", 100, 101, 102] for each in weights.values()), weights
    arrivals = len(receiver.events("/lasting"))
    assert SECRET not in system.log() + api.get("/metrics").text + json.dumps([r["value"] for r in system.records("tms.audit")])

# Addresses that only this machine reaches are refused, by name and by number, and nothing is asked of them.
with System(sys.argv[1], changes={"webhooks.yaml": patience}) as system, system.client("root") as api:
    asked = len(receiver.events("/private"))
    port = receiver.url.rsplit(":", 1)[1]
    hosts = ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0.0.0.0"]
    hooks = [expect(api.post("/api/webhooks", json={"url": f"http://{host}:{port}/private", "secret": SECRET}), 201)["id"] for host in hosts]
    expect(api.post("/api/loads", json=load()), 201)
    for host, id in zip(hosts, hooks):
        eventually(f"{host} is given up", 40, lambda: shown(api, id)["deliveries"]["replayable"] or shown(api, id)["deliveries"]["failing_since"])
    assert len(receiver.events("/private")) == asked
print(f"{4 * LOADS} events over {kills} kills came in {arrivals} deliveries, all signed, none lost, each thing's in order")
