#!/usr/bin/env python3
"""Many WebSocket clients of one running system: who gets what, how soon, and whether hostile peers change that.

  sockets.py [--url http://127.0.0.1:8080] [--clients 10000] [--groups 100] [--rate 100] [--seconds 20] [--hostile] [--within 100] [--pid PID] [--json]

Each client follows one vehicle; the vehicles are as many as there are groups, so an event goes to clients/groups of them. Fixes are
published over HTTP at the given rate. What is measured is the time from before the request that publishes an event until a client has its
frame, and from when the log had it (the request's answer): both on this machine's one clock. `--hostile` has peers beside them that
never read, never finish a header, vanish, send 1 MB frames and garbage, and connect 10,000 times a second. With `--pid` the memory of
the serving process is shown. It ends with 1 where a frame is missing, a client was dropped, or the 99th percentile from request to frame
is longer than `--within` milliseconds (0: however long). One process holds all clients: it needs as many open files (`ulimit -n`)."""
import argparse
import base64
import http.client
import json
import multiprocessing
import os
import random
import select
import socket
import struct
import time
import urllib.parse
import uuid

KEY = base64.b64encode(bytes(16)).decode()


def masked(payload, opcode=1):
    """A client's frame; a mask of zeros is a mask."""
    size = len(payload)
    if size < 126:
        head = struct.pack(">BB", 0x80 | opcode, 0x80 | size)
    elif size < 65536:
        head = struct.pack(">BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack(">BBQ", 0x80 | opcode, 0x80 | 127, size)
    return head + bytes(4) + payload


def upgrade(host):
    return (f"GET /ws HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n").encode()


class Client:
    __slots__ = ("socket", "vehicle", "state", "buffer")

    def __init__(self, vehicle):
        self.vehicle, self.state, self.buffer = vehicle, "opening", b""


class Swarm:
    def __init__(self, address, clients, vehicles):
        self.address, self.vehicles = address, vehicles
        self.poll = select.epoll()
        self.clients = {}
        self.ready = self.dropped = self.missed = 0
        self.got = []  # (when it was published, when its frame was here)
        self.wanted = clients

    def open(self):
        begun, opened = time.time(), 0
        while self.ready < self.wanted and time.time() - begun < 120:
            while opened < self.wanted and opened - self.ready < 400:
                client = Client(self.vehicles[opened % len(self.vehicles)])
                client.socket = socket.socket()
                client.socket.setblocking(False)
                client.socket.connect_ex(self.address)
                self.clients[client.socket.fileno()] = client
                self.poll.register(client.socket, select.EPOLLOUT)
                opened += 1
            self.turn(0.1)
        return time.time() - begun

    def turn(self, patience):
        for descriptor, event in self.poll.poll(patience):
            client = self.clients.get(descriptor)
            if client is None:
                continue
            if client.state == "opening" and event & select.EPOLLOUT:
                client.socket.send(upgrade("%s:%d" % self.address))
                client.state = "upgrading"
                self.poll.modify(descriptor, select.EPOLLIN)
            elif event & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self.read(client)

    def read(self, client):
        try:
            data = client.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.dropped += 1
            self.poll.unregister(client.socket)
            del self.clients[client.socket.fileno()]
            client.socket.close()
            return
        now = time.time_ns()
        buffer = client.buffer + data
        if client.state == "upgrading":
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                client.buffer = buffer
                return
            if not buffer.startswith(b"HTTP/1.1 101"):
                raise SystemExit(f"the upgrade is refused: {buffer[:300]!r}")
            buffer = buffer[end + 4:]
            client.state = "open"
            client.socket.send(masked(json.dumps({"type": "subscribe", "entity_ids": [client.vehicle]}).encode()))
        while len(buffer) >= 2:
            opcode, size, start = buffer[0] & 15, buffer[1], 2
            if size == 126:
                if len(buffer) < 4:
                    break
                size, start = struct.unpack_from(">H", buffer, 2)[0], 4
            elif size == 127:
                raise SystemExit("a frame of more than 64 KiB")
            if len(buffer) < start + size:
                break
            frame, buffer = buffer[start:start + size], buffer[start + size:]
            if opcode == 9:
                client.socket.send(masked(frame, 10))
            elif frame.startswith(b'{"type":"event"'):
                at = frame.find(b'"sent":"') + 8
                self.got.append((int(frame[at:at + 19]), now))
            elif frame.startswith(b'{"type":"subscribed"'):
                self.ready += 1
            elif frame.startswith(b'{"type":"missed"'):
                self.missed += json.loads(frame)["count"]
            elif frame.startswith(b'{"type":"error"'):
                raise SystemExit(f"refused: {frame.decode()}")
        client.buffer = buffer


def publish(address, vehicles, rate, seconds, pipe):
    """Publishes fixes; sends back when each was asked for and when it was answered."""
    connection = http.client.HTTPConnection(*address)
    done, begun = [], time.time()
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        if due > time.time():
            time.sleep(due - time.time())
        vehicle = vehicles[number % len(vehicles)]
        sent = time.time_ns()
        body = {
            "event_type": "VEHICLE_LOCATION_UPDATED", "entity_id": vehicle, "metadata": {"sent": str(sent)},
            "data": {"vehicle_id": vehicle, "location": {"latitude": 29.76, "longitude": -95.37}, "speed": 55, "heading": 90},
        }
        connection.request("POST", "/api/events/publish", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 202:
            pipe.send(f"publishing: {answer.status} {text[:300]!r}")
            return
        done.append((sent, time.time_ns()))
    pipe.send(done)


def hostile(address, seconds):
    """Peers that nobody wants, for so long."""
    until, kept = time.time() + seconds, []

    def connect():
        peer = socket.socket()
        peer.settimeout(1)
        peer.connect(address)
        return peer

    everything = connect()
    everything.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    everything.send(upgrade("x") )
    everything.recv(4096)
    everything.send(masked(b'{"type":"subscribe"}'))  # and never reads again
    for _ in range(200):
        loris = connect()
        loris.send(b"GET / HTTP/1.1\r\nHost: x\r\nX")
        kept.append(loris)
        half = connect()
        half.send(upgrade("x"))
        kept.append(half)  # never answers a ping
    while time.time() < until:
        for loris in kept[::2]:
            try:
                loris.send(b"y")
            except OSError:
                pass
        for payload in (masked(b"x" * 1_000_000), os.urandom(4096), masked(b"\xc0\xaf"), b"\x81\x85abcd"):
            try:
                peer = connect()
                peer.send(upgrade("x"))
                peer.recv(4096)
                peer.sendall(payload)
            except OSError:
                pass
            kept.append(peer)
        try:
            peer = connect()
            peer.send(os.urandom(4096))
        except OSError:
            pass
        begun = time.time()
        for _ in range(2_000):  # about 10,000 a second: one burst of 2,000 in a fifth of a second
            try:
                connect().close()
            except OSError:
                pass
        time.sleep(max(0, 0.2 - (time.time() - begun)))
        while len(kept) > 1_200:
            kept.pop(400).close()


def quantiles(values):
    values = sorted(values)
    pick = lambda share: values[min(len(values) - 1, int(len(values) * share))] / 1e6
    return {"p50_ms": round(pick(0.5), 2), "p99_ms": round(pick(0.99), 2), "max_ms": round(values[-1] / 1e6, 2)} if values else {}


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    for name, value in (("clients", 10_000), ("groups", 100), ("rate", 100), ("seconds", 20), ("within", 100), ("pid", 0)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    url = urllib.parse.urlparse(options.url)
    address = (url.hostname, url.port)
    random.seed(7)
    vehicles = [str(uuid.UUID(int=random.getrandbits(128), version=4)) for _ in range(options.groups)]
    before = resident(options.pid) if options.pid else 0
    swarm = Swarm(address, options.clients, vehicles)
    took = swarm.open()
    held = resident(options.pid) if options.pid else 0
    foes = multiprocessing.Process(target=hostile, args=(address, options.seconds + 5), daemon=True)
    if options.hostile:
        foes.start()
        quiet = time.time() + 3
        while time.time() < quiet:
            swarm.turn(0.1)
    mine, theirs = multiprocessing.Pipe()
    publisher = multiprocessing.Process(target=publish, args=(address, vehicles, options.rate, options.seconds, theirs), daemon=True)
    publisher.start()
    until, done = time.time() + options.seconds + 30, None
    while time.time() < until:
        swarm.turn(0.2)
        if done is None and mine.poll():
            done = mine.recv()
            if isinstance(done, str):
                raise SystemExit(done)
            until = time.time() + 2
    answered = dict(done or [])
    result = {
        "clients": swarm.ready, "connected_in_s": round(took, 1), "dropped": swarm.dropped, "missed": swarm.missed,
        "events": len(answered), "frames": len(swarm.got), "frames_expected": sum(
            sum(1 for client in range(options.clients) if client % options.groups == number % options.groups) for number in range(len(answered))),
        "from_request": quantiles([here - sent for sent, here in swarm.got]),
        "from_log": quantiles([max(0, here - answered[sent]) for sent, here in swarm.got if sent in answered]),
    }
    if options.pid:
        result["resident_before"], result["resident_after"] = before, resident(options.pid)
        result["bytes_per_client"] = (held - before) // max(1, swarm.ready)
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:18} {value}")
    faults = [name for name in ("dropped", "missed") if result[name]]
    if result["frames"] != result["frames_expected"] or not result["events"]:
        faults.append("frames")
    if options.within and result["from_request"].get("p99_ms", options.within + 1) > options.within:
        faults.append("p99")
    if faults:
        raise SystemExit(f"not as promised: {', '.join(faults)}")


if __name__ == "__main__":
    main()
