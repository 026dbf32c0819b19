"""Pages that stand in the way: how a challenge, a block or a CAPTCHA looks. Pure; shared by fetching and reading.

A mark alone is no proof: a form with SmartCaptcha or Cloudflare's own script stands on many honest pages, so a mark in the body
counts only where the page says almost nothing to a reader. Never solved, only recognised.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

LOOKED_AT = 262_144
"""Bytes: a page longer than this is an honest one, whatever marks it bears."""

MARKED_AT = 32_768
"""Bytes in which a challenge names itself; without a mark only pages no longer than this are read."""

WORDY = 900
"""Characters of visible text from which a page with a mark in its scripts is taken for an honest one."""

MUTE = 250
"""The same where the mark is a widget that honest contact forms bear too."""

# widgets that also stand in honest contact and comment forms: the page must be nearly mute
_FORMS = {"SmartCaptcha", "reCAPTCHA", "hCaptcha", "Cloudflare", "StormWall", "Variti", "cookie test"}

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
    (b"showcaptcha", "Yandex CAPTCHA"),
    (b"_incapsula_resource", "Incapsula"),
    (b"/_sec/cp_challenge/", "Akamai"),
    (b"captcha-delivery.com", "DataDome"),
    (b"/.well-known/kill-bot/", "KillBot"),
    (b"stormwall", "StormWall"),
    (b"variti", "Variti"),
    (b"unity_pause_sso", "Rambler sign-in redirect"),
    (b"g-recaptcha", "reCAPTCHA"),
    (b"hcaptcha.com", "hCaptcha"),
    (b"slowaes", "cookie test"),
    (b"__test=", "cookie test"),
)

# what such a page tells a person (lower case, е for ё), and how long the page may be: a press release can say it too
_SAYINGS: tuple[tuple[str, str, int], ...] = (
    ("checking your browser before", "browser check", WORDY),
    ("проверка браузера перед", "browser check", WORDY),
    ("just a moment", "Cloudflare", MUTE + 150),
    ("один момент", "Cloudflare", MUTE + 150),
    ("ddos protection by", "DDoS protection", WORDY),
    ("protected by ddos-guard", "DDoS-Guard", WORDY),
    ("attention required! | cloudflare", "Cloudflare", WORDY),
    ("verify you are human", "CAPTCHA", WORDY),
    ("verifying you are human", "CAPTCHA", WORDY),
    ("подтвердите, что вы не робот", "CAPTCHA", WORDY),
    ("подтвердите, что запросы отправляли вы", "CAPTCHA", WORDY),
    ("вы не робот?", "CAPTCHA", WORDY),
    ("докажите, что вы не робот", "CAPTCHA", WORDY),
    ("введите символы с картинки", "CAPTCHA", WORDY),
    ("access denied", "access denied", MUTE + 150),
    ("доступ запрещен", "access denied", MUTE + 150),
    ("доступ к сайту ограничен", "access denied", MUTE + 150),
    ("доступ к ресурсу ограничен", "access denied", MUTE + 150),
    ("доступ к запрашиваемому ресурсу ограничен", "access denied", MUTE + 150),
    ("доступ ограничен", "access denied", MUTE + 150),
    ("доступ из вашей страны", "geographical block", MUTE + 150),
    ("недоступен из вашей страны", "geographical block", MUTE + 150),
    ("доступен только с территории российской федерации", "geographical block", MUTE + 150),
    ("доступен только с территории рф", "geographical block", MUTE + 150),
    ("your ip has been blocked", "address blocked", MUTE + 150),
    ("ваш ip заблокирован", "address blocked", MUTE + 150),
    ("ваш ip-адрес заблокирован", "address blocked", MUTE + 150),
    ("request unsuccessful. incapsula", "Incapsula", WORDY),
    ("слишком много запросов", "too many requests", MUTE + 150),
    ("too many requests", "too many requests", MUTE + 150),
    ("enable javascript and cookies to continue", "cookie test", WORDY),
    ("включите javascript и cookie", "cookie test", WORDY),
)

_SCRIPTS = re.compile(rb"<(script|style|svg|template)\b[^>]*>.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAGS = re.compile(rb"<[^<>]*>")
_SPACES = re.compile(r"\s+")


@cache
def _scanner() -> BytesAhoCorasick:
    """All marks at once: looked for one after the other they cost as much as the gate."""
    return BytesAhoCorasick([mark for mark, _ in _MARKS], implementation=Implementation.DFA)


def _visible(body: bytes) -> str:
    """What a reader would see, roughly: one line in lower case; windows-1251 where it is not UTF-8."""
    shown = _TAGS.sub(b" ", _SCRIPTS.sub(b" ", body))
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
    marks = _scanner().find_matches_as_indexes(body[:MARKED_AT].lower(), overlapping=True)
    found = _MARKS[min(mark[0] for mark in marks)][1] if marks else ""
    # what an honest page says is not read: it costs a millisecond, and challenges without a mark are small
    if not found and len(body) > MARKED_AT:
        return ""
    said = _visible(body)
    if found and len(said) < (MUTE if found in _FORMS else WORDY):
        return found
    return next((name for saying, name, most in _SAYINGS if len(said) < most and saying in said[:400]), "")
