"""Peers that nobody wants, beside clients that behave: the behaved ones lose nothing and wait for nobody, and memory stays bounded.

For a while, peers subscribe to every event and never read, drip headers and bodies, open WebSockets and fall silent, send frames of
1 MB, garbage, requests with two lengths or two readings, headers and bodies beyond the limits, paths that climb out, and connect by the
thousand. Meanwhile a publisher's events must reach each follower, once and in order, and every read must be answered.
"""

import base64
import http.client
import json
import os
import random
import socket
import struct
import sys
import threading
import time

from system import System, expect, load

FOLLOWERS = int(os.environ.get("LINEHAUL_CLIENT_FOLLOWERS", "100"))
EVENTS = int(os.environ.get("LINEHAUL_CLIENT_EVENTS", "2000"))
PEERS = int(os.environ.get("LINEHAUL_CLIENT_PEERS", "1000"))
STORM = int(os.environ.get("LINEHAUL_CLIENT_CONNECTS", "100000"))
# Bounds that a busy machine keeps, and a stall does not.
SLOWEST_READ = 10
LEAST_MEMORY = 192 << 20
KEY = base64.b64encode(bytes(16)).decode()
chance = random.Random(20261123)


def connected(system):
    peer = socket.create_connection(("127.0.0.1", system.port), timeout=30)
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return peer


def frame(payload, opcode=1):
    """A client's frame; a mask of zeros is a mask."""
    size = len(payload)
    if size < 126:
        head = struct.pack(">BB", 0x80 | opcode, 0x80 | size)
    elif size < 65536:
        head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + bytes(4) + payload


def websocket(system):
    """A peer that has become a WebSocket, and what it has been sent so far."""
    peer = connected(system)
    peer.sendall(
        f"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {KEY}\r\n\r\n".encode())
    seen = b""
    while b"\r\n\r\n" not in seen:
        more = peer.recv(4096)
        assert more, f"no upgrade: {seen!r}"
        seen += more
    head, rest = seen.split(b"\r\n\r\n", 1)
    assert b" 101 " in head, head
    return peer, rest


def frames(peer, buffer):
    """The frames that come, until the connection ends."""
    while True:
        while len(buffer) >= 2:
            size, start = buffer[1] & 127, 2
            if size == 126 and len(buffer) >= 4:
                size, start = struct.unpack_from(">H", buffer, 2)[0], 4
            elif size == 126:
                break
            elif size == 127:
                raise AssertionError("a frame of more than 64 KiB")
            if len(buffer) < start + size:
                break
            yield buffer[0] & 15, buffer[start:start + size]
            buffer = buffer[start + size:]
        more = peer.recv(65536)
        if not more:
            return
        buffer += more


class Follower(threading.Thread):
    """A client that behaves: it follows one vehicle and answers pings."""

    def __init__(self, system, vehicle):
        super().__init__(daemon=True)
        self.peer, self.rest = websocket(system)
        self.vehicle, self.numbers, self.ready, self.fault = vehicle, [], threading.Event(), None
        self.peer.settimeout(120)
        self.peer.sendall(frame(json.dumps({"type": "subscribe", "entity_ids": [vehicle]}).encode()))
        self.start()

    def run(self):
        try:
            for opcode, payload in frames(self.peer, self.rest):
                if opcode == 9:
                    self.peer.sendall(frame(payload, 10))
                elif opcode == 1:
                    message = json.loads(payload)
                    if message["type"] == "subscribed":
                        self.ready.set()
                    elif message["type"] == "event":
                        self.numbers.append(int(message["data"]["metadata"]["number"]))
                    elif message["type"] == "missed":
                        self.fault = f"missed {message['count']}"
                elif opcode == 8:
                    self.fault = f"closed: {payload!r}"
        except OSError as error:
            self.fault = self.fault or f"{error!r}"


class Reader(threading.Thread):
    """A client that reads one load over and over, and times each answer."""

    def __init__(self, system, path):
        super().__init__(daemon=True)
        self.system, self.path, self.done, self.count, self.slowest, self.fault = system, path, threading.Event(), 0, 0.0, None
        self.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.system.port, timeout=60)
        while not self.done.is_set():
            begun = time.monotonic()
            try:
                connection.request("GET", self.path)
                answer = connection.getresponse()
                answer.read()
            except OSError as error:
                self.fault = repr(error)
                return
            if answer.status != 200:
                self.fault = f"answered {answer.status}"
                return
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.count += 1
            time.sleep(0.01)


def answered(system, request, *statuses):
    """Sends bytes; the server answers once with one of those statuses, and ends the connection."""
    with connected(system) as peer:
        try:
            peer.sendall(request)
            seen = b""
            while more := peer.recv(65536):
                seen += more
        except ConnectionResetError:
            pass
    found = int(seen.split(b" ", 2)[1]) if seen.startswith(b"HTTP/1.1 ") else None
    assert found in statuses, f"{request[:120]!r}: answered {seen[:200]!r}, not {statuses}"
    assert seen.count(b"\r\nDate: ") == 1, f"{request[:120]!r}: answered more than once: {seen!r}"
    return seen


def malformed(system):
    """Requests that mean two things, none, or too much: each is refused, and nothing behind it is read as a request."""
    second = b"GET /api/loads HTTP/1.1\r\nHost: x\r\n\r\n"
    post = b"POST /api/loads HTTP/1.1\r\nHost: x\r\n"
    for each in (
        post + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + second,
        post + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + second,
        post + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd" + second,
        post + b"Content-Length: +4\r\n\r\nabcd" + second,
        post + b"Content-Length : 4\r\n\r\nabcd" + second,
        post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabcd\r\n0\r\n\r\n" + second,
        b"GET /api/loads HTTP/1.1\r\n\r\n" + second,
        b"GET /api/loads HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + second,
        b"GET /api/loads HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n" + second,
        b"GET  /api/loads HTTP/1.1\r\nHost: x\r\n\r\n" + second,
        chance.randbytes(2048).replace(b"\n", b"") + b"\r\n\r\n",
    ):
        answered(system, each, 400)
    answered(system, post + b"Transfer-Encoding: gzip, chunked, identity\r\n\r\n" + second, 400, 501)
    answered(system, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", 431)
    answered(system, b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431)
    answered(system, b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(5_000)) + b"\r\n", 431)
    answered(system, post + b"Content-Length: 2000000\r\n\r\n" + bytes(100_000), 413)
    answered(system, b"GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505)
    for path in ("/../../../etc/passwd", "/docs/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/docs/..%2f..%2fetc%2fpasswd",
                 "//etc/passwd", "/docs/%00/etc/passwd", "/docs\\..\\etc\\passwd"):
        seen = answered(system, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode(), 400, 404)
        assert b"root:" not in seen


class Hostile:
    """The peers that stay, and what is done with them."""

    def __init__(self, system):
        self.system, self.kept, self.drips = system, [], []

    def open(self):
        for number in range(PEERS):
            kind = number % 5
            if kind == 0:
                peer, _ = websocket(self.system)  # falls silent, and answers no ping
            elif kind == 1:
                peer, _ = websocket(self.system)
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                peer.sendall(frame(b'{"type":"subscribe"}'))  # every event, and never reads one
            elif kind == 2:
                peer = connected(self.system)
                peer.sendall(b"GET /api/loads HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                self.drips.append(peer)
            elif kind == 3:
                peer = connected(self.system)
                peer.sendall(b"POST /api/loads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n{")
                self.drips.append(peer)
            else:
                peer = connected(self.system)  # says nothing
            self.kept.append(peer)

    def drip(self):
        for peer in self.drips:
            try:
                peer.send(b" ")
            except OSError:
                pass

    def shout(self):
        """Frames that are too large, that are none, and text that is none: each ends its own socket alone."""
        for payload in (frame(b"x" * 1_000_000), chance.randbytes(4096), frame(b"\xc0\xaf"), frame(b"x", 2), b"\x81\x05abcde"):
            peer, rest = websocket(self.system)
            try:
                peer.sendall(payload)
                peer.settimeout(30)
                for opcode, _ in frames(peer, rest):
                    if opcode == 8:
                        break
            except OSError as error:
                assert not isinstance(error, TimeoutError), f"a peer that sent {payload[:20]!r} is still served"
            peer.close()
        peer, rest = websocket(self.system)
        peer.sendall(frame(b'{"type":') + frame(b'{"type":"ping"}'))
        kinds = []
        for opcode, text in frames(peer, rest):
            if opcode == 1:
                kinds.append(json.loads(text)["type"])
            if "pong" in kinds:
                break
        assert "error" in kinds, f"bad JSON gives an error frame and the socket stays: {kinds}"
        peer.close()

    def storm(self, connects):
        for _ in range(connects):
            try:
                peer = socket.create_connection(("127.0.0.1", self.system.port), timeout=30)
                # A reset at once: nothing waits in this machine's own tables of ports.
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                peer.close()
            except OSError:
                pass


def resident(system):
    with open(f"/proc/{system.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) << 10


def publish(system, vehicles):
    connection = http.client.HTTPConnection("127.0.0.1", system.port, timeout=60)
    for number in range(EVENTS):
        vehicle = vehicles[number % len(vehicles)]
        body = {
            "event_type": "VEHICLE_LOCATION_UPDATED", "entity_id": vehicle, "metadata": {"number": str(number)},
            "data": {"vehicle_id": vehicle, "location": {"latitude": 29.76, "longitude": -95.37}, "speed": 55, "heading": 90},
        }
        connection.request("POST", "/api/events/publish", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 202, text
        yield number


with System(sys.argv[1]) as system, system.client() as api:
    path = f"/api/loads/{expect(api.post('/api/loads', json=load()), 201)['id']}"
    vehicles = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(10)]
    followers = [Follower(system, vehicles[number % len(vehicles)]) for number in range(FOLLOWERS)]
    for follower in followers:
        assert follower.ready.wait(60), follower.fault
    readers = [Reader(system, path) for _ in range(4)]
    before = resident(system)
    malformed(system)
    hostile = Hostile(system)
    hostile.open()
    parts = 20
    for number in publish(system, vehicles):
        if number % (EVENTS // parts) == 0:
            hostile.drip()
            hostile.shout()
            hostile.storm(STORM // parts)
    malformed(system)
    deadline = time.monotonic() + 120
    wanted = {vehicle: list(range(index, EVENTS, len(vehicles))) for index, vehicle in enumerate(vehicles)}
    while time.monotonic() < deadline and any(len(follower.numbers) < len(wanted[follower.vehicle]) for follower in followers):
        time.sleep(0.05)
    after = resident(system)
    for reader in readers:
        reader.done.set()
        reader.join(60)
    for follower in followers:
        assert follower.fault is None, follower.fault
        assert follower.numbers == wanted[follower.vehicle], f"{len(follower.numbers)} events of {len(wanted[follower.vehicle])}"
    for reader in readers:
        assert reader.fault is None and reader.count > 0, reader.fault
        assert reader.slowest < SLOWEST_READ, f"a read took {reader.slowest:.1f} s"
    # What 200 peers that never read may hold: a queue each, besides what the system holds for them.
    bound = LEAST_MEMORY + PEERS // 5 * (1 << 20)
    assert after - before < bound, f"{(after - before) >> 20} MiB more than before the peers came; {bound >> 20} MiB is the bound"
    expect(api.post("/api/loads", json=load()), 201)
    print(
        f"{FOLLOWERS} followers had all of {EVENTS} events, {sum(reader.count for reader in readers)} reads took at most "
        f"{max(reader.slowest for reader in readers) * 1000:.0f} ms, beside {PEERS} hostile peers and {STORM} connections; memory grew by "
        f"{(after - before) / (1 << 20):.0f} MiB")
