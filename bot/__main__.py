"""The command line: `python -m bot …`. Every command imports what it needs when it is called."""
# ruff: noqa: PLC0415 - importing everything at the top would make --help wait for aiogram

from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Banxue: the study and activity routine of an organisation, in chat.",
)

UnitPath = Annotated[str, typer.Option("--unit", help="Names from the root down, separated by /.")]


@app.command()
def run() -> None:
    """Run the bot until it is told to stop."""
    from bot.commands.run import run as go

    raise typer.Exit(go())


@app.command()
def migrate() -> None:
    """Bring the database to the newest revision, after a backup."""
    from bot.commands.migrate import migrate as go

    raise typer.Exit(go())


@app.command()
def doctor() -> None:
    """Check settings, database, migrations, token and clock: a line each; exit 1 on a fault."""
    from bot.commands.doctor import doctor as go

    raise typer.Exit(go())


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(installed("banxue"))


@app.command("import-roster")
def import_roster(
    file: Annotated[Path, typer.Argument(help="An XLSX or CSV file.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would change.")] = False,
    unit: Annotated[str | None, typer.Option(help="The unit of rows that name none.")] = None,
    end_missing: Annotated[
        bool, typer.Option("--end-missing", help="End those absent from the file.")
    ] = False,
) -> None:
    """Take the organisation's own list of people: all of it, or nothing."""
    from bot.commands.rosters import import_roster as go

    raise typer.Exit(go(file, dry_run=dry_run, unit=unit, end_missing=end_missing))


@app.command()
def invite(
    unit: UnitPath,
    *,
    personal: Annotated[bool, typer.Option("--personal", help="A one-use link for each roster row.")] = False,
    out: Annotated[Path | None, typer.Option(help="A folder for the sheet of personal links.")] = None,
    bot_username: Annotated[str | None, typer.Option(help="The platform is asked if not given.")] = None,
) -> None:
    """Make a shared join link, or personal ones."""
    from bot.commands.invites import invite as go

    raise typer.Exit(go(unit, personal=personal, out=out, bot_username=bot_username))


@app.command("admin-code")
def admin_code(
    bot_username: Annotated[str | None, typer.Option(help="Print the code as a link as well.")] = None,
) -> None:
    """Print a one-time code; who sends it as /start <code> becomes the first administrator."""
    from bot.commands.invites import admin_code as go

    raise typer.Exit(go(bot_username=bot_username))


@app.command()
def summary(
    unit: UnitPath,
    period: Annotated[str, typer.Option(help="2026-11, 2026-Q4, 2026, last-month …")],
    xlsx: Annotated[Path | None, typer.Option(help="Write a workbook as well.")] = None,
    locale: Annotated[Literal["zh", "en"] | None, typer.Option(help="DEFAULT_LOCALE if not given.")] = None,
) -> None:
    """Print the figures of a unit and period."""
    from bot.commands.summaries import summary as go

    raise typer.Exit(go(unit, period, xlsx, locale))


if __name__ == "__main__":
    app(prog_name="python -m bot")
