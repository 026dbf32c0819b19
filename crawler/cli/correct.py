"""`avtoklaster correct`: a person's word on an article, stronger than any reading."""

from __future__ import annotations

from typing import Any

import click

from crawler.cli.articles import WHO_HELP, somebody
from crawler.cli.common import REGION, Settings, json_option, now, pass_settings, say
from crawler.cli.output import to_json
from crawler.errors import UsageError

_SHOWN = ("id", "url", "title", "published", "region", "story", "score", "reason")


@click.command(short_help="Corrects verdict, date, title, region, story or copy of an article, for good.")
@click.argument("article", metavar="ARTICLE")
@click.argument("field", metavar="FIELD")
@click.argument("value", metavar="[VALUE]", required=False)
@click.option("--withdraw", is_flag=True, help="Take back what was said of FIELD, instead of giving a VALUE.")
@click.option("--who", metavar="NAME", help=WHO_HELP)
@click.option("--note", default="", metavar="TEXT", help="Why.")
@json_option
@pass_settings
def command(
    settings: Settings, article: str, field: str, value: str | None, withdraw: bool, who: str | None, note: str, as_json: bool
) -> None:
    """Writes down a person's word on an ARTICLE, named by its id or address; no rereading, regrouping or import undoes it.

    \b
    FIELD    VALUE
    verdict  relevant or irrelevant
    date     2026-01-30 or 30.01.2026, ISO 8601 with an offset, or none
    title    any text
    region   a code as RU-KGD, or a name
    story    the id of a story, or new
    copy     the id of the article that this one is a copy of; or no, when ARTICLE is the address of a copy that is none

    The last word on a field counts. With --withdraw none does: what the newest reading says of it holds again. `avtoklaster query
    @corrected` lists what holds with who, when and why, `@withdrawn` what was taken back or overruled.
    """
    from storage import corrections, withdrawing

    if (value is None) != withdraw:
        raise UsageError("give a VALUE, or --withdraw to take back what was said; one of them.")
    if value is not None and field == "region":
        value = REGION.convert(value, None, click.get_current_context())
    by = somebody(who)
    try:
        with settings.open() as archive:
            if value is None:
                row = withdrawing.withdraw(archive, article, field, who=by, note=note, now=now())
            else:
                row = corrections.correct(archive, article, field, value, who=by, note=note, now=now())
    except (LookupError, ValueError) as error:
        raise UsageError(f"{error.args[0]}.") from None
    if as_json:
        click.echo(to_json({name: row[name] for name in _SHOWN}))
        return
    say(f"{row['id']}  {row['title']}: {field} is now {_told(row, field) if value is None else value}.")


def _told(row: dict[str, Any], field: str) -> str:
    """What holds of a field again, after what a person said was taken back."""
    if field == "copy":
        return "what the next reading or `regroup` finds"
    if field == "verdict":
        return f"{row['reason'] or 'by its score'} ({row['score']})"
    return str(row["published" if field == "date" else field] or "none")
