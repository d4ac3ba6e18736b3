#!/bin/sh
# Writes the database into a file of today's name, whole or not at all, and keeps thirty days.
set -eu
PGPASSWORD=$(cat /run/secrets/postgres-scorer_password)
export PGPASSWORD
name=/backups/pypi_stats-$(date -u +%F).dump
pg_dump --format=custom --file="$name.new"
pg_restore --list "$name.new" > /dev/null
mv "$name.new" "$name"
find /backups -name 'pypi_stats-*.dump' -mtime +30 -delete
