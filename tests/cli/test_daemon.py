"""`daemon --check-config`: each mistake is one line that names file and key and says what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.cli import main

SOURCE = 'catalogue = false\n[sources.a]\nfeeds = ["https://a.example.ru/rss"]\n'
ALERT = f'{SOURCE}[[alert]]\nto = "json://127.0.0.1:9/"\n'

WRONG = [
    ("catalogue = fal", "not valid TOML: Invalid value (at line 1"),
    ("topc = 'x'", "unknown key 'topc'. Did you mean 'topic'?"),
    ("topic = 'mine.toml'", "topic: mine.toml: cannot be read: No such file"),
    ("topic = 'automotive'", "topic: no topic 'automotive': did you mean 'automotive-clusters'?"),
    ("archive = 'nowhere/a.db'", "archive: the folder nowhere does not exist"),
    ("catalogue = false", "no source is enabled"),
    ("[crawl]\ndely = 2", "crawl: unknown key 'dely'. Did you mean 'delay'?"),
    ("[crawl]\nbudget = 'many'", "crawl.budget: 'many': must be a whole number"),
    ("[crawl]\ndelay = -1", "crawl.delay: -1: must be from 0 to 3600 seconds"),
    ("[crawl]\nkeep_pages = 'some'", "crawl.keep_pages: 'some': must be one of relevant, all, none"),
    ("[crawl]\nca_file = 'no.pem'", "crawl.ca_file: 'no.pem': cannot be read: No such file"),
    (f"{SOURCE}region = 'RU-XXX'", "sources.a.region: 'RU-XXX': must be an ISO 3166-2 code"),
    (f"{SOURCE}kind = 'goverment'", "Did you mean 'government'?"),
    (f"{SOURCE}every = '30'", "sources.a.every: '30': must be a number with s, m, h or d"),
    (f"{SOURCE}cron = '61 * * * *'", "sources.a.cron: '61 * * * *': '61' is not a minute"),
    (f"{SOURCE}every = '1h'\ncron = '0 9 * * mon'", "sources.a: has every and cron; give one of them"),
    (f"{SOURCE}timezone = 'Moscow'", "sources.a.timezone: 'Moscow': must be an IANA time zone"),
    (f"{SOURCE}article = '('", "sources.a.article: '(': is not a regular expression"),
    (f"{SOURCE}title_css = 'h1['", "sources.a.title_css: 'h1[': is not a CSS selector"),
    ("[sources.new]\nname = 'x'", "sources.new: has no way to find articles"),
    (f"{ALERT}at = '25:00'", "alert 1.at: '25:00': must be a time of day"),
    (f"{ALERT}digest = 'hourly'", "alert 1.digest: 'hourly': must be one of \"\", daily, weekly"),
    (f"{ALERT}sources = ['b']", "alert 1.sources: ['b']: there is no source 'b'"),
    (ALERT.replace("json:", "jsn:"), "alert 1.to: Apprise does not understand this address (its value is not shown here)"),
    (ALERT.replace("[[alert]]", "[alert]"), "alert: must be tables in double brackets, as [[alert]]"),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said[:40] for _, said in WRONG])
def test_a_mistake_is_one_line_that_names_file_and_key(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "avtoklaster.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["daemon", "--check-config"])
    told = capfd.readouterr().err
    assert ended.value.code == (3 if said.startswith("archive: the folder") else 2)
    assert told.startswith("Error: avtoklaster.toml: ")
    assert said in told
    assert told.count("\n") == 1
    assert not (tmp_path / "avtoklaster.db").exists()


def test_a_right_configuration_says_what_would_be_watched_and_an_archive_that_is_none_ends_with_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "avtoklaster.toml").write_text(ALERT, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["daemon", "--check-config"])
    assert ended.value.code == 0
    assert capfd.readouterr().out == "avtoklaster.toml: all right; 1 sources into avtoklaster.db.\n"
    (tmp_path / "avtoklaster.db").write_text("a letter", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["daemon", "--check-config"])
    assert ended.value.code == 3
