"""Talks to a listener that says back what it hears, with a client library that is not ours. Usage: websocket_client.py PORT
Prints "ok" when all that it tried was as RFC 6455 and RFC 7692 have it."""
import asyncio
import sys

import websockets

URL = f"ws://127.0.0.1:{sys.argv[1]}/ws"
TEXT = "ünïcödé " * 1000


async def talk(**options):
    async with websockets.connect(URL, **options) as socket:
        for text in ["", "a", TEXT]:
            await socket.send(text)
            assert await socket.recv() == text
        await socket.send([TEXT[:10], TEXT[10:4000], TEXT[4000:]])
        assert await socket.recv() == TEXT
        await (await socket.ping())
        return socket


async def refused_over_limit():
    async with websockets.connect(URL, max_size=None) as socket:
        await socket.send("x" * 70_000)
        try:
            await socket.recv()
        except websockets.ConnectionClosed as closed:
            assert closed.rcvd.code == 1009, closed
            return
    raise AssertionError("a message over the limit is taken")


async def main():
    plain = await talk(compression=None)
    assert plain.close_code == 1000
    squeezed = await talk(compression="deflate")
    assert "permessage-deflate" in squeezed.response.headers["Sec-WebSocket-Extensions"]
    chosen = await talk(subprotocols=["other", "linehaul"])
    assert chosen.subprotocol == "linehaul"
    await refused_over_limit()
    sockets = await asyncio.gather(*(websockets.connect(URL) for _ in range(200)))
    for number, socket in enumerate(sockets):
        await socket.send(str(number))
    assert [await socket.recv() for socket in sockets] == [str(number) for number in range(200)]
    await asyncio.gather(*(socket.close() for socket in sockets))
    print("ok")


asyncio.run(main())
