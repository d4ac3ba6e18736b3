"""The script that makes every secret of one host, each in the file of the part that reads it."""

from collections.abc import Iterator, Mapping

import yaml

from devstack.codegen.one_host.parts import (
    K8S,
    Part,
    given_secrets,
    jobs,
    random_secrets,
    scheduler,
    services,
)

HEAD = """\
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
  chmod MODE "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
}

"""

POSTGRES = {
    "administrator_password": "POSTGRES_ADMINISTRATOR_PASSWORD",
    "scorer_password": "POSTGRES_SCORER_PASSWORD",
    "api_password": "POSTGRES_API_PASSWORD",
}
"""File that PostgreSQL is made with to the word in it."""


def secret_script(places: Mapping[str, str], mode: str) -> str:
    """Return the script; `places` turns a cluster's addresses into those of the host.

    `mode` is that of the files: containers read theirs as a user of their own.
    """
    names = [*random_secrets(), "POSTGRES_ADMINISTRATOR_PASSWORD"]
    lines = [f"{name}=$(random {name})" for name in names]
    for name, comment in given_secrets():
        lines += [f"# {comment}", f"{name}=$(given {name})"]
    return HEAD.replace("MODE", mode) + "\n".join([*lines, "", *_files(places)]) + "\n"


def every_part() -> list[Part]:
    """Return all processes of ours."""
    return [*jobs(), *services(), scheduler()]


def valkey_options() -> str:
    """Return the cache's configuration, without its password."""
    values = yaml.safe_load((K8S / "distributions" / "valkey.yaml").read_text())
    return str(values["valkeyConfig"])


def replaced(text: str, places: Mapping[str, str]) -> str:
    """Return a text with a cluster's addresses replaced by the host's."""
    for place, ours in places.items():
        text = text.replace(place, ours)
    return text


def _files(places: Mapping[str, str]) -> Iterator[str]:
    for part in every_part():
        for file, text in part.secrets.items():
            yield f'put {part.name}/{file} "{_shell(replaced(text, places))}"'
    nats = [name for name in random_secrets() if name.startswith("NATS_")]
    yield _put("nats/passwords.conf", *(f"{name}: @{name}@" for name in nats))
    options = valkey_options().splitlines()
    yield _put("valkey/valkey.conf", *options, "requirepass @VALKEY_PASSWORD@")
    for file, word in POSTGRES.items():
        yield f'put postgres/{file} "${word}"'


def _put(file: str, *lines: str) -> str:
    text = "\n".join(line.replace('"', '\\"') for line in lines)
    return f'put {file} "{_shell(text)}\n"'


def _shell(text: str) -> str:
    """Turn `@NAME@` into the shell's variable."""
    first, *rest = text.split("@")
    made = first
    for at, each in enumerate(rest):
        name = each.isupper() and each.replace("_", "").isalpha()
        made += f"${{{each}}}" if name else (each if rest[at - 1].isupper() and at else f"@{each}")
    return made
