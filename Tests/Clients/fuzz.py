"""schemathesis over /openapi.json: no 5xx, no answer that the document does not have; with and without having to say who one is."""

import json
import os
import subprocess
import sys
from pathlib import Path

from system import System, expect, load

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"


def stocked(system):
    """The system with something to find in it."""
    with system.client() as api:
        carrier = expect(api.post("/api/carriers", json={"name": "North Freight"}), 201)["id"]
        expect(api.post("/api/vehicles", json={"carrier_id": carrier, "vehicle_number": "T-1", "vehicle_type": "VAN"}), 201)
        expect(api.post("/api/drivers", json={"carrier_id": carrier, "name": "Ann", "license_number": "N1"}), 201)
        expect(api.post("/api/loads", json=load()), 201)
    return system


def fuzzed(system, token=None):
    """Whether every answer is as the document has it."""
    proof = ["--header", f"Authorization: Bearer {token}"] if token else []
    return subprocess.run([
        Path(sys.executable).parent / "schemathesis", "run", f"{system.url}/openapi.json", "--checks", CHECKS, *proof,
        "--max-examples", os.environ.get("LINEHAUL_CLIENT_EXAMPLES", "25"), "--workers", "2", "--request-timeout", "15",
        "--exclude-path-regex", "^/(metrics|docs|openapi.json|health/live|ws|ws/events|api/events/stream)$", "--generation-deterministic",
    ]).returncode == 0


with System(sys.argv[1]) as system:
    if not fuzzed(stocked(system)):
        sys.exit("answers that the document does not have")
with System(sys.argv[1], LINEHAUL_AUTH="required") as system:
    stocked(system)
    viewer = json.loads(system.command("keys", "create", "fuzz", "--role", "viewer", "--json"))["key"]
    for token in [viewer, system.proof()["Authorization"].removeprefix("Bearer ")]:
        if not fuzzed(system, token):
            sys.exit("answers that the document does not have, where callers have to say who they are")
