"""The edges of requests: versions and conditions, pages of other origins, ids that are followed through, unusual but legal forms."""

import gzip
import json
import re
import sys

import httpx

from system import System, expect, load

CORRELATION = "X-Correlation-Id"


def refusal(answer, status, code, field=None):
    """The error of an answer that is refused in the one form of the API; its first detail is about `field`."""
    error = expect(answer, status)["error"]
    assert error["code"] == code and error["correlation_id"] == answer.headers[CORRELATION], error
    assert answer.json()["detail"] == error["message"]
    assert field is None or error["details"][0]["field"] == field, error
    return error


with System(sys.argv[1], LINEHAUL_CORS="http://pages.example") as system, system.client() as api:
    carrier = expect(api.post("/api/carriers", json={"name": "Ünïcode 🚚"}), 201)["id"]
    vehicle = expect(api.post("/api/vehicles", json={"carrier_id": carrier, "vehicle_number": "V", "type": "truck"}), 201)["id"]
    driver = expect(api.post("/api/drivers", json={"carrier_id": carrier, "name": "A B", "license_number": "L"}), 201)["id"]
    freight = expect(api.post("/api/loads", json=load()), 201)["id"]
    webhook = {"url": "https://example.com/hook", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    hook = expect(api.post("/api/webhooks", json=webhook), 201)["id"]
    key = expect(api.post("/api/api-keys", json={"name": "k", "role": "viewer"}), 201)["id"]

    # Every route that changes a thing takes If-Match, and refuses every other version than the one there is.
    document = expect(api.get("/openapi.json"), 200)
    ids = {"loads": freight, "vehicles": vehicle, "drivers": driver, "carriers": carrier, "webhooks": hook, "api-keys": key}
    place = {"latitude": 41, "longitude": -87}
    bodies = {
        "/api/loads/{id}/assign": {"carrier_id": carrier, "vehicle_id": vehicle, "driver_id": driver},
        "/api/loads/{id}/status": {"status": "CANCELLED"}, "/api/vehicles/{id}/status": {"status": "MAINTENANCE"},
        "/api/drivers/{id}/status": {"status": "ON_DUTY"}, "/api/carriers/{id}/status": {"status": "INACTIVE"},
        "/api/vehicles/{id}/location": place, "/api/drivers/{id}/location": place, "/api/webhooks/{id}/replay": {}}
    whole = {
        "loads": load(), "vehicles": {"carrier_id": carrier, "vehicle_number": "V", "type": "truck"},
        "drivers": {"carrier_id": carrier, "name": "A B", "license_number": "L"}, "carriers": {"name": "New"}, "webhooks": webhook}
    conditional = 0
    for path, methods in document["paths"].items():
        for method in set(methods) & {"put", "post", "patch", "delete"}:
            if "{id}" not in path:
                continue
            group = path.split("/")[2]
            given = whole.get(group) if method == "put" else {"metadata": {"a": 1}} if method == "patch" else None
            given = bodies.get(path, given)
            where = path.replace("{id}", ids[group])
            parameters = [each.get("name") for each in methods[method].get("parameters", [])]
            assert "If-Match" in parameters, (method, path)
            answer = api.request(method.upper(), where, json=given, headers={"If-Match": '"77"'})
            refusal(answer, 412, "VERSION_MISMATCH")
            refusal(api.request(method.upper(), where, json=given, headers={"If-Match": "77"}), 422, "VALIDATION_ERROR", "If-Match")
            conditional += 1
    assert conditional >= 25, conditional
    for group, id in ids.items():
        assert expect(api.get(f"/api/{group}/{id}"), 200)["version"] == 1, group
    assert api.patch(f"/api/loads/{freight}", json={"weight": 1}, headers={"If-Match": '"1"'}).headers["ETag"] == '"2"'
    assert api.patch(f"/api/loads/{freight}", json={"weight": 2}, headers={"If-Match": "*"}).headers["ETag"] == '"3"'
    refusal(api.patch(f"/api/loads/{freight}", json={"weight": 3}, headers={"If-Match": '"1", "2"'}), 412, "VERSION_MISMATCH")
    refusal(api.patch(f"/api/loads/{freight}", json={"weight": 3}, headers={"If-Match": '"3",'}), 422, "VALIDATION_ERROR", "If-Match")
    for known in ['"3"', 'W/"3"', '"1", "3"', "*"]:
        same = api.get(f"/api/loads/{freight}", headers={"If-None-Match": known})
        assert (same.status_code, same.headers.get("ETag"), same.content) == (304, '"3"', b""), (known, same.status_code, same.headers, same.text)
    for other in ['"2"', "3", '"1", "2"', ""]:
        expect(api.get(f"/api/loads/{freight}", headers={"If-None-Match": other}), 200)

    # Pages of the origins that are named may use it, and are told so; pages of others may not, whatever they try.
    ours, theirs = {"Origin": "http://pages.example"}, {"Origin": "http://evil.example"}
    asks = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "content-type, if-match, idempotency-key"}
    preflight = api.options(f"/api/loads/{freight}", headers=ours | asks)
    assert preflight.status_code == 204 and preflight.headers["Access-Control-Allow-Origin"] == "http://pages.example"
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"] and "Origin" in preflight.headers["Vary"]
    allowed = {each.strip().lower() for each in preflight.headers["Access-Control-Allow-Headers"].split(",")}
    assert allowed >= {"content-type", "if-match", "idempotency-key", "authorization", "x-api-key", "x-correlation-id"}, allowed
    answer = api.get("/api/loads", headers=ours)
    assert answer.headers["Access-Control-Allow-Origin"] == "http://pages.example"
    assert CORRELATION in answer.headers["Access-Control-Expose-Headers"] and "ETag" in answer.headers["Access-Control-Expose-Headers"]
    assert expect(api.post("/api/carriers", json={"name": "Paged"}, headers=ours), 201)
    assert "Access-Control-Allow-Origin" in api.post("/api/carriers", json={}, headers=ours).headers, "a page has to see why not"
    for origin in [theirs, {"Origin": "null"}, {"Origin": "http://pages.example.evil.example"}, {"Origin": "https://pages.example"}]:
        asked = api.options(f"/api/loads/{freight}", headers=origin | asks)
        assert not any(name.lower().startswith("access-control") for name in asked.headers), asked.headers
        assert "Access-Control-Allow-Origin" not in api.get("/api/loads", headers=origin).headers
        refusal(api.post("/api/carriers", json={"name": "no"}, headers=origin), 403, "FORBIDDEN")
        refusal(api.delete(f"/api/loads/{freight}", headers=origin), 403, "FORBIDDEN")

    # One request, followed by its id through the answer, the event, the audit record and the errors.
    follow = {CORRELATION: "follow-me-42"}
    answer = api.patch(f"/api/loads/{freight}", json={"weight": 5}, headers=follow)
    assert answer.headers[CORRELATION] == "follow-me-42"
    events = [record for record in system.records("tms.loads") if record["value"]["correlation_id"] == "follow-me-42"]
    assert [event["value"]["event_type"] for event in events] == ["LOAD_UPDATED"], events
    assert dict(events[0]["headers"])["correlation_id"] == "follow-me-42" if isinstance(events[0]["headers"], list) else events[0][
        "headers"]["correlation_id"] == "follow-me-42"
    audits = [record["value"] for record in system.records("tms.audit") if record["value"]["correlation_id"] == "follow-me-42"]
    assert [(audit["action"], audit["record_id"]) for audit in audits] == [("UPDATE", freight)], audits
    refused = api.patch(f"/api/loads/{freight}", json={"weight": -1}, headers=follow)
    assert refusal(refused, 422, "VALIDATION_ERROR", "weight")["correlation_id"] == "follow-me-42"
    for spoiled in ["a b", "y" * 201, "ø".encode()]:
        assert re.fullmatch("[0-9a-f-]{36}", api.get("/api/loads", headers={CORRELATION: spoiled}).headers[CORRELATION])
    for path in ["/api/loads", "/api/nothing", "/ws", "/ws/events", "/health", "/openapi.json", "/docs"]:
        assert api.get(path, headers=follow).headers[CORRELATION] == "follow-me-42", path
    refusal(api.get("/ws"), 426, "UPGRADE_REQUIRED")
    assert api.get("/ws").headers["Upgrade"] == "websocket"

    # Forms that are unusual, and legal.
    for path in [f"/api/loads/{freight}/", f"/api//loads/{freight}", f"/api/loads/{freight.upper()}", f"/api/loads/{freight.replace('-', '%2D')}"]:
        assert expect(api.get(path), 200)["id"] == freight, path
    head = api.head(f"/api/loads/{freight}")
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", api.get(f"/api/loads/{freight}").headers["ETag"])
    head = api.head("/api/events/stream")
    assert (head.status_code, head.content, head.headers["Content-Type"]) == (200, b"", "text/event-stream")
    for id in ["%00", "%ff", "..%2f..", "%F0%9F%9A%9A", "a" * 5000, freight[:-1]]:
        refusal(api.get(f"/api/loads/{id}"), 422, "VALIDATION_ERROR", "id")
    for query, field in [
            ("limit=0", "limit"), ("limit=501", "limit"), ("limit=1%00", "limit"), ("offset=-1", "offset"), ("offset=99999999999999999999", "offset"),
            ("sort=nobody", "sort"), ("sort=-", "sort"), ("status=nope", "status"), ("carrier_id=nope", "carrier_id")]:
        refusal(api.get(f"/api/loads?{query}"), 422, "VALIDATION_ERROR", field)
    for query, field in [("near=91,0&radius=1", "near"), ("near=0", "near"), ("near=0,0&radius=-1", "radius"), ("near=0,0&radius=NaN", "radius")]:
        refusal(api.get(f"/api/vehicles?{query}"), 422, "VALIDATION_ERROR", field)
        refusal(api.get(f"/api/events/stream?{query}"), 422, "VALIDATION_ERROR", field)
    page = expect(api.get("/api/loads?offset=1000000"), 200)
    assert (page["loads"], page["total"], page["has_more"]) == ([], 1, False)
    for body in [b"", b"null", b"[]", b"{", b"\xff", b'{"name":"a"} more', b'\xef\xbb\xbf{"name":"a"}', b'{"name":"\\ud800"}', b'{"name":"\\u0000"}']:
        answer = api.post("/api/carriers", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422 and answer.json()["error"]["details"], (body, answer.text)
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "multipart/form-data; boundary=x"]:
        refusal(api.post("/api/carriers", content=b'{"name":"m"}', headers={"Content-Type": kind}), 415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type")
    for kind in [{}, {"Content-Type": "Application/JSON; charset=utf-8"}, {"Content-Type": "application/merge-patch+json"}]:
        expect(api.post("/api/carriers", content=b'{"name":"m"}', headers=kind), 201)
    refusal(api.options("/api/nothing"), 404, "NOT_FOUND")
    assert api.options("/api/loads").status_code == 204 and "POST" in api.options("/api/loads").headers["Allow"]
    coded = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    refusal(api.post("/api/carriers", content=gzip.compress(b'{"name":"z"}'), headers=coded), 422, "VALIDATION_ERROR", "Content-Encoding")
    told = refusal(api.post("/api/loads", json=load(status="ASSIGNED")), 422, "VALIDATION_ERROR", "status")
    assert told["details"][0]["issue"] == "must be CREATED at first"
    for value in ["9000", True, -1, 1e308, {}]:
        refusal(api.post("/api/loads", json=load(weight=value)), 422, "VALIDATION_ERROR", "weight")

    # Either side of the date line is near it.
    expect(api.put(f"/api/vehicles/{vehicle}/location", json={"latitude": 1, "longitude": 180}), 200)
    for near in ["1,180", "1,-180", "1,-179.99", "1,179.99"]:
        assert expect(api.get(f"/api/vehicles?near={near}&radius=2"), 200)["total"] == 1, near
    assert expect(api.get("/api/vehicles?near=1,180&radius=0"), 200)["total"] == 1
    assert expect(api.get("/api/vehicles?near=1,0&radius=12000"), 200)["total"] == 0

    # What events can be about, and no more.
    for kind in ["API_KEY", "WEBHOOK", "EVENT"]:
        refusal(api.get(f"/api/events/recent?entity_type={kind}"), 422, "VALIDATION_ERROR", "entity_type")
        refusal(api.get(f"/api/events/stream?entity_types={kind}"), 422, "VALIDATION_ERROR", "entity_types")

print(f"{conditional} routes held against versions; origins, correlation ids and unusual forms are as the contract says")
