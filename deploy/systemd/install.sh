#!/bin/sh
# Made by `make generate` from the manifests below deploy/k8s; do not edit.
# Makes the environment of each part from its own lock, by hash; run again after an upgrade.
set -eu
cd /opt/pypi-stats
for part in api cache-warmer ingest-downloads ingest-github operate scorer security-scan; do
  python3.11 -m venv --clear "venv/$part"
  "venv/$part/bin/pip" install --quiet --no-cache-dir --only-binary :all: --no-deps \
    --require-hashes -r "deploy/requirements/$part.lock"
  "venv/$part/bin/pip" check
done
cp deploy/systemd/pypi-stats*.service deploy/systemd/pypi-stats*.timer \
  deploy/systemd/pypi-stats.target /etc/systemd/system/
systemctl daemon-reload
