"""Ways: asked for over the seed network, kept as routes, followed by their load, and found anew when a road closes."""

import json
import subprocess
import sys
import time

from system import System, expect, load


def publish(system, segments):
    """Puts changes of segments on the network's topic."""
    lines = "".join(json.dumps({"key": segment["id"], "value": segment}) + "\n" for segment in segments)
    subprocess.run(
        [sys.argv[1], "publish", "tms.network", "--format", "records", "--url", system.url], input=lines, text=True, check=True,
        stdout=subprocess.DEVNULL)


def code(answer, status):
    return expect(answer, status)["error"]["code"]


with System(sys.argv[1]) as system, system.client() as api:
    ask = "/api/routes/optimize"
    trip = {"origin": "LOC_HOUSTON", "destination": "LOC_NEW_YORK"}
    answer = api.post(ask, json=trip, headers={"Idempotency-Key": "way"})
    route = expect(answer, 200)
    assert (route["distance_miles"], route["duration_minutes"], route["toll_cost"]) == (1951.0, 1800, 116.0), route
    assert route["path"] == ["LOC_HOUSTON", "LOC_DALLAS", "LOC_CHICAGO", "LOC_NEW_YORK"] and len(route["legs"]) == 3
    assert route["status"] == "PLANNED" and route["geometry"]["type"] == "LineString" and answer.headers["ETag"] == '"1"'
    assert expect(api.post(ask, json=trip, headers={"Idempotency-Key": "way"}), 200) == route
    assert expect(api.get(f"/api/routes/{route['id']}"), 200) == route
    assert expect(api.post(ask, json=trip | {"waypoints": ["LOC_ATLANTA"]}), 200)["distance_miles"] == 2296.7
    for strategy in ["time", "COST", "fuel"]:
        assert expect(api.post(ask, json=trip | {"strategy": strategy}), 200)["strategy"] == strategy.upper()
    paid = expect(api.post(ask, json=trip | {"destination": "LOC_CHICAGO"}), 200)
    free = expect(api.post(ask, json=trip | {"destination": "LOC_CHICAGO", "avoid": ["tolls"]}), 200)
    assert free["toll_cost"] == 0 < paid["toll_cost"] and free["distance_miles"] > paid["distance_miles"]
    ordered = trip | {"waypoints": ["LOC_CHICAGO", "LOC_DALLAS"], "optimize_order": True}
    assert expect(api.post(ask, json=ordered), 200)["waypoints"] == ["LOC_DALLAS", "LOC_CHICAGO"]
    near = expect(api.post(ask, json=trip | {"origin": {"latitude": 29.9, "longitude": -95.4}}), 200)
    assert near["legs"][0]["from"] == {"latitude": 29.9, "longitude": -95.4} and near["legs"][0]["to"] == "LOC_HOUSTON"
    assert code(api.post(ask, json=trip | {"strategy": "BEST"}), 422) == "VALIDATION_ERROR"
    assert code(api.post(ask, json=trip | {"origin": "LOC_NOWHERE"}), 404) == "PLACE_NOT_FOUND"
    assert code(api.post(ask, json=trip | {"avoid": ["LOC_CHICAGO"]}), 404) == "NO_WAY"
    assert code(api.post(ask, json={"origin": 1}), 422) == "VALIDATION_ERROR"
    assert code(api.post(ask, json=trip | {"driver_id": "00000000-0000-4000-8000-000000000000"}), 404) == "DRIVER_NOT_FOUND"

    carrier = expect(api.post("/api/carriers", json={"name": "North Freight"}), 201)["id"]
    vehicle = expect(api.post("/api/vehicles", json={"carrier_id": carrier, "vehicle_number": "T-1", "type": "truck"}), 201)["id"]
    driver = expect(api.post("/api/drivers", json={"carrier_id": carrier, "name": "Ann Lee", "license_number": "N1"}), 201)["id"]
    freight = expect(api.post("/api/loads", json=load()), 201)["id"]
    expect(api.put(f"/api/loads/{freight}/assign", json={"carrier_id": carrier, "vehicle_id": vehicle, "driver_id": driver}), 200)
    route = expect(api.post(ask, json=trip | {"load_id": freight, "departure_at": "2027-01-01T06:00:00Z"}), 200)
    assert (route["vehicle_id"], route["driver_id"], route["carrier_id"]) == (vehicle, driver, carrier)
    assert {"DRIVE", "BREAK", "REST"} <= {part["activity"] for part in route["schedule"]["parts"]}, route["schedule"]
    assert route["schedule"]["drive_minutes"] == 1800
    for status in ["PICKED_UP", "IN_TRANSIT"]:
        expect(api.put(f"/api/loads/{freight}/status", json={"status": status}), 200)
    assert expect(api.get(f"/api/routes/{route['id']}"), 200)["status"] == "ACTIVE"

    # In Houston still: the way by Dallas closes.
    fix = {"latitude": 29.7604, "longitude": -95.3698}
    expect(api.put(f"/api/vehicles/{vehicle}/location", json=fix), 200)
    closed = {
        "id": "SEG_DALLAS_CHICAGO", "from": "LOC_DALLAS", "to": "LOC_CHICAGO", "distance_miles": 921.9, "duration_minutes": 846,
        "toll_cost": 40.5, "closed": True}
    publish(system, [closed])
    deadline = time.monotonic() + 20
    while (now := expect(api.get(f"/api/routes/{route['id']}"), 200))["version"] == 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "SEG_DALLAS_CHICAGO" not in [leg["segment"] for leg in now["legs"]] and now["path"][-1] == "LOC_NEW_YORK", now["path"]
    seen = expect(api.get("/api/events/recent", params={"limit": 500}), 200)["events"]
    found = [event for event in seen if event["event_type"] == "ROUTE_OPTIMIZED" and event["entity_id"] == route["id"]]
    assert len(found) == 2, [event["event_type"] for event in seen][:20]

    expect(api.put(f"/api/loads/{freight}/status", json={"status": "DELIVERED"}), 200)
    assert expect(api.get(f"/api/routes/{route['id']}"), 200)["status"] == "COMPLETED"
    print("ways: asked for, kept, followed, found anew")
