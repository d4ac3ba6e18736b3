"""`python -m simulators`: play the sources of a data set."""

from pathlib import Path
from typing import Annotated

import typer

from simulators.app import Settings, run
from simulators.dataset import DatasetError
from simulators.github.limits import LimitSettings

UNUSABLE = 78
"""Exit status of a program that what it was given keeps from starting (EX_CONFIG of sysexits.h)."""

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Port = Annotated[int | None, typer.Option(min=0, help="Port; 0 takes a free one.")]


@cli.command()
def main(  # noqa: PLR0917 - typer reads the options from here
    data: Annotated[Path, typer.Option(help="Data set folder.")],
    clickhouse_port: Port = None,
    bigquery_port: Port = None,
    pypi_port: Port = None,
    github_port: Port = None,
    osv_port: Port = None,
    state: Annotated[
        Path | None, typer.Option(help="Keeps the loaded database; else a temporary folder.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    clock_speed: Annotated[float, typer.Option(help="Simulated seconds in a real one.")] = 1.0,
    github_hourly: Annotated[int, typer.Option(help="Requests an hour and token.")] = 5000,
    github_per_minute: Annotated[int, typer.Option(help="Points a minute and token.")] = 900,
) -> None:
    """Play the sources of a data set; one that is given no port is left out."""
    ports = {
        "clickhouse": clickhouse_port,
        "bigquery": bigquery_port,
        "pypi": pypi_port,
        "github": github_port,
        "osv": osv_port,
    }
    settings = Settings(
        data=data,
        host=host,
        ports={name: port for name, port in ports.items() if port is not None},
        state=state,
        clock_speed=clock_speed,
        github_limits=LimitSettings(github_hourly, github_per_minute),
    )
    try:
        run(settings)
    except DatasetError as error:
        typer.echo(f"the data set cannot be played: {error}", err=True)
        raise typer.Exit(UNUSABLE) from error
    except OSError as error:
        typer.echo(f"simulators: {error}", err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    cli()
