"""avtoklaster.toml: what may stand in it, and that every mistake names file, key and what is allowed."""

from pathlib import Path

import pytest
import trustme

from crawler.config import Config, load_config
from crawler.errors import ConfigError, SourceError


def _load(tmp_path: Path, text: str) -> Config:
    file = tmp_path / "avtoklaster.toml"
    file.write_text(text, encoding="utf-8")
    return load_config(file)


def _refused(tmp_path: Path, text: str, *said: str) -> str:
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, text)
    message = str(caught.value)
    for words in (str(tmp_path / "avtoklaster.toml"), *said):
        assert words in message, f"{words!r} is not in {message!r}"
    assert "\n" not in message
    assert caught.value.exit_code == 2
    return message


NEW = '[sources.novosti]\nlistings = ["https://zavod.example/news/"]\n'


def test_without_a_file_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = load_config()
    assert (config.archive, config.topic, config.crawl.delay, config.file) == (
        Path("avtoklaster.db"),
        "automotive-clusters",
        2.0,
        None,
    )
    assert config.sources["gov39"].name == "Правительство Калининградской области"


def test_the_file_in_the_current_directory_is_read_when_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "avtoklaster.toml").write_text('contact = "desk@example.org"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert load_config().contact == "desk@example.org"


def test_relative_paths_start_at_the_files_folder(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ru.pem"))
    config = _load(tmp_path, 'archive = "data/news.db"\ntopic = "topics/buses.toml"\n[crawl]\nca_file = "ru.pem"\n')
    assert config.archive == tmp_path / "data/news.db"
    assert config.topic == str(tmp_path / "topics/buses.toml")
    assert config.crawl.ca_file == tmp_path / "ru.pem"


def test_a_mistake_at_the_top_of_the_file_is_named_as_one_in_a_table_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"avtoklaster\.toml: archive: 5: must be the path of a file"):
        _load(tmp_path, "archive = 5\n")


@pytest.mark.parametrize(
    ("written", "says"),
    [(None, "cannot be read: No such file or directory"), ("-----BEGIN CERT", "must be a file with certificates in PEM")],
)
def test_a_file_of_authorities_that_is_none_is_told_before_anything_is_fetched(
    tmp_path: Path, written: str | None, says: str
) -> None:
    if written is not None:
        (tmp_path / "ru.pem").write_text(written)
    with pytest.raises(ConfigError, match=f"crawl.ca_file: .*{says}"):
        _load(tmp_path, '[crawl]\nca_file = "ru.pem"\n')


def test_a_user_adds_changes_and_disables_sources(tmp_path: Path) -> None:
    config = _load(tmp_path, NEW + '[sources.gov39]\nevery = "30m"\n[sources.frprf]\nenabled = false\n')
    assert config.sources["novosti"].home == "https://zavod.example/"
    assert config.sources["gov39"].every == "30m"
    assert config.sources["gov39"].listings == ("https://gov39.ru/press/",)
    assert config.sources["gov39"].origin.endswith(f", {config.file}")
    assert not config.sources["frprf"].enabled


def test_catalogue_false_leaves_only_the_users_sources(tmp_path: Path) -> None:
    assert list(_load(tmp_path, "catalogue = false\n" + NEW).sources) == ["novosti"]


def test_hosts_become_a_labels_and_zones_come_from_the_region(tmp_path: Path) -> None:
    source = _load(tmp_path, '[sources.lip]\nregion = "ru-lip"\nlistings = ["https://ЛипецкаяОбласть.рф/новости/"]\n').sources[
        "lip"
    ]
    assert source.listings == ("https://xn--80aacoonefzg3am8b1fsb.xn--p1ai/новости/",)
    assert (source.region, source.timezone) == ("RU-LIP", "Europe/Moscow")
    assert _load(tmp_path, NEW + 'region = "RU-PRI"\n').sources["novosti"].timezone == "Asia/Vladivostok"


def test_an_api_table_is_read_and_merged_field_by_field(tmp_path: Path) -> None:
    text = '[sources.tatarstan.api]\nurl = "https://tatarstan.ru/index.htm/news?format=json&limit=50&page={page}"\n'
    api = _load(tmp_path, text).sources["tatarstan"].api
    assert api is not None
    assert "limit=50" in api.url
    assert (api.items, api.link) == ("items", "url")


def test_a_rhythm_of_the_user_replaces_whatever_was_there(tmp_path: Path) -> None:
    first = _load(tmp_path, NEW + 'cron = "*/30 8-20 * * 1-5"\n').sources["novosti"]
    assert first.cron == "*/30 8-20 * * mon-fri"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0 9 * * 1", "0 9 * * mon"),
        ("0 9 * * 0", "0 9 * * sun"),
        ("0 9 * * 7", "0 9 * * sun"),
        ("0 9 * * fri-mon", "0 9 * * mon,fri,sat,sun"),
        ("0 9 * * 0-6", "0 9 * * *"),
        ("0 9 * jan-mar */2", "0 9 * jan-mar tue,thu,sat,sun"),
        ("5,35 8-20/2 1 * *", "5,35 8-20/2 1 * *"),
    ],
)
def test_weekdays_of_a_crontab_line_become_names(tmp_path: Path, written: str, meant: str) -> None:
    assert _load(tmp_path, NEW + f'cron = "{written}"\n').sources["novosti"].cron == meant


@pytest.mark.parametrize(
    "line", ["0 9 * *", "61 9 * * *", "0 9 * * noday", "0 24 * * *", "*/0 * * * *", "0 9 5-1 * *", "1/ * * * *"]
)
def test_a_wrong_crontab_line_is_refused(tmp_path: Path, line: str) -> None:
    _refused(tmp_path, NEW + f'cron = "{line}"\n', "sources.novosti.cron", line)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('archiv = "a.db"', ("unknown key 'archiv'", "Did you mean 'archive'?", "Allowed are: alert, archive,")),
        ("[crawl]\ndelai = 3", ("crawl: unknown key 'delai'", "Did you mean 'delay'?")),
        ('[crawl]\ndelay = "fast"', ("crawl.delay", "'fast'", "a number")),
        ("[crawl]\ndelay = -1", ("crawl.delay", "from 0 to 3600 seconds")),
        ("[crawl]\nconcurrency = true", ("crawl.concurrency", "a whole number")),
        ('[crawl]\nkeep_pages = "some"', ("crawl.keep_pages", "relevant, all, none")),
        ("crawl = 3", ("crawl: must be a table",)),
        ("sources = 3", ("sources: must be tables",)),
        ('alert = "mailto://x"', ("alert", "[[alert]]")),
        ('topic = ""', ("topic", "must not be empty")),
        ('contact = "a\\nb"', ("contact", "one line")),
        ("file = 1", ("unknown key 'file'",)),
        (NEW + 'artikle = "x"', ("sources.novosti: unknown key 'artikle'", "Did you mean 'article'?")),
        (NEW + 'id = "x"', ("sources.novosti: unknown key 'id'",)),
        (NEW + "article = '/news/(\\d+'", ("sources.novosti.article", "regular expression")),
        (NEW + 'region = "RU-KDG"', ("sources.novosti.region", "ISO 3166-2", "Did you mean 'RU-K")),
        (NEW + 'region = "Калининград"', ("sources.novosti.region", "Did you mean 'RU-KGD'?")),
        (NEW + 'kind = "goverment"', ("sources.novosti.kind", "Did you mean 'government'?")),
        (NEW + 'timezone = "Europe/Moskow"', ("sources.novosti.timezone", "Did you mean 'Europe/Moscow'?")),
        (NEW + 'timezone = "../../etc/passwd"', ("sources.novosti.timezone", "IANA")),
        (NEW + 'every = "4s"', ("sources.novosti.every", "5s")),
        (NEW + 'every = "half an hour"', ("sources.novosti.every", "30m")),
        (NEW + 'every = "1h"\ncron = "0 9 * * *"', ("sources.novosti", "every and cron")),
        (NEW + 'tls = "off"', ("sources.novosti.tls", "default, ru-ca, legacy, insecure")),
        (NEW + 'next = "?page=2"', ("sources.novosti.next", "{page}")),
        (NEW + 'next = "?page={n}"', ("sources.novosti.next", "{page}")),
        (NEW + 'title_css = "h1["', ("sources.novosti.title_css", "CSS")),
        (NEW + 'verified = "yesterday"', ("sources.novosti.verified", "never")),
        (NEW + 'telegram = "no spaces"', ("sources.novosti.telegram", "minpromtorg_ru")),
        (NEW + 'preset = "bitriks"', ("sources.novosti.preset", "Did you mean 'bitrix'?")),
        (NEW + "budget = 0", ("sources.novosti.budget", "article pages")),
        ('[sources.x]\nfeeds = "https://a.example/rss"', ("sources.x.feeds", "a list of strings")),
        ('[sources.x]\nfeeds = ["gov39.ru/rss"]', ("sources.x.feeds", "absolute address")),
        ('[sources.x]\nfeeds = ["file:///etc/passwd"]', ("sources.x.feeds", "absolute address")),
        ('[sources.x]\nfeeds = ["https://a.example:99999/"]', ("sources.x.feeds", "address")),
        ('[sources.x]\nfeeds = ["https://bad..рф/"]', ("sources.x.feeds", "host")),
        ('[sources.x]\nname = "X"', ("sources.x", "no way", "feeds, sitemaps, listings, api, telegram")),
        ('[sources.gov93]\nevery = "5m"', ("sources.gov93", "Did you mean 'gov")),
        ("[sources.gov93]\nenabled = false", ("sources.gov93", "no such source", "Did you mean 'gov")),
        ('[sources."Gov 39"]\nfeeds = ["https://a.example/"]', ("sources.Gov 39", "lower-case")),
        ("sources.x = 3", ("sources.x: must be a table",)),
        ('[sources.x.api]\nurl = "https://a.example/?p={page}"\nlink = "url"', ("sources.x.api", "'items' is missing")),
        ('[sources.x.api]\nurl = "https://a.example/?p={n}"\nlink = "url"', ("sources.x.api.url", "{page}")),
        ('[sources.x.api]\nurl = "https://a.example/"\nlink = "a["\nitems="i"', ("sources.x.api.link", "JMESPath")),
        ('[sources.x.api]\nurl = "https://a.example/"\nlnk = "a"', ("sources.x.api: unknown key 'lnk'", "Did you mean 'link'?")),
        ("[[alert]]\nregions = []", ("alert 1", "'to' is missing")),
        ('[[alert]]\nto = "x://a"\nregions = ["KGD"]', ("alert 1.regions", "Did you mean 'RU-KGD'?")),
        ('[[alert]]\nto = "x://a"\nsources = ["gov93"]', ("alert 1.sources", "there is no source 'gov93'", "Did you mean")),
        ('[[alert]]\nto = "x://a"\nscore = 7', ("alert 1.score", "from 0 to 1")),
        ('[[alert]]\nto = "x://a"\ndigest = "hourly"', ("alert 1.digest", "daily, weekly")),
        ('[[alert]]\nto = "x://a"\nat = "25:00"', ("alert 1.at", "09:00")),
    ],
)
def test_a_mistake_names_file_key_and_what_is_allowed(tmp_path: Path, text: str, said: tuple[str, ...]) -> None:
    _refused(tmp_path, text, *said)


def test_toml_that_is_not_toml_names_the_line(tmp_path: Path) -> None:
    _refused(tmp_path, 'archive = "a.db"\ntopic = \n', "not valid TOML", "line 2")


def test_a_file_that_is_not_utf8_or_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "avtoklaster.toml"
    file.write_bytes('contact = "Калуга"'.encode("cp1251"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_config(file)
    with pytest.raises(ConfigError, match=r"missing\.toml: cannot be read"):
        load_config(tmp_path / "missing.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "avtoklaster.toml"
    file.write_bytes(b"\xef\xbb\xbf" + b'topic = "automotive-clusters"\n')
    assert load_config(file).topic == "automotive-clusters"


def test_passwords_never_reach_a_message_or_a_repr(tmp_path: Path) -> None:
    secret = "hunter2"
    assert secret not in _refused(tmp_path, f'[[alert]]\nto = "{secret}"\n', "alert 1.to", "Apprise")
    assert secret not in _refused(tmp_path, NEW + f'proxy = "socks5://u:{secret}@p.example"\n', "sources.novosti.proxy")
    assert secret not in _refused(tmp_path, f"[[alert]]\nto = ['{secret}']\n", "alert 1.to")
    config = _load(
        tmp_path, NEW + f'proxy = "http://u:{secret}@p.example:3128"\n[[alert]]\nto = "mailto://u:{secret}@a.example"\n'
    )
    assert secret not in repr(config)
    assert secret in config.alerts[0].to


def test_alerts_are_read_with_their_rules(tmp_path: Path) -> None:
    text = '[[alert]]\nto = "mailto://a.example"\nregions = ["ru-kgd"]\nwords = ["Автотор"]\ndigest = "weekly"\n'
    text += 'sources = ["gov39"]\n'
    first, second = _load(tmp_path, text + '[[alert]]\nto = "json://a.example"\nsend = ["alarms"]\n').alerts
    assert (first.regions, first.sources, first.words, first.digest, first.score) == (
        ("RU-KGD",),
        ("gov39",),
        ("Автотор",),
        "weekly",
        0.5,
    )
    assert (first.send, second.send, second.digest) == (("stories", "alarms"), ("alarms",), "")


def test_a_mistake_in_a_source_is_a_source_error(tmp_path: Path) -> None:
    file = tmp_path / "avtoklaster.toml"
    file.write_text('[sources.x]\ntls = "none"\n', encoding="utf-8")
    with pytest.raises(SourceError):
        load_config(file)
