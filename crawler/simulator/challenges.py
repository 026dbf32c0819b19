"""Pages that refuse a crawler, one per vendor, cut down to the marks by which they are known.

Imitates: the table of obstacles in the project's research on sources (section 5.1: status, `Server`, cookies, script
addresses); the ServicePipe page is modelled on a full one in public store. Texts are invented, scripts do nothing.
"""

from __future__ import annotations

from crawler.simulator.messages import Response, html

_SPIN = "<div class='spinner'></div><noscript>Включите JavaScript и обновите страницу.</noscript>"


def _page(title: str, body: str, status: int, *headers: tuple[str, str]) -> Response:
    answer = html(f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>", status=status)
    answer.headers += headers
    return answer


def ddos_guard() -> Response:
    """403 with `Server: ddos-guard` (iz.ru)."""
    body = f"""<h1>Проверка браузера перед переходом на сайт</h1><p>Это займёт несколько секунд. Сайт защищён от атак, поэтому мы
проверяем ваш браузер. Процесс автоматический.</p>{_SPIN}<script src="https://check.ddos-guard.net/check.js"></script>
<script src="/.well-known/ddos-guard/js-challenge/index.js"></script>"""
    cookies = [("Set-Cookie", f"__ddg{number}_=x; path=/") for number in (1, 8, 9, 10)]
    return _page("DDoS-Guard", body, 403, ("Server", "ddos-guard"), *cookies)


def qrator() -> Response:
    """401 on pages (rg.ru on bursts)."""
    body = f'{_SPIN}<script src="/__qrator/qauth.js"></script><script>fetch("/__qrator/validate")</script>'
    return _page("", body, 401, ("Server", "QRATOR"), ("Set-Cookie", "qrator_jsr=1; path=/"))


def servicepipe() -> Response:
    """200: only the marks tell."""
    body = f"""<div id="id_spinner" class="container">{_SPIN}</div><div id="id_captcha_frame_div" style="display:none"></div>
<script src="https://servicepipe.ru/static/jsrsasign-all-min.js"></script><script src="https://servicepipe.ru/static/checkjs/x.js"></script>
<script>function get_cookie_spsn(){{return "spsn=0"}}</script><noscript>
<meta http-equiv="refresh" content="0; url=/exhkqyad"></noscript>"""
    return _page("Загрузка", body, 200, ("Set-Cookie", "spid=0; path=/"))


def beget() -> Response:
    """200 and a tiny page that sets a cookie (semenov.nobl.ru)."""
    body = "<script>function set_cookie(){document.cookie='beget=begetok; path=/'}set_cookie();location.reload();</script>"
    return _page("", body, 200)


def cloudflare() -> Response:
    """503 with the "Just a moment" page (one note on frprf.ru)."""
    body = f"""<h1>Just a moment...</h1>{_SPIN}<form id="challenge-form" class="cf-chl-managed"></form>
<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>"""
    return _page("Just a moment...", body, 503, ("Server", "cloudflare"), ("CF-RAY", "0-DME"))


def smartcaptcha() -> Response:
    """200 with Yandex SmartCaptcha."""
    body = """<h1>Подтвердите, что запросы отправляли вы, а не робот</h1>
<form action="/checkcaptcha"><div class="CheckboxCaptcha SmartCaptcha">
</div></form><p>Нам очень жаль, но запросы с вашего устройства похожи на автоматические.</p>"""
    return _page("Вы не робот?", body, 200)


def stormwall() -> Response:
    """A plain 403 for an unwelcome client name (tass.ru)."""
    return _page("403 Forbidden", "<h1>403 Forbidden</h1>", 403)


def rambler() -> Response:
    """200, a redirect stub to a sign-in (gazeta.ru, lenta.ru)."""
    body = "<script>document.cookie='unity_pause_sso=1';location.href='https://id.rambler.ru/sber/?back='+location.href</script>"
    return _page("", body, 200)


VENDORS = {
    maker.__name__: maker for maker in (ddos_guard, qrator, servicepipe, beget, cloudflare, smartcaptcha, stormwall, rambler)
}
"""Vendor -> its page."""
