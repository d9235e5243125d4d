"""A load's life, as a client lives it: made, assigned, driven, delivered; every answer checked against what is read next."""

import sys

from system import System, eventually, expect, load


def error(answer, status, code):
    found = expect(answer, status)["error"]
    assert found["code"] == code, found
    assert found["correlation_id"] == answer.headers["X-Correlation-Id"]
    return found


changes = {"carrier-performance.yaml": {"every: 60s": "every: 1s"}}
with System(sys.argv[1], changes=changes) as system, system.client() as api:
    carrier = expect(api.post("/api/carriers", json={"name": "North Freight"}), 201)
    vehicle = expect(
        api.post("/api/vehicles", json={"carrier_id": carrier["id"], "vehicle_number": "T-1", "type": "truck", "capacity_weight": 40000}), 201)
    driver = expect(
        api.post("/api/drivers", json={"carrier_id": carrier["id"], "first_name": "Ann", "last_name": "Lee", "license_number": "N1"}), 201)
    assert (driver["name"], driver["hours_remaining"], vehicle["vehicle_type"]) == ("Ann Lee", 11, "TRUCK")

    made = api.post("/api/loads", json=load(customer_id="acme"), headers={"X-Correlation-Id": "life-1", "Idempotency-Key": "one"})
    freight = expect(made, 201)
    where = made.headers["Location"]
    assert (made.headers["ETag"], made.headers["X-Correlation-Id"], freight["rate"]) == ('"1"', "life-1", 1200.5)
    assert expect(api.post("/api/loads", json=load(customer_id="acme"), headers={"Idempotency-Key": "one"}), 201) == freight
    error(api.post("/api/loads", json=load(), headers={"Idempotency-Key": "one"}), 422, "IDEMPOTENCY_KEY_REUSED")
    detail = expect(api.get(where), 200)
    assert {name: detail[name] for name in freight} == freight and detail["vehicle"] is None

    wrong = error(api.post("/api/loads", json=load(weight=-1, delivery_datetime="2027-01-01T00:00:00Z")), 422, "VALIDATION_ERROR")
    assert [each["field"] for each in wrong["details"]] == ["weight"], wrong
    error(api.post("/api/loads", json=load(delivery_datetime="2027-01-01T00:00:00Z")), 422, "VALIDATION_ERROR")
    error(api.get("/api/loads/no-uuid"), 422, "VALIDATION_ERROR")
    error(api.get("/api/loads/00000000-0000-4000-8000-000000000000"), 404, "LOAD_NOT_FOUND")
    error(api.get("/api/nothing"), 404, "NOT_FOUND")
    refused = api.put("/api/loads", json={})
    error(refused, 405, "METHOD_NOT_ALLOWED")
    assert refused.headers["Allow"] == "GET, HEAD, POST"
    error(api.patch(where, json={"weight": 1}, headers={"If-Match": '"7"'}), 412, "VERSION_MISMATCH")
    error(api.put(f"{where}/status", json={"status": "ASSIGNED"}), 409, "RESOURCES_REQUIRED")
    assert api.head(where).headers["ETag"] == '"1"' and api.get(where, headers={"If-None-Match": '"1"'}).status_code == 304

    assigned = expect(api.put(f"{where}/assign", json={
        "carrier_id": carrier["id"], "assigned_vehicle_id": vehicle["id"].upper(), "driver_id": driver["id"]}), 200)
    assert assigned["status"] == "ASSIGNED"
    # What was answered is read: also what followed for others.
    assert expect(api.get(f"/api/vehicles/{vehicle['id']}"), 200)["status"] == "ASSIGNED"
    assert expect(api.get(f"/api/drivers/{driver['id']}"), 200)["current_load_id"] == freight["id"]
    assert expect(api.get("/api/drivers?available=true"), 200)["total"] == 0
    error(api.delete(where), 409, "LOAD_IN_USE")
    error(api.delete(f"/api/vehicles/{vehicle['id']}"), 409, "VEHICLE_IN_USE")
    detail = expect(api.get(where), 200)
    assert (detail["carrier"]["name"], detail["vehicle"]["vehicle_number"], detail["driver"]["name"]) == ("North Freight", "T-1", "Ann Lee")

    for status in ["picked_up", "In_Transit"]:
        assert expect(api.put(f"{where}/status", json={"status": status}), 200)["status"] == status.upper()
    for minute in range(5):
        fix = {"location": {"latitude": 41 - minute / 10, "longitude": -88}, "speed": 50 + minute, "timestamp": f"2026-01-01T10:0{minute}:00Z"}
        expect(api.put(f"/api/vehicles/{vehicle['id']}/location", json=fix), 200)
    span = {"start": "2026-01-01T00:00:00Z", "end": "2026-01-02T00:00:00Z"}
    track = expect(api.get(f"/api/vehicles/{vehicle['id']}/tracking", params=span | {"limit": 3}), 200)
    assert [point["speed"] for point in track["points"]] == [54, 53, 52] and (track["total"], track["has_more"]) == (5, True)
    buckets = expect(api.get(f"/api/vehicles/{vehicle['id']}/tracking", params=span | {"interval": "1h"}), 200)["buckets"]
    assert [(bucket["count"], bucket["max_speed"]) for bucket in buckets] == [(5, 54)]
    near = expect(api.get("/api/vehicles", params={"near": "40.6,-88", "radius": 5}), 200)
    assert [each["id"] for each in near["vehicles"]] == [vehicle["id"]]

    delivered = expect(api.put(f"{where}/status", json={"status": "DELIVERED"}), 200)
    assert [change["status"] for change in delivered["status_history"]] == ["CREATED", "ASSIGNED", "PICKED_UP", "IN_TRANSIT", "DELIVERED"]
    assert expect(api.get(f"/api/vehicles/{vehicle['id']}"), 200)["status"] == "AVAILABLE"
    assert expect(api.get("/api/loads/search", params={"q": "lake chi", "status": "delivered", "sort": "-weight"}), 200)["total"] == 1
    hours = expect(api.get(f"/api/drivers/{driver['id']}/hos"), 200)
    assert hours["remaining"]["drive_min"] == 660 and hours["violations"] == []

    def figures(plural, id):
        done = expect(api.get(f"/api/{plural}/{id}/performance"), 200)
        return done if done["loads_delivered"] == 1 and done["deviation_rate"] == 0 else None

    # What carrier-performance tells of the last days, once a second here; a range is counted at once, deviations aside.
    done, _ = eventually("the delivery is told of the carrier", 30, lambda: figures("carriers", carrier["id"]))
    assert (done["on_time_rate"], done["capacity"]) == (1, {"vehicles": 1, "available": 1}), done
    eventually("the delivery is told of the driver", 30, lambda: figures("drivers", driver["id"]))
    done = expect(api.get(f"/api/drivers/{driver['id']}/performance", params={"start": "2026-01-01T00:00:00Z"}), 200)
    assert (done["loads_delivered"], done["deviation_rate"], done["range"]["start"]) == (1, None, "2026-01-01T00:00:00Z"), done
    board = expect(api.get("/api/dashboard", params={"range": "1h"}), 200)
    assert (board["kpis"]["delivered"], board["kpis"]["revenue"], board["loads"]["by_status"]) == (1, 1200.5, {"DELIVERED": 1})
    assert board["events"]["by_type"]["LOAD_DELIVERED"] == 1 and sum(step["loads_created"] for step in board["series"]) == 1

    told = expect(api.get("/api/events/recent", params={"entity_id": freight["id"]}), 200)
    # When it is expected a job writes, by changes of its own.
    assert [event["event_type"] for event in told["events"] if event["event_type"] != "LOAD_UPDATED"] == [
        "LOAD_DELIVERED", "LOAD_IN_TRANSIT", "LOAD_PICKED_UP", "LOAD_ASSIGNED", "LOAD_CREATED"]
    assert told["events"][-1]["correlation_id"] == "life-1"
    published = expect(api.post("/api/events/publish", json={
        "event_type": "system_alert", "entity_id": "depot", "data": {"reason": "a door is open"}, "severity": "warning"}), 202)
    assert published["topic"] == "tms.system.alerts"
    found = [record for record in system.records("tms.system.alerts") if record["value"]["event_id"] == published["event_id"]]
    assert [(record["partition"], record["offset"]) for record in found] == [(published["partition"], published["offset"])]
    error(api.post("/api/events/publish", json={"event_type": "LOAD_DELIVERED", "entity_id": "x", "data": {}}), 422, "VALIDATION_ERROR")

    # Under a key an event is published once, and the answer stays the same: also from a process that comes after this one.
    said = {"event_type": "SYSTEM_ALERT", "entity_id": "depot", "data": {"reason": "a door is open"}}
    once = expect(api.post("/api/events/publish", json=said, headers={"Idempotency-Key": "door"}), 202)
    assert expect(api.post("/api/events/publish", json=said, headers={"Idempotency-Key": "door"}), 202) == once
    error(api.post("/api/events/publish", json=said | {"severity": "ERROR"}, headers={"Idempotency-Key": "door"}), 422, "IDEMPOTENCY_KEY_REUSED")
    system.kill()
    system.start()
    assert expect(api.post("/api/events/publish", json=said, headers={"Idempotency-Key": "door"}), 202) == once
    kept = [record["offset"] for record in system.records("tms.system.alerts") if record["value"]["event_id"] == once["event_id"]]
    assert kept == [once["offset"]], (kept, once)

    audit = [record["value"] for record in system.records("tms.audit")]
    assert len([entry for entry in audit if entry["record_id"] == once["event_id"]]) == 1
    actions = [entry["action"] for entry in audit if entry["record_id"] == freight["id"] and entry["user_id"]]
    assert sorted(actions) == ["ASSIGN", "CREATE", "STATUS_CHANGE", "STATUS_CHANGE", "STATUS_CHANGE"], actions
    assert [entry["action"] for entry in audit if entry["record_id"] == published["event_id"]] == ["PUBLISH"]
    assert {entry["user_id"] for entry in audit} <= {"dispatcher", None}

    expect(api.delete(where), 204)
    error(api.get(where), 404, "LOAD_NOT_FOUND")
    assert expect(api.get("/health"), 200)["jobs"]["gateway"]["state"] == "RUNNING"
    lines = api.get("/metrics").text.splitlines()
    assert any(line.startswith("http_requests_total") and 'route="/api/loads/{id}"' in line and 'code="204"' in line for line in lines)
print("a load's life is as the contract says")
