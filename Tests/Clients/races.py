"""Twenty clients assign one truck to twenty loads at the same time: one gets it."""

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from system import System, expect, load

CLIENTS = 20

with System(sys.argv[1]) as system, system.client() as api:
    for each in range(5):
        carrier = expect(api.post("/api/carriers", json={"name": f"Carrier {each}"}), 201)["id"]
        vehicle = expect(api.post("/api/vehicles", json={"carrier_id": carrier, "vehicle_number": f"T-{each}", "vehicle_type": "VAN"}), 201)["id"]
        drivers = [
            expect(api.post("/api/drivers", json={"carrier_id": carrier, "name": "D", "license_number": f"N{each}-{n}"}), 201)["id"]
            for n in range(CLIENTS)]
        loads = [expect(api.post("/api/loads", json=load()), 201)["id"] for _ in range(CLIENTS)]

        def assign(number):
            with system.client(f"user-{number}") as client:
                body = {"carrier_id": carrier, "vehicle_id": vehicle, "driver_id": drivers[number]}
                return client.post(f"/api/loads/{loads[number]}/assign", json=body)

        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = list(pool.map(assign, range(CLIENTS)))
        statuses = Counter(answer.status_code for answer in answers)
        assert statuses == {200: 1, 409: CLIENTS - 1}, (statuses, [answer.text for answer in answers])
        assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"VEHICLE_NOT_AVAILABLE"}
        held = expect(api.get("/api/loads", params={"vehicle_id": vehicle, "status": "assigned"}), 200)
        assert held["total"] == 1, held
        busy = expect(api.get("/api/drivers", params={"carrier_id": carrier, "available": "false"}), 200)
        assert busy["total"] == 1, "a driver who did not get the load is still held"
print(f"of {CLIENTS} racing assigns one is answered 200, each time")
