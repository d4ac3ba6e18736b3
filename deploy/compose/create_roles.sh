#!/bin/sh
# Run once, when PostgreSQL's folder is made: the two roles and the database.
set -eu
SCORER_PASSWORD=$(cat /run/secrets/postgres-scorer_password)
API_PASSWORD=$(cat /run/secrets/postgres-api_password)
export SCORER_PASSWORD API_PASSWORD
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username=postgres --file=/create_roles.sql
