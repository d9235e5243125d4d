"""Who may: keys, tokens, rights on every route, carriers' limits on every read, sockets that are cut, allowances, what is recorded of it."""

import base64
import contextlib
import hashlib
import http.server
import itertools
import json
import signal
import sys
import tempfile
import threading
import time
import uuid

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from system import System, eventually, expect, load

ISSUER, AUDIENCE = "https://issuer.example", "linehaul"


class Issuer:
    """Somebody who signs tokens, and serves the keys that they are verified with."""

    def __init__(self):
        self.keys = {
            "RS256": ("rsa-1", rsa.generate_private_key(public_exponent=65537, key_size=2048)),
            "ES256": ("ec-1", ec.generate_private_key(ec.SECP256R1())), "EdDSA": ("ed-1", ed25519.Ed25519PrivateKey.generate())}
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps(issuer.document()).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"

    def document(self):
        kinds = {"RS256": jwt.algorithms.RSAAlgorithm, "ES256": jwt.algorithms.ECAlgorithm, "EdDSA": jwt.algorithms.OKPAlgorithm}
        return {"keys": [
            json.loads(kinds[name].to_jwk(key.public_key())) | {"kid": id, "alg": name, "use": "sig"} for name, (id, key) in self.keys.items()]}

    def token(self, algorithm="ES256", key=None, kid=None, **claims):
        now = int(time.time())
        known, own = self.keys.get(algorithm, ("none", None))
        body = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "role": "DISPATCHER", "exp": now + 600} | claims
        body = {name: value for name, value in body.items() if value is not None}
        return jwt.encode(body, key if key is not None else own, algorithm=algorithm, headers={"kid": kid or known})


def status(system, method, path, token=None, source=None, **more):
    """The status of one answer, asked for from the address of this machine that `source` names."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(transport=httpx.HTTPTransport(local_address=source), timeout=30) as client:
        return client.request(method, system.url + path, headers=headers | more.pop("headers", {}), **more).status_code


def follow(system, token, **subscription):
    socket = sockets.enter_context(
        connect(system.url.replace("http", "ws") + "/ws", additional_headers={"Authorization": f"Bearer {token}"}))
    assert json.loads(socket.recv(10))["type"] == "welcome"
    socket.send(json.dumps({"type": "subscribe"} | subscription))
    assert json.loads(socket.recv(10))["type"] == "subscribed"
    return socket


def heard(socket, most, kinds, seconds=15):
    """The next events of some kinds: as many as are expected, or those that come within a time."""
    found, end = [], time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and len(found) != most:
        try:
            frame = json.loads(socket.recv(left))
        except TimeoutError:
            break
        if frame["type"] == "event" and frame["data"]["event_type"] in kinds:
            found.append(frame["data"])
    return found


secrets = []


def key(system, name, role, *more):
    made = json.loads(system.command("keys", "create", name, "--role", role, *more, "--json"))
    secrets.append(made["key"])
    _, took = eventually("the key is known", 5, lambda: status(system, "GET", "/api/nothing/", made["key"]) != 401 and status(
        system, "GET", f"/api/drivers/{uuid.uuid4()}", made["key"]) != 401)
    return made["id"], made["key"], took


issuer = Issuer()
with System(
        sys.argv[1], LINEHAUL_AUTH="required", LINEHAUL_TOKEN_KEYS=issuer.url, LINEHAUL_TOKEN_ISSUER=ISSUER,
        LINEHAUL_TOKEN_AUDIENCE=AUDIENCE, LINEHAUL_CORS="http://pages.example") as system, system.client("root") as api, contextlib.ExitStack() as sockets:
    document = expect(httpx.get(f"{system.url}/openapi.json"), 200)

    # Nobody gets in without a key, and the answer says how.
    refused = httpx.get(f"{system.url}/api/loads")
    assert refused.status_code == 401 and refused.headers["WWW-Authenticate"] == "Bearer"
    assert [status(system, "GET", path) for path in ["/health", "/health/live", "/docs", "/openapi.json"]] == [200] * 4
    assert [status(system, "GET", path) for path in ["/ops/jobs", "/metrics", "/api/health"]] == [401, 401, 200]
    assert status(system, "POST", "/ops/jobs/ledger/pause") == 401
    unknown = httpx.get(f"{system.url}/ops/jobs", headers={"X-Correlation-Id": "stranger"})
    assert unknown.headers["X-Correlation-Id"] == unknown.json()["error"]["correlation_id"] == "stranger", unknown.text
    assert httpx.get(f"{system.url}/metrics").headers["X-Correlation-Id"]

    # Two carriers, each with a vehicle, a driver and a load.
    fleet = []
    for name in ["North", "South"]:
        carrier = expect(api.post("/api/carriers", json={"name": name}), 201)["id"]
        vehicle = expect(api.post("/api/vehicles", json={"carrier_id": carrier, "vehicle_number": name, "vehicle_type": "VAN"}), 201)["id"]
        driver = expect(api.post("/api/drivers", json={"carrier_id": carrier, "name": name, "license_number": name}), 201)["id"]
        freight = expect(api.post("/api/loads", json=load(carrier_id=carrier)), 201)["id"]
        fleet.append({"carriers": carrier, "vehicles": vehicle, "drivers": driver, "loads": freight})
    own, other = fleet

    # Keys: made on the machine, shown once, listed, revoked.
    viewer_id, viewer, known_after = key(system, "a viewer", "viewer")
    _, dispatcher, _ = key(system, "a dispatcher", "dispatcher", "--user", "dora")
    _, driving, _ = key(system, "a driver", "driver", "--driver", own["drivers"])
    _, admin, _ = key(system, "an admin", "admin")
    _, limited, _ = key(system, "North's dispatcher", "dispatcher", "--carrier", own["carriers"])
    _, chief, _ = key(system, "North's admin", "admin", "--carrier", own["carriers"])
    listed = system.command("keys", "list", "--json")
    assert viewer_id in listed and not any(secret in listed for secret in secrets)
    assert status(system, "GET", "/api/loads", headers={"X-API-Key": viewer}) == 200

    # Every route against every role: who may not is told 403, who may is not.
    group = {"viewer": viewer, "dispatcher": dispatcher, "driver": driving, "admin": admin}
    dispatching = {
        ("post", "/api/loads"), ("put", "/api/loads/{id}"), ("patch", "/api/loads/{id}"), ("delete", "/api/loads/{id}"),
        ("post", "/api/loads/{id}/assign"), ("put", "/api/loads/{id}/assign"), ("put", "/api/loads/{id}/status"),
        ("post", "/api/loads/{id}/status"), ("put", "/api/vehicles/{id}/status"), ("put", "/api/vehicles/{id}/location"),
        ("post", "/api/vehicles/{id}/location"), ("put", "/api/drivers/{id}/status"), ("put", "/api/drivers/{id}/location"),
        ("post", "/api/drivers/{id}/location"), ("post", "/api/routes/optimize")}
    selves = {
        ("get", "/api/drivers/{id}"), ("get", "/api/drivers/{id}/hos"), ("get", "/api/drivers/{id}/performance"),
        ("put", "/api/drivers/{id}/status"), ("put", "/api/drivers/{id}/location"), ("post", "/api/drivers/{id}/location"),
        ("get", "/api/events/stream")}
    asked = 0
    for path, methods in document["paths"].items():
        for method in methods:
            if method == "parameters" or path.startswith(("/health", "/api/health", "/docs", "/openapi", "/ws")) or path == "/api/events/stream":
                continue
            administers = path.startswith(("/api/api-keys", "/api/webhooks", "/metrics"))
            for role, token in group.items():
                may = role == "admin" or (
                    (method, path) in selves if role == "driver" else
                    method == "get" and not administers or role == "dispatcher" and (method, path) in dispatching)
                if role == "admin" and method != "get" and method != "post":
                    continue
                where = path.replace("{id}", str(uuid.uuid4()) if role != "driver" else own["drivers"])
                answered = status(system, method.upper(), where, token, content=b"" if method == "get" else b"{")
                assert (answered != 403) == may, (role, method, path, answered)
                assert answered < 500, (role, method, path, answered)
                asked += 1
    assert status(system, "GET", f"/api/drivers/{other['drivers']}", driving) == 403
    assert status(system, "GET", "/ops/jobs", viewer) == 403 and status(system, "GET", "/ops/jobs", admin) == 200
    assert status(system, "GET", "/ops/jobs", chief) == 403 and status(system, "GET", "/metrics", chief) == 403

    # Somebody who is limited to a carrier sees that carrier's things alone: every read.
    with system.client(token=limited) as north:
        for plural in ["loads", "vehicles", "drivers", "carriers"]:
            page = expect(north.get(f"/api/{plural}"), 200)
            assert [each["id"] for each in page[plural]] == [own[plural]], (plural, page)
            expect(north.get(f"/api/{plural}/{own[plural]}"), 200)
            expect(north.get(f"/api/{plural}/{other[plural]}"), 404)
        for path in ["loads/search?q=lake", "loads?carrier_id=" + other["carriers"], "vehicles?near=0,0&radius=9000"]:
            page = expect(north.get(f"/api/{path}"), 200)
            assert other["loads"] not in json.dumps(page) and other["vehicles"] not in json.dumps(page)
        for path in [f"vehicles/{other['vehicles']}/tracking", f"drivers/{other['drivers']}/hos", f"carriers/{other['carriers']}/performance"]:
            expect(north.get(f"/api/{path}"), 404)
        board = expect(north.get("/api/dashboard", params={"carrier_id": other["carriers"]}), 200)
        assert (board["loads"]["total"], board["vehicles"]["total"], board["drivers"]["total"]) == (1, 1, 1), board
        assert board["events"]["by_type"].items() >= {"LOAD_CREATED": 1, "VEHICLE_CREATED": 1, "DRIVER_CREATED": 1}.items(), board["events"]
        told = expect(north.get("/api/events/recent"), 200)
        assert told["total"] >= 4 and not any(id in json.dumps(told) for id in other.values()), told
        assert north.put(f"/api/loads/{other['loads']}/status", json={"status": "CANCELLED"}).status_code in (403, 404)
        assert north.post("/api/loads", json=load(carrier_id=other["carriers"])).status_code == 403
    assert status(system, "POST", "/api/events/publish", chief, json={
        "event_type": "SYSTEM_ALERT", "entity_id": "x", "data": {"reason": "r"}}) == 403
    assert status(system, "POST", "/api/api-keys", chief, json={"name": "more", "role": "admin"}) == 403
    assert status(system, "GET", "/api/events/topics", limited) == 403 and status(system, "GET", "/api/events/topics", viewer) == 200

    # So over a socket and a stream: also positions, which name no carrier.
    socket, everything, himself = follow(system, limited), follow(system, viewer), follow(system, driving)
    streamed = []

    def stream():
        with httpx.stream("GET", f"{system.url}/api/events/stream", headers={"X-API-Key": limited}, timeout=60) as answer:
            try:
                for line in answer.iter_lines():
                    if line.startswith("data: "):
                        streamed.append(json.loads(line[6:]))
            except httpx.TransportError:
                pass

    threading.Thread(target=stream, daemon=True).start()
    time.sleep(0.3)
    for each in fleet:
        place = {"latitude": 41, "longitude": -88, "speed": 50}
        expect(api.put(f"/api/vehicles/{each['vehicles']}/location", json=place), 200)
        expect(api.put(f"/api/drivers/{each['drivers']}/location", json=place), 200)
        expect(api.patch(f"/api/loads/{each['loads']}", json={"weight": 8000}), 200)
    kinds = sorted(["VEHICLE_LOCATION_UPDATED", "DRIVER_LOCATION_UPDATED", "LOAD_UPDATED"])
    told = heard(socket, 3, kinds)
    assert sorted(event["event_type"] for event in told) == kinds, told
    assert {event["entity_id"] for event in told} == {own["vehicles"], own["drivers"], own["loads"]}
    eventually("the stream has them", 15, lambda: sorted(event["event_type"] for event in streamed) == kinds)
    assert {event["entity_id"] for event in heard(himself, 1, kinds)} == {own["drivers"]}
    assert sorted(event["event_type"] for event in heard(everything, 6, kinds)) == sorted(kinds * 2)

    # A key that North's admin makes for a driver of South's shows nothing of it.
    made = expect(httpx.post(f"{system.url}/api/api-keys", headers={"Authorization": f"Bearer {chief}"}, json={
        "name": "astray", "role": "DRIVER", "carrier_id": own["carriers"], "driver_id": other["drivers"]}), 201)
    secrets.append(made["key"])
    # Each try from an address of its own: one alone is refused only so often.
    strangers = (f"127.1.{number // 250}.{1 + number % 250}" for number in itertools.count())
    eventually(
        "the key is known", 5,
        lambda: status(system, "GET", f"/api/drivers/{other['drivers']}", made["key"], source=next(strangers)) == 404)
    for path in ["", "/hos", "/performance"]:
        assert status(system, "GET", f"/api/drivers/{other['drivers']}{path}", made["key"]) == 404, path
    astray = follow(system, made["key"])
    for each in [other, own]:
        expect(api.put(f"/api/drivers/{each['drivers']}/location", json={"latitude": 42, "longitude": -88}), 200)
    told = heard(himself, 1, ["DRIVER_LOCATION_UPDATED"])
    assert [event["entity_id"] for event in told] == [own["drivers"]], told
    # What was before it in the feed has been passed on by then, or not.
    assert not heard(astray, 1, ["DRIVER_LOCATION_UPDATED"], seconds=1)
    astray.close()

    # A socket's keys: by subprotocol, by first message; not by none, not from another page's origin.
    address = system.url.replace("http", "ws") + "/ws"
    with connect(address, subprotocols=["linehaul", f"bearer.{viewer}"]) as other_way:
        assert other_way.subprotocol == "linehaul" and json.loads(other_way.recv(5))["type"] == "welcome"
    with connect(address) as other_way:
        assert json.loads(other_way.recv(5))["type"] == "welcome"
        other_way.send(json.dumps({"type": "subscribe"}))
        assert json.loads(other_way.recv(5))["code"] == "NOT_AUTHENTICATED"
        other_way.send(json.dumps({"type": "authenticate", "token": viewer}))
        assert json.loads(other_way.recv(5))["type"] == "authenticated"
    for headers in [{"Authorization": "Bearer lh_nobody"}, {"Authorization": f"Bearer {viewer}", "Origin": "http://evil.example"}]:
        try:
            with connect(address, additional_headers=headers):
                raise AssertionError("let in")
        except InvalidStatus as refusal:
            assert refusal.response.status_code == (403 if "Origin" in headers else 401)
    with connect(address, additional_headers={"Authorization": f"Bearer {viewer}", "Origin": "http://pages.example"}):
        pass

    # A revoked key is worth nothing, and its sockets are cut; others stay.
    begun = time.monotonic()
    system.command("keys", "revoke", viewer_id)
    _, refused_after = eventually("the key is refused", 5, lambda: status(system, "GET", "/api/loads", viewer) == 401)
    try:
        while True:
            frame = json.loads(everything.recv(5))
            assert frame["type"] == "event" or frame["code"] == "NOT_AUTHENTICATED", frame
    except ConnectionClosed as closed:
        assert closed.rcvd.code == 1008, closed
    cut_after = time.monotonic() - begun
    expect(api.patch(f"/api/loads/{own['loads']}", json={"weight": 7000}), 200)
    assert [event["event_type"] for event in heard(socket, 1, ["LOAD_UPDATED"])] == ["LOAD_UPDATED"]

    # Tokens, of each kind; and those that are refused.
    for algorithm in ["RS256", "ES256", "EdDSA"]:
        eventually(f"{algorithm} is taken", 5, lambda: status(system, "GET", "/api/loads", issuer.token(algorithm)) == 200)
    now = int(time.time())
    good = issuer.token("RS256")
    head, body, signature = good.split(".")
    public = issuer.document()["keys"][0]["n"]
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    bad = {
        "none": f"{unsigned}.{body}.", "no signature": f"{head}.{body}.", "shared secret": issuer.token("HS256", key=public, kid="rsa-1"),
        "another's key": issuer.token("ES256", key=ec.generate_private_key(ec.SECP256R1())),
        "an unknown key": issuer.token("ES256", kid="nobody"), "another algorithm's key": issuer.token("ES256", kid="rsa-1"),
        "expired": issuer.token(exp=now - 120), "without end": issuer.token(exp=None), "not yet": issuer.token(nbf=now + 300),
        "another issuer": issuer.token(iss="https://evil.example"), "another audience": issuer.token(aud="elsewhere"),
        "no audience": issuer.token(aud=None), "no role": issuer.token(role=None), "an unknown role": issuer.token(role="GOD"),
        "changed": f"{head}.{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{signature}"}
    for number, (name, token) in enumerate(bad.items(), start=2):
        # From an address of its own each: one that guesses has to wait after twenty, however fast they came.
        answered = status(system, "GET", "/api/loads", token, source=f"127.0.0.{number}")
        assert answered == 401, (name, answered)
    assert status(system, "GET", "/api/loads", issuer.token(exp=now - 30)) == 200, "a minute of a wrong clock is allowed"
    assert status(system, "GET", "/api/vehicles", issuer.token(role="viewer", carrier_id=own["carriers"])) == 200
    secrets += [good, issuer.token("EdDSA")]
    # Keys change: the new one is taken as soon as a token names it, no sooner than 30 s after the last reading.
    issuer.keys["ES256"] = ("ec-2", ec.generate_private_key(ec.SECP256R1()))
    _, rotated_after = eventually("a new key is taken", 50, lambda: (time.sleep(1), status(
        system, "GET", "/api/loads", issuer.token("ES256")) == 200)[1])
    assert status(system, "GET", "/api/loads", issuer.token("RS256")) == 200

    # What was done is recorded, with who did it; nothing secret is anywhere.
    expect(api.post("/ops/jobs/ledger/restart"), 200) if "ledger" in api.get("/ops/jobs").text else None
    expect(api.post("/ops/jobs/route-deviation/pause", headers={"X-Correlation-Id": "pause-1"}), 200)
    expect(api.post("/ops/jobs/route-deviation/resume"), 200)
    expect(api.post("/ops/jobs/none/pause"), 404)
    audit = [record["value"] for record in system.records("tms.audit")]
    ops = [entry for entry in audit if entry["table_name"] == "jobs" and entry["record_id"] == "route-deviation"]
    assert [entry["changed_data"]["verb"]["new"] for entry in ops] == ["pause", "resume"], ops
    assert (ops[0]["user_id"], ops[0]["correlation_id"], ops[0]["action"]) == ("root", "pause-1", "STATUS_CHANGE")
    keyed = [entry["action"] for entry in audit if entry["record_id"] == viewer_id]
    assert keyed == ["CREATE", "DELETE"], keyed
    events = [record["value"] for topic in ["tms.system.alerts", "tms.loads"] for record in system.records(topic)]
    assert not [event for event in events if event["entity_type"] in ("API_KEY", "WEBHOOK")]
    metrics = expect_text = api.get("/metrics").text
    assert 'logins_refused_total{reason="key"}' in metrics or "logins_refused_total" in metrics
    spoken = system.log() + metrics + api.get("/ops/jobs").text + json.dumps(audit) + json.dumps(
        [record["value"] for record in system.records("tms.replies")]) + api.get("/api/api-keys").text
    machine = system.proof()["Authorization"].removeprefix("Bearer ")
    for secret in secrets + [machine]:
        assert secret not in spoken and hashlib.sha256(secret.encode()).hexdigest() not in spoken, "a secret is told"

    # Each line about a request names it, by the id that its answer carries.
    wrong = httpx.get(f"{system.url}/api/loads", headers={"Authorization": "Bearer lh_nobody", "X-Correlation-Id": "guess-2"})
    assert wrong.headers["X-Correlation-Id"] == "guess-2"
    made = api.post("/api/api-keys", json={"name": "short-lived", "role": "VIEWER"}, headers={"X-Correlation-Id": "made-1"}).json()
    expect(api.delete(f"/api/api-keys/{made['id']}", headers={"X-Correlation-Id": "gone-1"}), 204)

    def said(message):
        lines = [json.loads(line) for line in system.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line["message"] == message]

    lines, _ = eventually("the log has them", 10, lambda: (found := said("access was changed")) and found[-1]["action"] == "DELETE" and found)
    assert [(line["on"], line["user"], line["correlation_id"]) for line in lines[-2:]] == [
        (f"api-keys/{made['id']}", "root", "made-1"), (f"api-keys/{made['id']}", "root", "gone-1")], lines
    assert "pause-1" in [line["correlation_id"] for line in said("an operation was carried out")]
    assert all(line["correlation_id"] for line in said("logins refused")) and said("logins refused")

# Keys from a file: read at the start, and anew at a SIGHUP, at once.
with tempfile.NamedTemporaryFile("w", prefix="linehaul-keys-") as file:
    def publish():
        file.seek(0)
        file.truncate()
        json.dump(issuer.document(), file)
        file.flush()

    publish()
    with System(
            sys.argv[1], LINEHAUL_AUTH="required", LINEHAUL_TOKEN_KEYS=file.name, LINEHAUL_TOKEN_ISSUER=ISSUER,
            LINEHAUL_TOKEN_AUDIENCE=AUDIENCE) as system:
        eventually("a key of the file is taken", 10, lambda: status(system, "GET", "/api/loads", issuer.token("RS256")) == 200)
        issuer.keys["RS256"] = ("rsa-2", rsa.generate_private_key(public_exponent=65537, key_size=2048))
        publish()
        system.process.send_signal(signal.SIGHUP)
        _, renewed_after = eventually(
            "the new key is taken", 10, lambda: status(system, "GET", "/api/loads", issuer.token("RS256")) == 200)
        file.seek(0)
        file.truncate()
        system.process.send_signal(signal.SIGHUP)
        eventually("the empty file is complained of", 10, lambda: "token keys cannot be read" in system.log())
        assert status(system, "GET", "/api/loads", issuer.token("RS256")) == 200, "those known stay"
# Without TLS and without keys SIGHUP means nothing.
with System(sys.argv[1]) as system:
    system.process.send_signal(signal.SIGHUP)
    assert status(system, "GET", "/api/loads") == 200 and system.process.poll() is None

# Who asks for too much waits; who guesses waits, whatever it shows next.
with System(sys.argv[1], LINEHAUL_AUTH="required", LINEHAUL_LIMIT_PRINCIPAL="20") as system:
    with system.client() as eager:
        answers = [eager.get("/api/loads?limit=1") for _ in range(200)]
    limited = [answer for answer in answers if answer.status_code == 429]
    assert limited and int(limited[0].headers["Retry-After"]) >= 1, [answer.status_code for answer in answers]
    assert limited[0].json()["error"]["code"] == "RATE_LIMITED" and limited[0].headers["RateLimit-Limit"] == "40"
    assert "RateLimit-Remaining" in answers[0].headers and "RateLimit-Reset" in answers[0].headers
with System(sys.argv[1], LINEHAUL_AUTH="required") as system:
    tried = [status(system, "GET", "/api/loads", f"lh_guess{number}") for number in range(30)]
    # One more is allowed every 5 s, which a machine that is held up may take for two of them.
    assert tried[:20] == [401] * 20 and 429 in tried[20:], tried
    machine = system.proof()["Authorization"].removeprefix("Bearer ")
    assert 429 in [status(system, "GET", "/api/loads", machine) for _ in range(5)]
print(
    f"{asked} of routes × roles as told; a key known after {known_after:.2f} s, refused {refused_after:.2f} s after it is revoked, its socket "
    f"cut after {cut_after:.2f} s; a new token key taken after {rotated_after:.0f} s, {renewed_after:.1f} s after a SIGHUP")
