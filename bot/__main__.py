"""The command line: `python -m bot …`. Every command imports what it needs when it is called."""
# ruff: noqa: PLC0415 - importing everything at the top would make --help wait for aiogram

from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # colours and frames take half the time of --help
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


@app.command("export-roster")
def export_roster(
    file: Annotated[Path, typer.Argument(help="The XLSX or CSV file to write.")],
    *,
    unit: Annotated[str | None, typer.Option(help="Only this unit and what lies below it.")] = None,
) -> None:
    """Write the list of people as import-roster takes it."""
    from bot.commands.roster_exports import export_roster as go

    raise typer.Exit(go(file, unit=unit))


@app.command("import-units")
def import_units(
    file: Annotated[Path, typer.Argument(help="An XLSX or CSV file: above, name, kind, new name …")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would change.")] = False,
) -> None:
    """Make, rename, move and archive units from a sheet: all rows, or none."""
    from bot.commands.units import import_units as go

    raise typer.Exit(go(file, dry_run=dry_run))


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


@app.command()
def audit(
    search: Annotated[
        list[str] | None, typer.Argument(help="A name, an act, a day or period: 王芳 2026-11.")
    ] = None,
    *,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write a CSV instead.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write a workbook instead.")] = None,
) -> None:
    """Print the trail of who changed what, the newest first."""
    from bot.commands.trail import audit as go

    raise typer.Exit(go(search or [], csv, xlsx))


LARGEST = 2**63 - 1  # what a database takes for an id
deliveries = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Messages held, dead or waiting to be sent."
)
app.add_typer(deliveries, name="deliveries")
updates = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Incoming updates that failed three times."
)
app.add_typer(updates, name="updates")
erased = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Digests of the erased, for after a restore."
)
app.add_typer(erased, name="erased")

Where = Annotated[
    Literal["held", "dead", "ready"],
    typer.Option("--state", help="Held: nobody knows whether they arrived. Dead: they could not be sent."),
]
Stuck = Annotated[Literal["held", "dead"], typer.Option("--state", help="Of a --cause: which of the two.")]
OfCause = Annotated[
    str | None,
    typer.Option("--cause", help="A cause as listed, or its beginning: topic:12, topic:12/2026-W45."),
]
Ids = Annotated[list[int] | None, typer.Argument(help="Ids as listed.", min=0, max=LARGEST)]
UpdateIds = Annotated[list[int], typer.Argument(help="Ids as listed.", min=0, max=LARGEST)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@deliveries.command("list")
def list_deliveries(*, state: Where = "held", cause: OfCause = None, as_json: AsJson = False) -> None:
    """Print what waits for a person: what, to whom by unit, since when and why."""
    from bot.commands.deliveries import list_them
    from domain.held import Shelf

    raise typer.Exit(list_them(Shelf(state), cause, as_json=as_json))


@deliveries.command("resend")
def resend_deliveries(ids: Ids = None, *, cause: OfCause = None, state: Stuck = "held") -> None:
    """Send them again; what was held owns up that it may be a repeat."""
    from bot.commands.deliveries import decide
    from domain.held import Decision, Shelf

    raise typer.Exit(decide(Decision.RESEND, ids or [], cause, Shelf(state)))


@deliveries.command("drop")
def drop_deliveries(ids: Ids = None, *, cause: OfCause = None, state: Where = "held") -> None:
    """Owe them to nobody any more."""
    from bot.commands.deliveries import decide
    from domain.held import Decision, Shelf

    raise typer.Exit(decide(Decision.DROP, ids or [], cause, Shelf(state)))


@updates.command("list")
def list_updates(*, as_json: AsJson = False) -> None:
    """Print the parked updates: kind, when, and the class of the fault."""
    from bot.commands.updates import list_them

    raise typer.Exit(list_them(as_json=as_json))


@updates.command("retry")
def retry_updates(ids: UpdateIds) -> None:
    """Let the running bot take them up once more."""
    from bot.commands.updates import decide
    from domain.held import Decision

    raise typer.Exit(decide(Decision.RESEND, ids))


@updates.command("drop")
def drop_updates(ids: UpdateIds) -> None:
    """Be done with them."""
    from bot.commands.updates import decide
    from domain.held import Decision

    raise typer.Exit(decide(Decision.DROP, ids))


@erased.command("list")
def list_erased() -> None:
    """Print the digests of everybody erased: keep them apart from the backups."""
    from bot.commands.erased import list_them

    raise typer.Exit(list_them())


@erased.command("again")
def erase_again(
    file: Annotated[Path, typer.Argument(help="What `erased list` printed.")],
) -> None:
    """After an older copy was restored: erase once more whom it brought back."""
    from bot.commands.erased import erase_again as go

    raise typer.Exit(go(file))


if __name__ == "__main__":
    app(prog_name="python -m bot")
