#!/bin/sh
# Writes the database into a file of today's name, whole or not at all, and keeps thirty days.
set -eu
PGPASSWORD=$(cat "$CREDENTIALS_DIRECTORY/scorer_password")
export PGPASSWORD
name=$STATE_DIRECTORY/pypi_stats-$(date -u +%F).dump
pg_dump --host=127.0.0.1 --username=scorer --format=custom --file="$name.new" pypi_stats
pg_restore --list "$name.new" > /dev/null
mv "$name.new" "$name"
find "$STATE_DIRECTORY" -name 'pypi_stats-*.dump' -mtime +30 -delete
