"""`python -m sample_data`: make a data set."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from sample_data.folder import DatasetCard
from sample_data.from_daily import from_daily
from sample_data.generate import generate, last_days

cli = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Make a data set for the simulators.",
)


@cli.callback(invoke_without_command=True)
def invent(  # noqa: PLR0917 - typer reads the options from here
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder to write.")] = Path("sample"),
    packages: Annotated[int, typer.Option(min=1, help="How many packages.")] = 2000,
    days: Annotated[int, typer.Option(min=2, help="How many days of downloads.")] = 400,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    last_day: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Newest day.")
    ] = datetime(2026, 11, 22),
    downloads_only: Annotated[
        bool, typer.Option("--downloads-only", help="Leave out PyPI, GitHub and OSV.")
    ] = False,
) -> None:
    """Invent a data set from a seed."""
    if context.invoked_subcommand is None:
        calendar = last_days(last_day.date(), days)
        _tell(out, generate(out, packages, calendar, seed, downloads_only))


@cli.command("from-daily")
def build_from_daily(
    daily: Annotated[Path, typer.Option(help="Parquet file: project, day, downloads.")],
    out: Annotated[Path, typer.Option(help="Folder to write.")],
) -> None:
    """Build a data set around a real file of daily counts."""
    _tell(out, from_daily(daily, out))


def _tell(folder: Path, card: DatasetCard) -> None:
    typer.echo(f"{folder}: {card.packages} packages, {card.first_day} to {card.last_day}")


if __name__ == "__main__":
    cli()
