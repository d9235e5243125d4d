"""A webhook whose name means a public address when it is made and this machine when it is called: nothing is sent there.

Names are looked up in a file of its own, which takes a mount namespace; where none is to be had, this says so and succeeds.
"""

import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading

HOSTS = "LINEHAUL_CLIENT_HOSTS"
NAME = "rebound.example"

if HOSTS not in os.environ:
    inside = ["unshare", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run(inside + ["true"], capture_output=True).returncode:
        print("names: skipped, since no mount namespace of its own can be had here")
        sys.exit(0)
    with tempfile.NamedTemporaryFile(prefix="linehaul-hosts-") as hosts:
        script = 'mount --bind "$1" /etc/hosts && shift && exec "$@"'
        sys.exit(subprocess.run(
            inside + ["sh", "-c", script, "sh", hosts.name, sys.executable] + sys.argv, env=os.environ | {HOSTS: hosts.name}).returncode)

from system import System, eventually, expect, load  # noqa: E402 (only inside)

heard = []


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        heard.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def means(address):
    """From now on the name is that address."""
    with open("/etc/hosts", "w") as file:
        file.write(f"127.0.0.1 localhost\n{address} {NAME}\n")


def walk(**environment):
    """Makes a webhook while its name is public, has the name mean this machine, and lets something happen; what the webhook shows then."""
    means("93.184.216.34")
    changes = {
        "webhooks.yaml": {"settings:\n": "settings:\n  show-every: 1s\n"}, "gateway.yaml": {"patience: 10s": "patience: 30s"}}
    with System(sys.argv[1], changes=changes, **environment) as system, system.client() as api:
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        body = {"url": f"http://{NAME}:{server.server_port}/hook", "secret": secret, "event_types": ["LOAD_CREATED"]}
        hook = expect(api.post("/api/webhooks", json=body), 201)["id"]
        means("127.0.0.1")
        expect(api.post("/api/loads", json=load()), 201)

        def ended():
            shown = expect(api.get(f"/api/webhooks/{hook}"), 200)["deliveries"]
            return shown if shown and (shown["last_failed_at"] or shown["delivered"]) else None

        return eventually("the delivery ends one way or the other", 60, ended)[0]


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()

refused = walk()
assert refused["delivered"] == 0 and not heard, refused
allowed = walk(LINEHAUL_WEBHOOKS_PRIVATE="true")
assert allowed["delivered"] == 1 and len(heard) == 1, (allowed, "the same name is delivered to where that is allowed")
print(f"a name that came to mean this machine gets nothing: {refused['last_error']}")
