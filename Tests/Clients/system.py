"""A `linehaul run` of its own for a client test: started, killed and started again over one scratch directory."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]


class System:
    """One process over a scratch directory; a context manager that leaves nothing behind."""

    def __init__(self, binary, port=0, **environment):
        self.binary, self.port, self.environment = binary, port, environment
        self.scratch = tempfile.mkdtemp(prefix="linehaul-client-")
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def start(self):
        """Starts the process and returns once the API answers."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LINEHAUL_")}
        environment |= {"LINEHAUL_DATA": f"{self.scratch}/data", "LINEHAUL_LISTEN": f"127.0.0.1:{self.port}"} | self.environment
        self.process = subprocess.Popen(
            [self.binary, "run", "topology"], cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE,
            stderr=open(f"{self.scratch}/log", "ab"), text=True)
        greeting = self.process.stdout.readline()
        self.url = re.search(r"http://[\d.:]+", greeting).group(0)
        self.port = int(self.url.rsplit(":", 1)[1])
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/api/loads?limit=1").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.02)
        raise AssertionError("the API does not answer")

    def kill(self):
        """Ends the process as a crash does."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        if self.process:
            self.process.stdout.close()

    def client(self, user="dispatcher"):
        return httpx.Client(base_url=self.url, headers={"X-User-Id": user}, timeout=30)

    def records(self, topic):
        """Every record of a topic, as `linehaul tail` prints them."""
        lines = subprocess.run(
            [self.binary, "tail", topic, "--from", "earliest", "--no-follow", "--json", "--url", self.url],
            check=True, capture_output=True, text=True).stdout.splitlines()
        return [json.loads(line) for line in lines]


def load(**more):
    """The body of a load."""
    return {
        "pickup_location": {"latitude": 41.8781, "longitude": -87.6298}, "pickup_address": "12 Lake Street, Chicago",
        "delivery_location": {"latitude": 39.0997, "longitude": -94.5786}, "delivery_address": "5 Union, Kansas City",
        "pickup_datetime": "2027-03-01T08:00:00Z", "delivery_datetime": "2027-03-02T08:00:00Z", "weight": 9000, "rate": "1200.50",
    } | more


def expect(answer, status):
    """The answer's JSON, where it has that status."""
    assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.status_code}, not {status}: {answer.text}"
    return answer.json() if answer.content else None
