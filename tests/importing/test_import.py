"""`import`: articles that others collected, judged and stored on the way of our own."""

import gzip
import json
import multiprocessing
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import crawler.importing
import crawler.processing
import crawler.workers
from storage import corrections, forgetting, open_archive
from tests.cli.archives import NOW
from tests.cli.conftest import ROOT, Run, environment

PLANT = (
    "В особой экономической зоне «Калуга» открыли завод автокомпонентов: предприятие автомобильного кластера будет выпускать "
    "тормозные системы для легковых автомобилей. Инвестиции составили два миллиарда рублей, создано триста рабочих мест.\n"
    "Вторую очередь обещают запустить осенью, тогда здесь начнут собирать электродвигатели для электромобилей."
)
WEATHER = (
    "В выходные в области ожидаются дожди и порывистый ветер. Синоптики советуют взять зонт и не ставить машины под деревьями, "
    "а к понедельнику обещают потепление до двенадцати градусов и слабое солнце."
)


def _line(number: int, text: str = PLANT, **fields: object) -> dict[str, object]:
    given: dict[str, object] = {
        "url": f"https://kp40.ru/news/{number}/",
        "title": f"Завод номер {number}",
        "text": f"{text}\n{number} " * 1,
    }
    return given | fields


def _file(path: Path, *lines: dict[str, object] | str) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines))
    return path


def _rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_archive(path, read_only=True) as archive:
        return [tuple(row) for row in archive.conn.execute(sql)]


@pytest.fixture()
def archive(tmp_path: Path) -> Path:
    return tmp_path / "avtoklaster.db"


def test_what_is_relevant_becomes_an_article_and_the_rest_a_row_with_its_reason(run: Run, archive: Path, tmp_path: Path) -> None:
    _file(
        tmp_path / "a.jsonl",
        _line(1, published="2026-01-30T12:00:00+03:00", source="Весть", author="А. Иванова", language="ru"),
        _line(2, WEATHER, title="Погода", source="Весть"),
    )
    report = run("import", "a.jsonl", "--json").json()
    assert (report["lines"], report["new"], report["irrelevant"], report["sources"]) == (2, 1, 1, ["Весть"])
    [row] = _rows(
        archive, "SELECT url, source, published, day, published_by, author, language, region, score >= 0.5 FROM articles"
    )
    assert row[:7] == (
        "https://kp40.ru/news/1/",
        "Весть",
        "2026-01-30T12:00:00+03:00",
        "2026-01-30",
        "import",
        "А. Иванова",
        "ru",
    )
    assert row[7:] == ("RU-KLU", 1)
    assert _rows(archive, "SELECT witness, value, believed FROM dates") == [("import", "2026-01-30T12:00:00+03:00", 1)]
    [refused] = _rows(archive, "SELECT url, title, lead, reason <> '' FROM refused")
    assert refused[1] == "Погода"
    assert refused[3] == 1
    assert _rows(archive, "SELECT id, kind, enabled FROM sources") == [("Весть", "other", 0)]
    assert run("search", "автокомпонентам", "--json").json()[0]["url"] == "https://kp40.ru/news/1/"


def test_a_source_of_the_catalogue_is_known_by_its_id_and_by_its_host(run: Run, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "avtoklaster.toml").write_text(
        'catalogue = false\n[sources.vest]\nname = "Весть"\nkind = "media"\nregion = "RU-KLU"\nhome = "https://www.vest.example/"\n'
        'feeds = ["https://www.vest.example/rss"]\n'
    )
    other = PLANT.replace("тормозные", "рулевые").replace("Калуга", "Людиново")
    _file(
        tmp_path / "a.jsonl",
        _line(1, source="vest"),
        _line(2, other, url="https://vest.example/2", published="2026-02-01 10:00:00"),
        _line(3, WEATHER, url="https://m.vest.example/3", source="vest.example"),
    )
    report = run("import", "a.jsonl", "--json").json()
    assert report["sources"] == ["vest"]
    assert _rows(archive, "SELECT DISTINCT source FROM pages") == [("vest",)]
    assert _rows(archive, "SELECT name, kind, region FROM sources") == [("Весть", "media", "RU-KLU")]


def test_broken_lines_cost_only_themselves_and_are_named(run: Run, archive: Path, tmp_path: Path) -> None:
    _file(tmp_path / "a.jsonl", "{broken", _line(1), "", '{"url": "https://kp40.ru/x"}', _line(2, url="mailto:a@b"), "null")
    done = run("import", "a.jsonl", code=None)
    assert done.code == 1
    assert [line.split(": ")[0] for line in done.err.splitlines()] == ["a.jsonl:1", "a.jsonl:4", "a.jsonl:5", "a.jsonl:6"]
    assert "5 lines: 1 new, 4 unreadable." in done.out
    assert _rows(archive, "SELECT count(*) FROM articles") == [(1,)]
    errors = run("import", "a.jsonl", "--json", code=None).json()["errors"]
    assert errors[0] == {"file": "a.jsonl", "line": 1, "reason": errors[0]["reason"]}


def test_stdin_folders_and_packed_files_are_read(run: Run, archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "news" / "2026"
    folder.mkdir(parents=True)
    peer = {"url": "https://peer.example/1", "maintext": PLANT, "title": "Завод", "date_publish": "2026-01-30 12:00:00"}
    (folder / "1.json").write_text(json.dumps(peer, indent=2))
    (folder / "2.jsonl.gz").write_bytes(gzip.compress(json.dumps(_line(2, WEATHER)).encode()))
    (folder / "readme.txt").write_text("nothing")
    assert run("import", "news", "--json").json()["lines"] == 2
    assert _rows(archive, "SELECT source, published FROM articles") == [("peer.example", "2026-01-30T12:00:00+03:00")]
    assert run("import", "-", "--json", stdin=json.dumps(_line(3, WEATHER))).json()["irrelevant"] == 1


def test_a_table_that_excel_saved_is_imported_and_its_encoding_is_told(run: Run, archive: Path, tmp_path: Path) -> None:
    table = f'ссылка;заголовок;дата;текст\r\nhttps://kp40.ru/1;Завод открыт;30.01.2026;"{PLANT}"\r\n'
    (tmp_path / "a.csv").write_bytes(table.encode("cp1251"))
    done = run("import", "a.csv")
    assert (done.out, done.err) == ("1 lines: 1 new.\nNew sources: kp40.\n", "a.csv: read as windows-1251.\n")
    assert _rows(archive, "SELECT url, title, published FROM articles") == [("https://kp40.ru/1", "Завод открыт", "2026-01-30")]
    run("export", "--excel", "-o", "b.csv")
    assert run("--archive", "other.db", "import", "b.csv", "--json").json()["new"] == 1
    columns = "url, title, text, published, source, region"
    assert _rows(tmp_path / "other.db", f"SELECT {columns} FROM articles") == _rows(archive, f"SELECT {columns} FROM articles")


def test_a_file_that_breaks_off_keeps_what_came_before(run: Run, archive: Path, tmp_path: Path) -> None:
    body = gzip.compress("".join(json.dumps(_line(n, WEATHER)) + "\n" for n in range(3000)).encode(), 1)
    (tmp_path / "a.jsonl.gz").write_bytes(body[: len(body) * 9 // 10])
    done = run("import", "a.jsonl.gz", "--json", code=1)
    assert "breaks off here" in done.err
    assert done.json()["irrelevant"] > 100


@pytest.mark.parametrize("name", ["missing.jsonl", "empty"])
def test_a_file_that_is_not_there_changes_nothing(run: Run, archive: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    _file(tmp_path / "a.jsonl", _line(1))
    assert name in run("import", "a.jsonl", name, code=2).err
    assert not archive.exists()


def test_importing_again_passes_over_what_is_known_and_sees_edits(run: Run, archive: Path, tmp_path: Path) -> None:
    _file(
        tmp_path / "a.jsonl",
        _line(1),
        _line(2, WEATHER),
        _line(3, url="https://other.example/1", text=_line(1)["text"], title="Завод номер 1"),
    )
    first = run("import", "a.jsonl", "--json").json()
    assert (first["new"], first["irrelevant"], first["copies"]) == (1, 1, 1)
    again = run("import", "a.jsonl", "--json").json()
    assert (again["unchanged"], again["new"], again["copies"], again["irrelevant"]) == (3, 0, 0, 0)
    _file(tmp_path / "b.jsonl", _line(1, text=PLANT + "\nПозже мощность завода уточнили: четыреста тысяч комплектов."))
    assert run("import", "b.jsonl", "--json").json()["revised"] == 1
    assert _rows(archive, "SELECT count(*) FROM revisions") == [(1,)]


def test_a_line_without_a_text_takes_no_text_away(run: Run, archive: Path, tmp_path: Path) -> None:
    run("import", _file(tmp_path / "a.jsonl", _line(1)))
    report = run("import", _file(tmp_path / "b.jsonl", _line(1) | {"text": "", "title": "Другой заголовок"}), "--json").json()
    assert (report["unchanged"], report["revised"]) == (1, 0)
    assert _rows(archive, "SELECT length(text) > 100, title FROM articles") == [(1, "Завод номер 1")]


def test_a_file_overrules_neither_a_person_nor_what_we_fetched_nor_what_was_forgotten(
    run: Run, filled: Path, archive: Path, tmp_path: Path
) -> None:
    archive.write_bytes(filled.read_bytes())
    run("import", _file(tmp_path / "a.jsonl", _line(1), _line(2, WEATHER)))
    with open_archive(archive) as opened:
        corrections.correct(opened, "https://kp40.ru/news/1/", "title", "Слово человека", now=NOW)
        forgetting.forget_address(opened, "https://kp40.ru/news/2/", why="", now=NOW)
    changed = PLANT + "\nА ещё тут строят склад готовой продукции на сорок тысяч мест."
    _file(tmp_path / "b.jsonl", _line(1, changed, title="Слово файла"), _line(2), _line(3, url="https://gov39.ru/press/101/"))
    report = run("import", "b.jsonl", "--json").json()
    assert (report["revised"], report["kept"], report["forgotten"]) == (1, 1, 1)
    assert _rows(archive, "SELECT title FROM articles WHERE url LIKE '%kp40%'") == [("Слово человека",)]
    assert _rows(archive, "SELECT title FROM articles WHERE id = 1")[0][0].startswith("В Калининграде")


def test_an_import_that_is_killed_goes_on_where_it_stopped(run: Run, archive: Path, tmp_path: Path) -> None:
    lines = [_line(n, WEATHER + f" Выпуск {n}.", title=f"Погода {n}") for n in range(1500)]
    _file(tmp_path / "a.jsonl", *lines[:1400])
    command = [sys.executable, "-m", "crawler", "import", "-"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=tmp_path, env=environment(PYTHONPATH=str(ROOT)))
    assert process.stdin
    process.stdin.write((tmp_path / "a.jsonl").read_bytes())  # blocks until nearly all of it was taken
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdin.close()
    kept = _rows(archive, "SELECT count(*) FROM pages")[0][0]
    assert 0 < kept < 1400
    _file(tmp_path / "b.jsonl", *lines)
    report = run("import", "b.jsonl", "--json").json()
    assert (report["unchanged"], report["irrelevant"]) == (kept, 1500 - kept)
    assert _rows(archive, "PRAGMA integrity_check") == [("ok",)]


def test_many_lines_are_judged_alike_in_worker_processes(run: Run, archive: Path, tmp_path: Path) -> None:
    texts = [PLANT if number % 3 == 0 else WEATHER for number in range(200)]
    _file(tmp_path / "a.jsonl", *(_line(n, text, title=f"Событие {n}", source=f"s{n % 7}") for n, text in enumerate(texts)))
    report = run("import", "a.jsonl", "--json").json()
    assert report["irrelevant"] == texts.count(WEATHER)
    assert report["new"] + report["copies"] == texts.count(PLANT)
    assert len(report["sources"]) == 7


@pytest.mark.parametrize("at_work", [1, 2], ids=["here", "in workers"])
def test_a_text_that_is_never_judged_to_the_end_costs_only_itself(
    run: Run, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_work: int
) -> None:
    judge = crawler.processing.judge

    def hangs(title: str, text: str, topic: Any) -> Any:
        while title == "Вечность":
            try:
                pass
            except Exception:  # noqa: BLE001  # as libraries do
                continue
        if title == "Ошибка":
            raise RecursionError("too deep")
        return judge(title, text, topic)

    monkeypatch.setattr(crawler.processing, "judge", hangs)
    monkeypatch.setattr(crawler.importing, "LIMIT", 3)  # on a machine with much else to do
    monkeypatch.setattr(crawler.importing, "WORKERS", at_work)
    monkeypatch.setattr(crawler.importing, "_CHUNK", 2)
    monkeypatch.setattr(crawler.importing, "_LONG", 1)
    monkeypatch.setattr(crawler.workers, "birth", lambda: multiprocessing.get_context("fork"))  # a worker with this judge
    lines = [_line(number, PLANT.replace("два", f"{number} и два")) for number in (1, 2, 3, 4)]
    lines[2]["title"], lines[3]["title"] = "Вечность", "Ошибка"
    _file(tmp_path / "a.jsonl", *lines, _line(5, WEATHER))
    done = run("import", "a.jsonl", code=None)
    assert done.code == 1
    assert done.err.splitlines() == [
        "a.jsonl:3: https://kp40.ru/news/3/: reading it takes longer than 3 s",
        "a.jsonl:4: https://kp40.ru/news/4/: RecursionError: too deep",
    ]
    assert "2 unreadable" in done.out
    assert _rows(archive, "SELECT outcome, reason, title FROM pages ORDER BY url") == [
        ("stored", *_rows(archive, "SELECT reason FROM articles WHERE id = 1")[0], "Завод номер 1"),
        *_rows(archive, "SELECT outcome, reason, title FROM pages WHERE url = 'https://kp40.ru/news/2/'"),
        ("failed", "reading it takes longer than 3 s", "Вечность"),
        ("failed", "RecursionError: too deep", "Ошибка"),
        *_rows(archive, "SELECT 'irrelevant', reason, title FROM pages WHERE url = 'https://kp40.ru/news/5/'"),
    ]
    monkeypatch.undo()
    again = run("import", "a.jsonl", "--json").json()
    assert again["unreadable"] == 0, "given again, it is tried again"
    assert again["new"] + again["copies"] == 2
