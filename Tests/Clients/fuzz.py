"""schemathesis over /openapi.json: no 5xx, no answer that the document does not have."""

import os
import subprocess
import sys
from pathlib import Path

from system import System, expect, load

with System(sys.argv[1]) as system:
    with system.client() as api:
        # Something to find.
        carrier = expect(api.post("/api/carriers", json={"name": "North Freight"}), 201)["id"]
        expect(api.post("/api/vehicles", json={"carrier_id": carrier, "vehicle_number": "T-1", "vehicle_type": "VAN"}), 201)
        expect(api.post("/api/drivers", json={"carrier_id": carrier, "name": "Ann", "license_number": "N1"}), 201)
        expect(api.post("/api/loads", json=load()), 201)
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
    outcome = subprocess.run([
        Path(sys.executable).parent / "schemathesis", "run", f"{system.url}/openapi.json", "--checks", checks,
        "--max-examples", os.environ.get("LINEHAUL_CLIENT_EXAMPLES", "25"), "--workers", "2", "--request-timeout", "15",
        "--exclude-path-regex", "^/(metrics|docs|openapi.json|health/live|ws|ws/events|api/events/stream)$", "--generation-deterministic"])
    sys.exit(outcome.returncode)
