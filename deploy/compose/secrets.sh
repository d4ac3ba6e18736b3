#!/bin/sh
# Made by `make generate` from the manifests below deploy/k8s; do not edit.
# Makes every secret in a folder. Run again, it keeps what is there: a word that you write into
# words/NAME yourself, as a token of GitHub's, comes into its place then.
set -eu
umask 077
folder=${1:?say where the secrets are to be}
mkdir -p "$folder/words"
random() {
  [ -e "$folder/words/$1" ] || printf 'p%s' "$(openssl rand -hex 24)" > "$folder/words/$1"
  cat "$folder/words/$1"
}
given() {
  [ -e "$folder/words/$1" ] || : > "$folder/words/$1"
  cat "$folder/words/$1"
}
put() {
  mkdir -p "$folder/${1%/*}"
  printf '%s' "$2" > "$folder/$1.new"
  chmod 0444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
}

NATS_BOOTSTRAP_PASSWORD=$(random NATS_BOOTSTRAP_PASSWORD)
NATS_OPERATOR_PASSWORD=$(random NATS_OPERATOR_PASSWORD)
NATS_INGEST_DOWNLOADS_PASSWORD=$(random NATS_INGEST_DOWNLOADS_PASSWORD)
NATS_INGEST_GITHUB_PASSWORD=$(random NATS_INGEST_GITHUB_PASSWORD)
NATS_SECURITY_SCAN_PASSWORD=$(random NATS_SECURITY_SCAN_PASSWORD)
NATS_SCORER_PASSWORD=$(random NATS_SCORER_PASSWORD)
NATS_CACHE_WARMER_PASSWORD=$(random NATS_CACHE_WARMER_PASSWORD)
POSTGRES_SCORER_PASSWORD=$(random POSTGRES_SCORER_PASSWORD)
POSTGRES_API_PASSWORD=$(random POSTGRES_API_PASSWORD)
VALKEY_PASSWORD=$(random VALKEY_PASSWORD)
WARM_TOKEN=$(random WARM_TOKEN)
POSTGRES_ADMINISTRATOR_PASSWORD=$(random POSTGRES_ADMINISTRATOR_PASSWORD)
# ClickHouse's user of values.env; empty on the public server.
CLICKHOUSE_PASSWORD=$(given CLICKHOUSE_PASSWORD)
# GitHub's access tokens, without any right, separated by commas; each grants 5,000 requests an hour. Empty: 60 an hour, and most repositories stay unknown.
GITHUB_TOKENS=$(given GITHUB_TOKENS)
# Cloudflare's token that may purge the zone of values.env; empty: no purge.
PURGE_TOKEN=$(given PURGE_TOKEN)

put migrations/database_url "postgresql://scorer:${POSTGRES_SCORER_PASSWORD}@postgres:5432/pypi_stats"
put bootstrap/nats_password "${NATS_BOOTSTRAP_PASSWORD}"
put scorer/nats_password "${NATS_SCORER_PASSWORD}"
put scorer/database_url "postgresql://scorer:${POSTGRES_SCORER_PASSWORD}@postgres:5432/pypi_stats"
put ingest-downloads/nats_password "${NATS_INGEST_DOWNLOADS_PASSWORD}"
put ingest-downloads/clickhouse_password "${CLICKHOUSE_PASSWORD}"
put ingest-github/nats_password "${NATS_INGEST_GITHUB_PASSWORD}"
put ingest-github/github_tokens "${GITHUB_TOKENS}"
put security-scan/nats_password "${NATS_SECURITY_SCAN_PASSWORD}"
put api/database_url "postgresql://api:${POSTGRES_API_PASSWORD}@postgres:5432/pypi_stats"
put api/redis_url "redis://:${VALKEY_PASSWORD}@valkey:6379/0"
put api/warm_token "${WARM_TOKEN}"
put cache-warmer/nats_password "${NATS_CACHE_WARMER_PASSWORD}"
put cache-warmer/redis_url "redis://:${VALKEY_PASSWORD}@valkey:6379/0"
put cache-warmer/warm_token "${WARM_TOKEN}"
put cache-warmer/purge_token "${PURGE_TOKEN}"
put scheduler/nats_password "${NATS_OPERATOR_PASSWORD}"
put scheduler/database_url "postgresql://api:${POSTGRES_API_PASSWORD}@postgres:5432/pypi_stats"
put nats/passwords.conf "NATS_BOOTSTRAP_PASSWORD: ${NATS_BOOTSTRAP_PASSWORD}
NATS_OPERATOR_PASSWORD: ${NATS_OPERATOR_PASSWORD}
NATS_INGEST_DOWNLOADS_PASSWORD: ${NATS_INGEST_DOWNLOADS_PASSWORD}
NATS_INGEST_GITHUB_PASSWORD: ${NATS_INGEST_GITHUB_PASSWORD}
NATS_SECURITY_SCAN_PASSWORD: ${NATS_SECURITY_SCAN_PASSWORD}
NATS_SCORER_PASSWORD: ${NATS_SCORER_PASSWORD}
NATS_CACHE_WARMER_PASSWORD: ${NATS_CACHE_WARMER_PASSWORD}
"
put valkey/valkey.conf "maxmemory 768mb
maxmemory-policy allkeys-lru
save \"\"
appendonly no
requirepass ${VALKEY_PASSWORD}
"
put postgres/administrator_password "$POSTGRES_ADMINISTRATOR_PASSWORD"
put postgres/scorer_password "$POSTGRES_SCORER_PASSWORD"
put postgres/api_password "$POSTGRES_API_PASSWORD"
