"""Invented package names that read like names: two plain words and the shape of a package name."""

import numpy as np

FIRST = (  # noqa: SIM905 - a list of words reads best as a text
    "amber ash aspen birch bramble bright bronze calm cedar chalk clover cobalt copper coral "
    "crimson dawn drift dusk ember fern flint frost gold granite green grey harbor hazel heather "
    "hollow indigo iron ivory jade juniper larch lilac linen lunar maple marble meadow mellow mist "
    "moss night north oak ochre olive opal orchard pale pebble pine plum quartz quiet rain river "
    "rose rowan rust saffron sage salt sand scarlet shale silver slate smoke snow solar south "
    "spruce steel stone sun swift teal thistle thorn tidal timber topaz umber velvet violet west "
    "wild willow winter"
).split()

SECOND = (  # noqa: SIM905
    "anchor arch badger bank barn basin beacon bell bird bloom bluff bow branch bridge brook cairn "
    "cliff coast cove crane creek crest crow dale dell dove falcon fell field finch fjord ford "
    "forge fox gate glade glen grove gull harp hawk haven heron hill horn isle jay keep kite knoll "
    "lake lantern lark ledge lodge loft loom lynx marsh martin mast mead mill moor otter owl path "
    "peak pike pier plover point pond port quay quill raven reed reef ridge rill robin rook root "
    "sail shore spire spring star stork strand summit swan tarn tern tide trail vale wharf wheel "
    "wick wing wood wren yard"
).split()

PURPOSES = {
    "cache": "Caching with time limits and tags",
    "queue": "A small job queue with retries",
    "schema": "Schemas and their checks for plain dictionaries",
    "config": "Layered configuration from files and environment",
    "auth": "Sign-in, tokens and permissions",
    "metrics": "Counters and timings for services",
    "logger": "Log lines that machines and people can read",
    "parser": "A forgiving parser for configuration formats",
    "http": "A thin layer over HTTP with sane timeouts",
    "grpc": "Conveniences around remote procedure calls",
    "sql": "SQL files as functions",
    "csv": "Large CSV files in little memory",
    "geo": "Distances, bounds and tiles",
    "audio": "Read and cut sound files",
    "plot": "Quick charts for notebooks",
    "mail": "Compose and send e-mail",
    "pdf": "Take text and tables out of PDF files",
    "graph": "Graph searches over plain data",
    "stream": "Pipelines over unbounded streams",
    "vault": "Secrets kept out of source code",
    "bot": "A framework for chat bots",
    "cli": "Commands from annotated functions",
    "sdk": "Client for a hosted service",
    "llm": "Prompts, tools and answers of language models",
    "tabular": "Features for models over tables",
    "vision": "Pictures in, labels out",
    "nlp": "Tokens, sentences and entities",
    "sync": "Two folders made equal",
    "storage": "Objects in buckets, wherever they are",
    "cron": "Schedules in plain words",
}

SHAPES = (
    "{a}{b}",
    "{a}-{b}",
    "py{a}{b}",
    "{a}{b}kit",
    "django-{a}{b}",
    "flask-{a}{b}",
    "pytest-{a}{b}",
    "fastapi-{a}{b}",
    "sphinx-{a}{b}",
    "airflow-provider-{a}{b}",
    "{a}{b}-client",
    "{a}{b}-core",
)


def invent_names(count: int, taken: set[str], random: np.random.Generator) -> list[tuple[str, str]]:
    """`count` different (name, purpose) pairs, none of them taken; `purpose` keys PURPOSES.

    Short shapes come first; a name carries its purpose only when the short ones are used up.
    """
    purposes = list(PURPOSES)
    names: list[tuple[str, str]] = []
    for shapes in (SHAPES, tuple(f"{shape}-{{purpose}}" for shape in SHAPES)):
        per_pair = len(shapes) * (len(purposes) if shapes is not SHAPES else 1)
        for number in random.permutation(len(FIRST) * len(SECOND) * per_pair).tolist():
            if len(names) == count:
                return names
            pair, variant = divmod(number, per_pair)
            shape, purpose = _shape_and_purpose(shapes, purposes, variant, pair)
            a, b = FIRST[pair % len(FIRST)], SECOND[pair // len(FIRST)]
            name = shape.format(a=a, b=b, purpose=purpose)
            if name not in taken:
                names.append((name, purpose))
    raise ValueError(f"at most {len(names)} invented names can be made, {count} were asked for")


def _shape_and_purpose(
    shapes: tuple[str, ...], purposes: list[str], variant: int, pair: int
) -> tuple[str, str]:
    if shapes is SHAPES:
        return shapes[variant], purposes[(pair + variant) % len(purposes)]
    return shapes[variant % len(shapes)], purposes[variant // len(shapes)]
