"""Pages that stand in the way: how a challenge, a block or a CAPTCHA looks. Pure; shared by fetching and reading.

A mark alone is no proof: a form with SmartCaptcha or Cloudflare's own script stands on many honest pages, so a mark in the body
counts only where the page says almost nothing to a reader. Never solved, only recognised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from ahocorasick_rs import BytesAhoCorasick, MatchKind

LOOKED_AT = 262_144
"""Bytes: a page longer than this is an honest one, whatever marks it bears."""

MARKED_AT = 32_768
"""Bytes in which a challenge names itself; without a mark only pages no longer than this are read."""

WORDY = 900
"""Characters of visible text from which a page with a mark in its scripts is taken for an honest one."""

MUTE = 250
"""The same where the mark is a widget that honest contact forms bear too."""

SHORT = 400
"""The same where only words tell, and honest pages say them as well."""

# widgets that also stand in honest contact and comment forms: the page must be nearly mute
_FORMS = {"PerimeterX", "SmartCaptcha", "reCAPTCHA", "hCaptcha", "Cloudflare", "StormWall", "Variti", "cookie test"}

# scripts and addresses of the guard itself, in lower case
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"check.ddos-guard.net", "DDoS-Guard"),
    (b"/.well-known/ddos-guard/", "DDoS-Guard"),
    (b"ddos-guard/js-challenge", "DDoS-Guard"),
    (b"/__qrator/", "Qrator"),
    (b"servicepipe.ru/static", "ServicePipe"),
    (b"get_cookie_sp", "ServicePipe"),
    (b"id_captcha_frame_div", "ServicePipe"),
    (b"begetok", "Beget"),
    (b"cf-chl-", "Cloudflare"),
    (b"cf_chl_", "Cloudflare"),
    (b"challenges.cloudflare.com", "Cloudflare"),
    (b"cf-browser-verification", "Cloudflare"),
    (b"/cdn-cgi/challenge-platform/h/", "Cloudflare"),
    (b"smartcaptcha", "SmartCaptcha"),
    (b"/showcaptcha", "Yandex CAPTCHA"),
    (b"_incapsula_resource", "Incapsula"),
    (b"/_sec/cp_challenge/", "Akamai"),
    (b"captcha-delivery.com", "DataDome"),
    (b"/.well-known/kill-bot/", "KillBot"),
    (b"stormwall", "StormWall"),
    (b"variti", "Variti"),
    (b"px-captcha", "PerimeterX"),
    (b"__jhash_", "StormWall"),
    (b"unity_pause_sso", "Rambler sign-in redirect"),
    (b"g-recaptcha", "reCAPTCHA"),
    (b"hcaptcha.com", "hCaptcha"),
    (b"slowaes", "cookie test"),
    (b"__test=", "cookie test"),
)

_SITE = r"(?:ресурс|сайт|страниц|сервис|портал|контент|содержим|материал)\w*"
_SHUT = r"(?:недоступ|не доступ|ограничен|закрыт|запрещен|заблокирован|приостановлен)\w*"
_YOURS = r"(?:из|в|для) (?:вашей стран|ваше(?:го|м) регион|вашей локац|иностранн)\w*"
_RUSSIA = r"(?:рф\b|росси\w+)"

# what such a page tells a person (lower case, е for ё), and how long the page may be: a press release can say it too
_SAYINGS: tuple[tuple[re.Pattern[str], str, int], ...] = tuple(
    (re.compile("|".join(said)), name, most)
    for name, most, said in (
        (
            "browser check",
            WORDY,
            (
                r"checking (?:your|the) browser",
                r"провер(?:к\w+|яем) (?:\w+ )?браузер",
                r"подождите[^.]{0,30} проверк",
                r"enable javascript and cookies to continue",
                r"включите (?:javascript и cookie|cookies? и javascript)",
            ),
        ),
        ("DDoS-Guard", WORDY, (r"protected by ddos-guard",)),
        ("DDoS protection", WORDY, (r"ddos protection by",)),
        ("Cloudflare", WORDY, (r"attention required! \| cloudflare",)),
        ("Incapsula", WORDY, (r"request unsuccessful\. incapsula",)),
        (
            "CAPTCHA",
            WORDY,
            (
                r"verify(?:ing)? (?:that )?you are (?:a )?(?:human|not a robot)",
                r"(?:подтвердите|докажите|проверяем|убедиться|проверка), (?:что )?вы не робот",
                r"подтвердите, что запросы отправляли вы",
                r"вы не робот\?",
                r"введите (?:символы|текст|код|цифры|буквы) (?:с|на) (?:картинк|изображени)",
            ),
        ),
        (
            "geographical block",
            SHORT,
            (
                rf"{_SHUT}[^.]{{0,60}} {_YOURS}|{_YOURS}[^.]{{0,60}} {_SHUT}",
                rf"доступ из вашей страны|(?:за пределами|вне|из-за пределов) (?:территории )?{_RUSSIA}[^.]{{0,60}}{_SHUT}",
                rf"{_SHUT}[^.]{{0,60}} (?:(?:за пределами|вне) (?:территории )?{_RUSSIA}|из-за (?:рубежа|границы))",
                rf"(?:доступ\w*|открыт\w*|работает) только (?:из|с|на|для|в) [^.]{{0,40}}{_RUSSIA}",
                r"доступ\w* только (?:с|для) российск",
                r"(?:restricted|blocked|not available|unavailable|denied)[^.]{0,40} (?:your|this) (?:country|region|location)",
                r"(?:your|this) (?:country|region|location)[^.]{0,40} (?:restricted|blocked|not (?:allowed|available)|denied)",
                r"(?:отключите|выключите|используете|включен)[^.]{0,30}\bvpn\b|(?:disable|turn off)[^.]{0,20}\bvpn\b",
            ),
        ),
        (
            "address blocked",
            SHORT,
            (
                r"(?:ваш\w* )(?:запрос|ip(?:-адрес)?|адрес|активность)[^.]{0,40} (?:за)?блокирован",
                r"^(?:\W|\d)*запрос (?:был )?(?:за)?блокирован",
                r"стоп-лист",
                r"your (?:ip|request)[^.]{0,30} (?:has been|was|is) blocked",
                r"request (?:was |has been )?blocked by|you have been blocked",
            ),
        ),
        ("too many requests", SHORT, (r"слишком много запросов", r"too many requests")),
        ("Cloudflare", SHORT, (r"just a moment", r"один момент")),
        (
            "access denied",
            SHORT,
            (
                r"access denied|access to this (?:page|site|resource) (?:has been|is) (?:denied|restricted|blocked)",
                r"доступ (?:запрещен|ограничен)",
                rf"доступ к (?:\S+ ){{0,2}}{_SITE} [^.]{{0,90}}{_SHUT}",
            ),
        ),
    )
)
_HONEST = re.compile(
    rb"(?i)\A\s*(?:\xef\xbb\xbf)?\s*[\[{]|<(?:rss|feed|urlset|sitemapindex)\b|article:published_time|itemprop=.(?:articleBody|datePublished)|\"@type\"\s*:\s*\"(?:News)?Article|<article\b"
)
"""Signs of an article, and of lists of them: a short one may tell of a CAPTCHA or of a site that is not to be had abroad."""

_COOKIE_STUB = re.compile(rb"document\.cookie\s*=.{0,6000}?location\b|location\b.{0,6000}?document\.cookie\s*=", re.DOTALL)
_BLANK = 100
"""Characters of text that such a page may show: «Загрузка…»."""

_STUB = 16_384
"""Bytes: a page that only sets a cookie and comes again is no longer."""

_UNSEEN = re.compile(r"<(?:(script|style|svg|template)\b|!--)")
_TAGS = re.compile(rb"<[^<>]*>")
_SPACES = re.compile(r"\s+")


_ROOT = re.compile(
    rb"""(?is)<(div|main|app-root)\b[^>]*(?:\bid=["']?(?:root|app|__next|__nuxt|gatsby)["']?|(?<=app-root))[^>]*>"""
    rb"""(?:\s|<!--.{0,500}?-->|&nbsp;|<noscript\b.{0,2000}?</noscript>){0,50}</\1\s*>"""
)
_ASKS = re.compile(r"(?:enable|requires|without) javascript|(?:включите|требуется|необходим\w*|без) (?:\w+ )?javascript")
_DRAWN = 200
"""Characters of text that a page drawn by scripts may show without them."""


def drawn_by_scripts(body: bytes) -> bool:
    """Is it the empty frame of a page that only scripts fill (React, Vue, Angular)? Not a refusal: a browser would show it."""
    if len(body) > LOOKED_AT or len(said := _visible(body)) >= _DRAWN:
        return False
    return bool(_ROOT.search(body) or _ASKS.search(said))


@cache
def _scanners() -> tuple[BytesAhoCorasick, BytesAhoCorasick]:
    """All marks at once (one after the other they cost as much as the gate): is there one; all of them, marks within marks too.

    The first looks at many bytes at a time, and hardly any page needs the second.
    """
    marks = [mark for mark, _ in _MARKS]
    return BytesAhoCorasick(marks, matchkind=MatchKind.LeftmostFirst), BytesAhoCorasick(marks)


def _mark(head: bytes) -> str:
    """The guard of the first mark of the list that stands in the beginning of a page (in lower case), "" if none does."""
    is_there, every = _scanners()
    if not is_there.find_matches_as_indexes(head):
        return ""
    return _MARKS[min(mark[0] for mark in every.find_matches_as_indexes(head, overlapping=True))][1]


def without_unseen(page: str) -> str:
    """A page without scripts, styles, drawings and comments. In one go: thousands of them that never end take no longer."""
    lower = page.lower()
    if len(lower) != len(page):  # «İ» is two signs in lower case
        lower = page
    kept, at = [], 0
    endless: set[str] = set()
    for opening in _UNSEEN.finditer(lower):
        closing = "</" + opening[1] if opening[1] else "-->"
        if opening.start() < at or closing in endless:
            continue
        end = lower.find(closing, opening.end())
        if end < 0:
            endless.add(closing)
            continue
        kept.append(page[at : opening.start()])
        at = lower.find(">", end) + 1 or len(page)
    return " ".join([*kept, page[at:]])


def _visible(body: bytes) -> str:
    """What a reader would see, roughly: one line in lower case; windows-1251 where it is not UTF-8."""
    shown = _TAGS.sub(b" ", without_unseen(body.decode("latin-1")).encode("latin-1"))
    try:
        text = shown.decode("utf-8")
    except UnicodeDecodeError:
        # the cut at LOOKED_AT may stand inside a letter
        text = shown[:-4].decode("utf-8", "ignore") if shown[:4000].count(0xD0) > 40 else shown.decode("cp1251", "replace")
    return _SPACES.sub(" ", text).strip().lower().replace("ё", "е")


def _headers_say(headers: Mapping[str, str]) -> str:
    """Guards that name themselves in the answer's own headers (names in lower case)."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "Cloudflare"
    if "x-amzn-waf-action" in headers:
        return "AWS WAF"
    if headers.get("x-datadome", "").lower() == "protected" and "set-cookie" not in headers:
        return "DataDome"
    return ""


def challenge(body: bytes, headers: Mapping[str, str] | None = None) -> str:
    """The guard that answered instead of the site ("DDoS-Guard", "Qrator", "access denied" …), "" when it was the site itself.

    `body` is what came, decompressed; `headers` have lower-case names. The status is not asked: these pages come with 200 too.
    """
    named = _headers_say(headers or {})
    if named or len(body) > LOOKED_AT:
        return named
    found = _mark(body[:MARKED_AT].lower())
    # what an honest page says is not read: it costs a millisecond, and challenges without a mark are small
    if not found and len(body) > MARKED_AT:
        return ""
    said = _visible(body)
    if found and len(said) < (MUTE if found in _FORMS else WORDY):
        return found
    if len(said) < WORDY and not _HONEST.search(body):
        for saying, name, most in _SAYINGS:
            if len(said) < most and saying.search(said[:400]):
                return name
    return "cookie test" if len(said) < _BLANK and len(body) < _STUB and _COOKIE_STUB.search(body) else ""
