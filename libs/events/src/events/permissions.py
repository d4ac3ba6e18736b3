"""What each user of the bus may publish and subscribe to, derived from the topology."""

from events.topology import USERS, Durable, User

BOOTSTRAP_SUBJECTS = (
    "$JS.API.INFO",
    "$JS.API.STREAM.INFO.*",
    "$JS.API.STREAM.CREATE.*",
    "$JS.API.STREAM.UPDATE.*",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.LIST",
    "$JS.API.CONSUMER.INFO.*.*",
    "$JS.API.CONSUMER.CREATE.>",
    "$JS.API.CONSUMER.DURABLE.CREATE.*.*",
)


def inbox_prefix(user: str) -> str:
    """Prefix of the user's own reply subjects, so that nobody reads another's answers."""
    return f"_INBOX_{user}"


def _reading(durable: Durable) -> tuple[str, ...]:
    place = f"{durable.stream}.{durable.name}"
    return (
        f"$JS.API.CONSUMER.INFO.{place}",
        f"$JS.API.CONSUMER.MSG.NEXT.{place}",
        f"$JS.ACK.{place}.>",
    )


def publish_subjects(user: User) -> list[str]:
    """All subjects the user may publish to."""
    own = [subject.name for subject in user.publishes]
    reading = [name for durable in user.durables for name in _reading(durable)]
    return own + reading + list(BOOTSTRAP_SUBJECTS if user.creates else ())


def subscribe_subjects(user: User) -> list[str]:
    """All subjects the user may subscribe to: its own inbox."""
    return [f"{inbox_prefix(user.name)}.>"]


def password_variable(user: str) -> str:
    """Environment variable from which the server takes the user's password."""
    return f"NATS_{user.upper().replace('-', '_')}_PASSWORD"


def users_block() -> str:
    """Return the server's `authorization` block; passwords are taken from its environment."""
    users = ",\n".join(_user_block(user) for user in USERS)
    return (
        "authorization {\n"
        '  default_permissions: { publish: { deny: ">" }, subscribe: { deny: ">" } }\n'
        f"  users: [\n{users}\n  ]\n}}\n"
    )


def _user_block(user: User) -> str:
    publish = ", ".join(f'"{name}"' for name in publish_subjects(user))
    subscribe = ", ".join(f'"{name}"' for name in subscribe_subjects(user))
    return (
        f"    {{ user: {user.name}, password: ${password_variable(user.name)}, permissions: {{\n"
        f"        publish: {{ allow: [{publish}] }},\n"
        f"        subscribe: {{ allow: [{subscribe}] }} }} }}"
    )
