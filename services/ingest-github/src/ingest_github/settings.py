"""All settings of ingest-github."""

from pydantic import Field, SecretStr

from servicekit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Addresses, credentials and limits; read from the environment."""

    pypi_url: str = Field(
        "https://pypi.org", description="Where PyPI's JSON and Simple APIs answer."
    )
    github_url: str = Field("https://api.github.com", description="Where GitHub's API answers.")
    github_tokens: SecretStr = Field(
        SecretStr(""),
        description="Access tokens, parted by commas; without one GitHub grants 60 an hour.",
    )
    user_agent: str = Field(
        "pypi-stats/0.1 (no contact given)",
        description="Name sent to PyPI and GitHub; put a contact address in it.",
    )
    work_concurrency: int = Field(2, description="Work messages carried out side by side.")
    pypi_concurrency: int = Field(6, description="Requests to PyPI under way at once.")
    github_concurrency: int = Field(16, description="Requests to GitHub under way at once.")
    request_timeout: float = Field(
        20.0,
        description="Seconds an answer may be silent; as a whole it may take three times as long.",
    )
    index_timeout: float = Field(600.0, description="The same for PyPI's list of all names.")
    largest_index: int = Field(
        512_000_000, description="Bytes of the list of all names above which it is not read."
    )
    largest_document: int = Field(
        64_000_000, description="Bytes of a package's document above which it is not read."
    )
    largest_answer: int = Field(
        16_000_000, description="Bytes of an answer of GitHub above which it is not read."
    )
    github_burst_share: float = Field(
        0.1,
        description="Share of a token's hourly quota spent at once; the rest is spread over the"
        " hour. 1 spreads nothing.",
    )
    github_requests_per_minute: int = Field(
        600, description="Most requests a minute with one token; GitHub's own limit is 900."
    )
    github_longest_wait: float = Field(
        3900.0,
        description="Seconds a request may wait for quota; beyond, repositories are skipped.",
    )
    recent_seconds: float = Field(
        900.0, description="Seconds for which a repository just read is not asked for again."
    )

    @property
    def tokens(self) -> list[str]:
        """The access tokens, without repetition."""
        given = self.github_tokens.get_secret_value().split(",")
        return list(dict.fromkeys(token.strip() for token in given if token.strip()))
