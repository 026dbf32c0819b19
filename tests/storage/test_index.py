"""The full-text index is what the articles say, whatever happens to them; and it is made anew when lemmas change."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from storage import Archive, articles, derived, fulltext, open_archive, pages
from storage.corrections import correct
from storage.search import search
from storage.text import lemmatize
from tests.storage.invariants import broken, unindexed
from tests.storage.samples import NOW, PLANT, count, distinct, found, later, page, put

URLS = [f"{scheme}://{host}/{n}" for scheme in ("http", "https") for host in ("gov39.ru", "www.klops.ru") for n in range(3)]
STRANGE = "Ёж с\u0306нега ₽ 🚗 и\u0301 со\u00adвет № 7–8\u00a0% «АВТО»-тор 100½ ｗｉｄｅ ǅ\n" + "Слово\u200bи\u2060слово. " * 9
TEXTS = [*(distinct(str(n)) for n in range(4)), PLANT, PLANT.replace("осень", "зиму"), PLANT + "\nПросмотров: 5", STRANGE]


class Life(RuleBasedStateMachine):
    """What can happen to an archive, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.archive = open_archive(Path(self.folder.name) / "a.db")
        for kind in ("government", "media"):
            self.archive.conn.execute("INSERT INTO sources (id, kind) VALUES (?, ?)", (kind, kind))
        self.hours = 0

    def teardown(self) -> None:
        self.archive.close()
        self.folder.cleanup()

    def now(self):
        self.hours += 1
        return later(hours=self.hours)

    @rule(url=st.sampled_from(URLS), text=st.sampled_from(TEXTS), source=st.sampled_from(["government", "media"]))
    def store(self, url: str, text: str, source: str) -> None:
        put(self.archive, url=url, text=text, source=source, now=self.now())

    @rule(url=st.sampled_from(URLS), outcome=st.sampled_from(["failed", "gone", "irrelevant", "unchanged", "soft404"]))
    def record(self, url: str, outcome: str) -> None:
        pages.record(self.archive, page(url, outcome=outcome), now=self.now())

    @rule(n=st.integers(0, 2))
    def redirect(self, n: int) -> None:
        fetched = page(f"https://gov39.ru/{n}", requested=f"http://gov39.ru/{n}", outcome="irrelevant")
        pages.record(self.archive, fetched, now=self.now())

    @rule(url=st.sampled_from(URLS), title=st.sampled_from(["Новый заголовок", "Ёлки"]))
    def retitle(self, url: str, title: str) -> None:
        if articles.get(self.archive, url):
            correct(self.archive, url, "title", title, now=self.now())

    @rule(one=st.sampled_from(URLS), other=st.sampled_from(URLS))
    def join(self, one: str, other: str) -> None:
        first, second = articles.get(self.archive, one), articles.get(self.archive, other)
        if first and second and first["id"] != second["id"]:
            correct(self.archive, first["id"], "copy", str(second["id"]), now=self.now())

    @invariant()
    def is_whole(self) -> None:
        assert broken(self.archive) == []


Life.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
TestLife = Life.TestCase


@pytest.mark.parametrize("text", [STRANGE, *TEXTS[:2], "а\u0300б\u0327 и\u0306 е\u0308лки " * 9, "ﬁ ß İ ĳ Ⅷ x² " * 9])
def test_lemmas_stand_exactly_where_their_words_do(archive: Archive, text: str) -> None:
    put(archive, text=f"Заголовок\n{text}")
    archive.conn.execute("CREATE VIRTUAL TABLE temp.there USING fts5vocab(main, articles_fts, instance)")
    places = {
        column: [row[0] for row in archive.conn.execute("SELECT offset FROM temp.there WHERE col = ? ORDER BY 1", (column,))]
        for column in ("text", "text_lemmas")
    }
    assert places["text"] == places["text_lemmas"] != []


def test_another_dictionary_makes_the_index_anew_at_the_next_write(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    put(archive)
    put(archive, url="https://kp40.ru/1", text=distinct("a"))
    monkeypatch.setattr(fulltext, "lemmatizer", lambda: "9/new")
    for module in (fulltext, derived):
        monkeypatch.setattr(module, "lemmatize", lambda text: lemmatize(text).replace("автокомпонент", "деталь"))
    with open_archive(archive.path) as again:
        put(again, url="https://klops.ru/1", text=distinct("b"))
        assert again.one("SELECT value FROM meta WHERE key = 'lemmatizer'")[0] == "9/new"
        assert found(again, "text_lemmas: деталь") == [1]
        assert found(again, "text_lemmas: автокомпонент") == []
        put(again, text=PLANT.replace("автокомпонентов", "шин"), now=later(days=1))
        assert found(again, "text_lemmas: деталь") == []
        assert again.one("PRAGMA integrity_check")[0] == "ok"


def test_an_index_made_anew_by_a_correction_is_what_the_corrected_articles_say(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(archive)
    monkeypatch.setattr(fulltext, "lemmatizer", lambda: "9/new")
    with open_archive(archive.path) as again:
        correct(again, 1, "title", "Верный заголовок", who="editor", now=NOW)
        assert unindexed(again) == broken(again) == []


def test_a_reindex_gives_what_was_there(archive: Archive) -> None:
    for number in range(5):
        put(archive, url=f"https://kp40.ru/{number}", text=distinct(str(number)))
    words = count(archive, "words")
    assert fulltext.reindex(archive) == 5
    assert unindexed(archive) == []
    assert count(archive, "words") == words
    assert len(search(archive, "завод", now=NOW)) == 5
