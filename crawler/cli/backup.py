"""`avtoklaster backup`: a checked copy of the archive while it is in use, and the way back."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.cli.common import Settings, json_option, now, pass_settings, say, size_text
from crawler.cli.output import to_json
from crawler.errors import UsageError


@click.command(short_help="Makes a checked copy of the archive while it is in use, or puts one back.")
@click.argument("target", required=False, metavar="[FILE-OR-FOLDER]")
@click.option("--keep", type=click.IntRange(min=1), help="Keep only so many of the newest backups in the folder.")
@click.option("--restore", "restored", metavar="BACKUP", help="Put this backup in the place of the archive.")
@click.option("--check", "checked", metavar="BACKUP", help="Only read this backup to its last page and say whether it is whole.")
@json_option
@pass_settings
def command(
    settings: Settings, target: str | None, keep: int | None, restored: str | None, checked: str | None, as_json: bool
) -> None:
    """Makes a copy of the archive that can be trusted.

    Crawls may go on meanwhile: the copy is the archive of one moment. It appears under its name only after SQLite's integrity
    check has passed and it is on the disk. Without a name it is put beside the archive; in a folder it is named after archive
    and time, and --keep N removes older ones of that form.

    --restore puts a backup in the archive's place after checking it; the present archive is itself backed up beside it first,
    and whoever reads meanwhile sees the old or the new one, never half. Stop the daemon before: what it finds afterwards goes
    into the restored archive.
    """
    from storage import backups

    if sum(map(bool, (target, restored, checked))) > 1 or (keep and (restored or checked)):
        raise UsageError("make, --restore and --check are three different things: ask for one of them.")
    if checked:
        rows = backups.check(Path(checked))
        _report(f"{checked} is whole", {"file": checked, "size": Path(checked).stat().st_size, "rows": rows}, as_json)
    elif restored:
        done, kept = backups.restore(settings.archive, Path(restored), now=now())
        words = f"{settings.archive} is now {restored}" + (f"; what was there is {kept}" if kept else "")
        found: dict[str, object] = {
            "file": str(settings.archive),
            "from": restored,
            "kept": str(kept) if kept else None,
            "rows": done.rows,
        }
        _report(words, found, as_json)
    else:
        file = _target(settings.archive, target)
        made = backups.make(settings.archive, file)
        removed = backups.rotate(file.parent, f"{settings.archive.stem}-????????T??????Z.db", keep) if keep else []
        words = f"{made.file}, {size_text(made.size)}, checked" + (f"; {len(removed)} older removed" if removed else "")
        gone = [str(old) for old in removed]
        _report(words, {"file": str(made.file), "size": made.size, "rows": made.rows, "removed": gone}, as_json)


def _target(archive: Path, named: str | None) -> Path:
    own = f"{archive.stem}-{now().strftime('%Y%m%dT%H%M%SZ')}.db"
    if named is None:
        return archive.with_name(own)
    return Path(named) / own if Path(named).is_dir() else Path(named)


def _report(words: str, found: dict[str, object], as_json: bool) -> None:
    if as_json:
        click.echo(to_json(found))
        return
    rows = found["rows"]
    assert isinstance(rows, dict)
    say(f"{words}: " + ", ".join(f"{count} {table}" for table, count in rows.items()) + ".")
