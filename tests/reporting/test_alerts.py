"""Alerts: each story told once to those who want it, one message after a backlog, nothing lost when a service is down."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from crawler.cli import cli
from crawler.config import Alert
from crawler.reporting import alerts, refusals
from crawler.reporting.digest import Message
from crawler.reporting.feed import atom
from crawler.reporting.sending import apprise_sender
from crawler.sources import Source
from storage import Archive, alarms, alerting, articles, crawls, open_archive, sources, undelivered
from storage.records import ArticleRecord, PageRecord

HERE = "http://127.0.0.1:9310/stories.atom"
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive.db") as opened:
        sources.sync(
            opened,
            [
                Source(id="gov39", name="Правительство Калининградской области", region="RU-KGD", kind="government"),
                Source(id="paper", name="Газета <b>«Моторы»</b>", region="RU-KLU", kind="media"),
            ],
        )
        yield opened


def _story(archive: Archive, number: int, title: str, *, source: str = "gov39", region: str = "RU-KGD") -> None:
    """An article that is a story of its own."""
    url = f"https://{source}.example.ru/news/{number}/"
    record = ArticleRecord(
        url=url, source=source, region=region, regions=(region,), title=title,
        text=f"{title}. Подробности {number}: " + "слово " * number,
        published="2026-03-03T10:00:00+03:00", score=0.8,
    )  # fmt: skip
    stored = articles.store(archive, record, PageRecord(url=url, source=source, outcome="stored", status=200), now=NOW)
    with archive.write():
        row = archive.one("SELECT story FROM articles WHERE id = ?", (stored.article,))
        if row is not None and row["story"] is None:
            archive.conn.execute("INSERT INTO stories (id, title, articles, sources) VALUES (?, ?, 1, 1)", (number + 1000, title))
            archive.conn.execute("UPDATE articles SET story = ? WHERE id = ?", (number + 1000, stored.article))


class Outbox:
    """A service that takes messages, or refuses them: all while it is `down`, else those with a word in their subject."""

    def __init__(self, *, down: bool = False, refuses: str = "") -> None:
        self.down = down
        self.refuses = refuses
        self.messages: list[Message] = []

    def __call__(self, address: str, message: Message) -> bool:
        takes = not self.down and not (self.refuses and self.refuses in message.subject)
        if takes:
            self.messages.append(message)
        return takes


def _round(archive: Archive, alert: Alert, box: Outbox, now: datetime = NOW) -> alerts.Round:
    return alerts.send_round(archive, [alert], box, now=now)[0]


def test_what_was_there_before_is_not_news_and_each_story_is_told_once(archive: Archive) -> None:
    box, alert = Outbox(), Alert(to="json://example.org")
    _story(archive, 1, "Автокластер открыл первый корпус")
    _round(archive, alert, box)
    assert box.messages == []
    _story(archive, 2, "Завод в Черняховске начал выпуск тяговых батарей")
    _round(archive, alert, box)
    _round(archive, alert, box)
    assert [message.subject for message in box.messages] == ["Завод в Черняховске начал выпуск тяговых батарей"]


def test_a_service_that_is_down_loses_nothing(archive: Archive) -> None:
    box, alert = Outbox(down=True), Alert(to="json://example.org")
    _round(archive, alert, box)
    _story(archive, 2, "Завод в Черняховске начал выпуск тяговых батарей")
    assert _round(archive, alert, box).failed == 1
    box.down = False
    assert _round(archive, alert, box).sent == 1


def test_a_message_that_is_refused_for_ever_is_set_aside_and_told_of_and_the_others_come(archive: Archive) -> None:
    picky, alert = Outbox(refuses="батарей"), Alert(to="json://example.org", name="Отдел")
    other, second = Outbox(), Alert(to="json://example.com")
    _round(archive, alert, picky)
    _round(archive, second, other)
    _story(archive, 2, "Завод в Черняховске начал выпуск тяговых батарей")
    assert _round(archive, alert, picky).failed == 1
    _story(archive, 9, "Калуга: линия сварки", source="paper", region="RU-KLU")
    for minute in (1, 2, 3, 4, 5, 50):
        assert _round(archive, alert, picky, NOW + timedelta(minutes=minute)) == alerts.Round(name="Отдел", failed=1)
    assert picky.messages == [], "often enough, and not for long enough"
    assert undelivered.standing(archive) == []
    last = _round(archive, alert, picky, NOW + timedelta(minutes=61))
    assert (last.failed, last.set_aside, last.sent) == (1, 1, 1)
    assert [message.subject for message in picky.messages] == ["Сообщение не принято", "Калуга: линия сварки"]
    assert "Завод в Черняховске начал выпуск тяговых батар" in picky.messages[0].text
    assert _round(archive, alert, picky, NOW + timedelta(minutes=62)).failed == 0, "it is not tried again by itself"
    assert refusals.complaints(archive, [second]) == []
    (complaint,) = refusals.complaints(archive, [alert])
    assert "Отдел: «Завод в Черняховске начал выпуск тяговых батарей» was refused 8 times" in complaint
    _round(archive, second, other, NOW + timedelta(minutes=63))
    assert "Не доставлено Отдел: служба не принимает сообщение" in other.messages[-1].text
    assert alerts.send_set_aside(archive, [alert], picky, now=NOW + timedelta(minutes=64))[0].failed == 1
    picky.refuses = ""
    assert alerts.send_set_aside(archive, [alert], picky, now=NOW + timedelta(minutes=65))[0].sent == 1
    assert picky.messages[-1].subject == "Завод в Черняховске начал выпуск тяговых батарей"
    assert refusals.complaints(archive, [alert]) == []
    _round(archive, second, other, NOW + timedelta(minutes=66))
    assert "Улажено Отдел" in other.messages[-1].text
    assert alerts.send_set_aside(archive, [alert], picky, now=NOW + timedelta(minutes=67))[0].sent == 0
    sent = len(picky.messages)
    _round(archive, alert, picky, NOW + timedelta(minutes=68))
    assert len(picky.messages) == sent


def test_a_service_that_takes_nothing_for_days_is_an_alarm_and_gets_everything_in_its_old_order(archive: Archive) -> None:
    box, alert = Outbox(down=True), Alert(to="json://example.org")
    _round(archive, alert, box)
    _story(archive, 2, "Завод в Черняховске начал выпуск тяговых батарей")
    for hour in range(50):
        _round(archive, alert, box, NOW + timedelta(hours=hour))
    _story(archive, 9, "Калуга: линия сварки", source="paper", region="RU-KLU")
    assert "takes nothing at all" in refusals.complaints(archive, [alert])[0]
    box.down = False
    assert _round(archive, alert, box, NOW + timedelta(hours=51)).sent == 2
    assert [message.subject for message in box.messages] == [
        "Завод в Черняховске начал выпуск тяговых батарей",
        "Калуга: линия сварки",
    ]
    assert refusals.complaints(archive, [alert]) == []


def test_a_service_that_comes_back_between_two_attempts_gets_the_message_and_nothing_is_set_aside(archive: Archive) -> None:
    box, alert = Outbox(down=True), Alert(to="json://example.org")
    _round(archive, alert, box)
    _story(archive, 2, "Завод в Черняховске начал выпуск тяговых батарей")
    for hour in range(4):
        _round(archive, alert, box, NOW + timedelta(hours=hour))

    def back_in_a_moment(address: str, message: Message) -> bool:
        taken = box(address, message)
        box.down = False
        return taken

    told = alerts.send_round(archive, [alert], back_in_a_moment, now=NOW + timedelta(hours=5))[0]
    assert (told.sent, told.set_aside) == (1, 0)
    assert [m.subject for m in box.messages] == ["Сообщение не принято", "Завод в Черняховске начал выпуск тяговых батарей"]
    assert refusals.complaints(archive, [alert]) == []
    assert _round(archive, alert, box, NOW + timedelta(hours=6)).sent == 0


def test_what_was_set_aside_can_be_given_up(archive: Archive) -> None:
    picky, alert = Outbox(refuses="батарей"), Alert(to="json://example.org")
    _round(archive, alert, picky)
    _story(archive, 2, "Завод в Черняховске начал выпуск тяговых батарей")
    for hour in range(5):
        _round(archive, alert, picky, NOW + timedelta(hours=hour))
    assert alerts.give_up(archive, [alert], now=NOW + timedelta(hours=6)) == 1
    assert alerts.give_up(archive, [alert], now=NOW + timedelta(hours=6)) == 0
    assert refusals.complaints(archive, [alert]) == []


def test_the_past_of_a_source_is_not_news_and_nor_is_what_was_published_before_the_recipient_began(archive: Archive) -> None:
    box, alert = Outbox(), Alert(to="json://example.org")
    _round(archive, alert, box, NOW + timedelta(days=1))
    _story(archive, 2, "Завод в Черняховске начал выпуск тяговых батарей")
    _round(archive, alert, box)
    assert box.messages == [], "published the day before the recipient began: somebody searched the past"
    late = Alert(to="json://example.com")
    _round(archive, late, box, NOW - timedelta(days=1))
    first = crawls.start(archive, "paper", now=NOW - timedelta(minutes=5))
    _story(archive, 5, "Янтарный электромобиль встал на конвейер", source="paper")
    _round(archive, late, box)
    crawls.finish(archive, first, outcome="finished", now=NOW + timedelta(minutes=5))
    _round(archive, late, box)
    assert box.messages == [], "the first crawl of a source brings its past"
    with archive.write():
        archive.conn.execute("UPDATE crawls SET finished = ?", ((NOW - timedelta(minutes=1)).isoformat(),))
    _story(archive, 9, "Калуга: линия сварки", source="paper", region="RU-KLU")
    _round(archive, late, box)
    assert [message.subject for message in box.messages] == ["Калуга: линия сварки"]


def test_a_dry_run_notes_nothing(archive: Archive, tmp_path: Path) -> None:
    config = tmp_path / "avtoklaster.toml"
    config.write_text('catalogue = false\n[[alert]]\nto = "json://127.0.0.1:9/"\n', encoding="utf-8")
    _round(archive, Alert(to="json://127.0.0.1:9/"), Outbox())
    _story(archive, 2, "Завод в Черняховске начал выпуск тяговых батарей")
    before = archive.conn.execute("SELECT * FROM sent_alerts").fetchall()
    done = CliRunner().invoke(cli, ["--config", str(config), "--archive", str(archive.path), "alerts", "--dry-run"])
    assert "Завод в Черняховске" in done.output
    assert done.exit_code == 0
    assert archive.conn.execute("SELECT * FROM sent_alerts").fetchall() == before


def test_a_backlog_is_one_message_grouped_by_region(archive: Archive) -> None:
    box, alert = Outbox(), Alert(to="json://example.org")
    _round(archive, alert, box)
    subjects = ("батарей", "кузовов", "двигателей", "жгутов", "сидений", "фар")
    for number, what in enumerate(subjects, start=2):
        region = "RU-KGD" if number % 2 else "RU-KLU"
        _story(archive, number * 7, f"Начато производство {what} на площадке {number}", region=region)
    _round(archive, alert, box)
    (message,) = box.messages
    assert message.subject == "Новых сюжетов: 6"
    assert message.text.index("КАЛИНИНГРАДСКАЯ") < message.text.index("КАЛУЖСКАЯ")
    assert message.html.count("<h2 ") == 2


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (Alert(to="json://x.org", regions=("RU-KLU",)), ["Калуга: линия сварки"]),
        (Alert(to="json://x.org", words=("электромобили",)), ["Янтарный электромобиль встал на конвейер"]),
        (Alert(to="json://x.org", sources=("paper",)), ["Калуга: линия сварки"]),
        (Alert(to="json://x.org", kinds=("government",)), ["Янтарный электромобиль встал на конвейер"]),
        (Alert(to="json://x.org", score=0.95), []),
        (Alert(to="json://x.org", send=("alarms",)), []),
    ],
)
def test_rules_decide_who_is_told(archive: Archive, rule: Alert, told: list[str]) -> None:
    box = Outbox()
    _round(archive, rule, box)
    _story(archive, 5, "Янтарный электромобиль встал на конвейер")
    _story(archive, 9, "Калуга: линия сварки", source="paper", region="RU-KLU")
    _round(archive, rule, box)
    assert [message.subject for message in box.messages] == told


def test_an_alarm_is_told_when_raised_and_when_cleared(archive: Archive) -> None:
    box, alert = Outbox(), Alert(to="json://example.org")
    _round(archive, alert, box)
    alarms.update(archive, "gov39", {"failing": "лента стала HTML-страницей"}, now=NOW)
    _round(archive, alert, box)
    alarms.update(archive, "gov39", {}, now=NOW + timedelta(hours=1))
    _round(archive, alert, box)
    _round(archive, alert, box)
    assert ["Неисправен" in message.text for message in box.messages] == [True, False]
    assert "Восстановлен" in box.messages[1].text


def test_a_daily_digest_waits_for_its_hour_in_its_own_time_zone(archive: Archive) -> None:
    box, alert = Outbox(), Alert(to="json://example.org", digest="daily", at="09:00", timezone="Asia/Vladivostok")
    begun = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)  # half past eight in Vladivostok
    _round(archive, alert, box, begun)
    _story(archive, 5, "Янтарный электромобиль встал на конвейер")
    assert _round(archive, alert, box, begun + timedelta(minutes=20)).waiting
    assert _round(archive, alert, box, begun + timedelta(minutes=31)).sent == 1
    assert _round(archive, alert, box, begun + timedelta(hours=5)).waiting
    assert len(box.messages) == 1


def test_markup_from_the_web_stays_text_and_only_http_becomes_a_link(archive: Archive) -> None:
    box, alert = Outbox(), Alert(to="json://example.org")
    _round(archive, alert, box)
    _story(archive, 5, "<script>alert(1)</script> Завод\x1b[31m", source="paper")
    _round(archive, alert, box)
    assert "<script>" not in box.messages[0].html
    assert "<b>" not in box.messages[0].html
    assert "\x1b" not in box.messages[0].text + box.messages[0].subject


def test_stories_that_are_grouped_anew_are_not_told_again_and_one_that_an_article_joins_neither(archive: Archive) -> None:
    box, alert = Outbox(), Alert(to="json://example.org")
    _round(archive, alert, box)
    _story(archive, 5, "Янтарный электромобиль встал на конвейер")
    _round(archive, alert, box)
    with archive.write():
        archive.conn.execute("INSERT INTO stories (id, title, articles, sources) VALUES (5000, 'x', 1, 1)")
        archive.conn.execute("UPDATE articles SET story = 5000")
    _round(archive, alert, box)
    _story(archive, 9, "Калуга: линия сварки", source="paper", region="RU-KLU")
    with archive.write():
        archive.conn.execute("UPDATE articles SET story = 5000")
    _round(archive, alert, box)
    assert len(box.messages) == 1


def test_what_the_rules_passed_over_is_looked_at_again_only_when_an_article_joins_it(archive: Archive) -> None:
    box, alert = Outbox(), Alert(to="json://example.org", sources=("paper",))
    _round(archive, alert, box)
    _story(archive, 5, "Янтарный электромобиль встал на конвейер")
    assert _round(archive, alert, box).passed_over == 1
    assert _round(archive, alert, box).passed_over == 0
    _story(archive, 9, "Калуга: линия сварки", source="paper", region="RU-KLU")
    with archive.write():
        archive.conn.execute("UPDATE articles SET story = (SELECT min(story) FROM articles)")
    assert _round(archive, alert, box).sent == 1


def test_a_backlog_beyond_one_message_follows_in_the_next_rounds_also_where_the_rules_want_little_of_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "MOST", 4)
    everything, little = Outbox(), Outbox()
    all_of_it, paper = Alert(to="json://a.org"), Alert(to="json://b.org", sources=("paper",))
    _round(archive, all_of_it, everything)
    _round(archive, paper, little)
    _story(archive, 3, "Калуга: линия сварки", source="paper", region="RU-KLU")
    subjects = ("батарей", "кузовов", "двигателей", "жгутов", "сидений", "фар", "осей", "рам", "шин")
    for number, what in enumerate(subjects, start=5):
        _story(archive, number * 7, f"Начато производство {what} на площадке {number}")
    for _ in range(5):
        _round(archive, all_of_it, everything)
        _round(archive, paper, little)
    told = "".join(message.text for message in everything.messages)
    assert all(told.count(f"производство {what} ") == 1 for what in subjects)
    assert [message.subject for message in little.messages] == ["Калуга: линия сварки"]


def test_a_digest_whose_service_is_down_is_tried_again_and_not_first_tomorrow(archive: Archive) -> None:
    box, alert = Outbox(), Alert(to="json://example.org", digest="daily", at="09:00", timezone="UTC")
    _round(archive, alert, box, NOW - timedelta(hours=1))
    _story(archive, 5, "Янтарный электромобиль встал на конвейер")
    box.down = True
    assert _round(archive, alert, box, NOW + timedelta(minutes=1)).failed == 1
    box.down = False
    assert _round(archive, alert, box, NOW + timedelta(minutes=10)).sent == 1


def test_the_feed_of_stories_is_well_formed_stable_and_escapes_everything(archive: Archive) -> None:
    _story(archive, 5, "<script>alert(1)</script> & «Завод»\x1b[31m", source="paper")
    _story(archive, 9, "Калуга: линия сварки", region="RU-KLU")
    text = atom(alerting.newest(archive, limit=10), archive_id="a&b в", now=NOW, address=HERE)
    root = ElementTree.fromstring(text)
    space = {"a": "http://www.w3.org/2005/Atom"}
    (itself,) = root.findall("a:link", space)
    assert itself.attrib == {"rel": "self", "type": "application/atom+xml", "href": HERE}
    entries = root.findall("a:entry", space)
    ids = [row[0] for row in archive.conn.execute("SELECT id FROM stories ORDER BY id DESC")]
    assert [entry.findtext("a:id", "", space) for entry in entries] == [f"urn:avtoklaster:a&b%20%D0%B2:story:{id}" for id in ids]
    assert entries[1].findtext("a:title", "", space) == "<script>alert(1)</script> & «Завод» [31m"
    content = entries[1].findtext("a:content", "", space)
    assert "<script>" not in content
    assert "<b>" not in content, "the name of the source has markup too"
    assert text == atom(alerting.newest(archive, limit=10), archive_id="a&b в", now=NOW + timedelta(days=3), address=HERE), (
        "nothing new, no change"
    )


def test_apprise_delivers_to_a_real_webhook() -> None:
    pytest.importorskip("apprise")
    seen: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        send = apprise_sender()
        assert send(f"json://127.0.0.1:{server.server_port}/", Message(subject="Тема", text="Текст", html="<p>Текст</p>"))
        assert not send("nonsense://", Message(subject="", text="x", html="x"))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert seen[0]["title"] == "Тема"
    assert "Текст" in seen[0]["message"]
