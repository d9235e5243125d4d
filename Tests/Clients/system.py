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

    def __init__(self, binary, port=0, changes={}, **environment):
        """`changes` are texts of the shipped folder's files that are replaced: {file: {old: new}}."""
        self.binary, self.port, self.environment = binary, port, environment
        self.scratch = tempfile.mkdtemp(prefix="linehaul-client-")
        self.folder = f"{self.scratch}/topology"
        shutil.copytree(REPOSITORY / "topology", self.folder)
        for name, texts in changes.items():
            file = Path(self.folder) / name
            text = file.read_text()
            for old, new in texts.items():
                assert old in text, f"{name} has no {old}"
                text = text.replace(old, new)
            file.write_text(text)
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
            # A write past a limit fails, as it does for us, and does not end the process.
            [self.binary, "run", self.folder], cwd=REPOSITORY, env=environment, restore_signals=False, stdout=subprocess.PIPE,
            stderr=open(f"{self.scratch}/log", "ab"), text=True)
        greeting = self.process.stdout.readline()
        self.url = re.search(r"http://[\d.:]+", greeting).group(0)
        self.port = int(self.url.rsplit(":", 1)[1])
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/api/loads?limit=1", headers=self.proof()).status_code == 200:
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

    def proof(self):
        """What the machine itself shows, where callers have to say who they are."""
        token = Path(f"{self.scratch}/data/token")
        return {"Authorization": f"Bearer {token.read_text().strip()}"} if token.exists() else {}

    def client(self, user="dispatcher", token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else self.proof() | {"X-User-Id": user}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def command(self, *words):
        """What `linehaul` prints, run on the same machine against this process."""
        environment = {"PATH": os.environ["PATH"], "LINEHAUL_DATA": f"{self.scratch}/data", "LINEHAUL_URL": self.url}
        return subprocess.run([self.binary, *words], check=True, capture_output=True, text=True, env=environment).stdout

    def log(self):
        """All that it has logged."""
        return Path(f"{self.scratch}/log").read_text()

    def records(self, topic):
        """Every record of a topic, as `linehaul tail` prints them."""
        lines = self.command("tail", topic, "--from", "earliest", "--no-follow", "--json").splitlines()
        return [json.loads(line) for line in lines]


def load(**more):
    """The body of a load."""
    return {
        "pickup_location": {"latitude": 41.8781, "longitude": -87.6298}, "pickup_address": "12 Lake Street, Chicago",
        "delivery_location": {"latitude": 39.0997, "longitude": -94.5786}, "delivery_address": "5 Union, Kansas City",
        "pickup_datetime": "2027-03-01T08:00:00Z", "delivery_datetime": "2027-03-02T08:00:00Z", "weight": 9000, "rate": "1200.50",
    } | more


def eventually(what, seconds, condition):
    """Waits until a condition holds; what it says then, and how long it took."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if found := condition():
            return found, time.monotonic() - begun
        time.sleep(0.02)
    raise AssertionError(f"it never happened: {what}")


def expect(answer, status):
    """The answer's JSON, where it has that status."""
    assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.status_code}, not {status}: {answer.text}"
    return answer.json() if answer.content else None
