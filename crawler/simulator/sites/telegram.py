"""A channel's public preview.

Imitates: `t.me/s/{channel}` as RSS-Bridge, RSSHub and a public collector read it: `.tgme_widget_message[data-post]`, text
with <br>, `time[datetime]` in UTC, 20 posts a page, oldest first, `?before=`; `.tgme_widget_message_service` notices; links
out of posts (leads); `&` escaped twice since 2024-04. A channel that is closed redirects to `/{channel}`: 200, a card of 9.7
KB without messages (RSS-Bridge#3891).
"""

from __future__ import annotations

from datetime import UTC
from html import escape
from typing import Any

from crawler.simulator.messages import Request, Response, html, redirect
from crawler.simulator.press import Piece
from crawler.simulator.sites.base import Site

PER_PAGE = 20


class Telegram(Site):
    """The channel `promvestnik`; every other name is a closed one."""

    key = "telegram"
    name = "Промышленный вестник (Telegram)"
    region = "RU"
    kind = "ministry"
    robots = "User-agent: *\nDisallow:\n"
    channel = "promvestnik"
    routes = ((r"/s/(\w+)", "preview"), (r"/(\w+)", "card"), (r"/(\w+)/(\d+)", "post"))

    def address(self, piece: Piece) -> str:
        return f"/{self.channel}/{piece.number}"

    def entry(self) -> dict[str, Any]:
        return {"telegram": f"{self.base}s/{self.channel}"}

    def _message(self, piece: Piece) -> str:
        parts = [f"<b>{escape(piece.title)}</b>", *(escape(escape(text, quote=False), quote=False) for text in piece.paragraphs)]
        if piece.link:
            address = self.elsewhere(self.press.get(piece.link))
            parts.append(f'Подробнее: <a href="{address}" target="_blank" rel="noopener">{address}</a>')
        post = f"{self.channel}/{piece.number}"
        moment = self.press.when(piece).astimezone(UTC).isoformat()
        return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="{post}" data-view="0">
<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author accent_color">
<a class="tgme_widget_message_owner_name" href="{self.base}{self.channel}"><span dir="auto">{self.name}</span></a></div>
<div class="tgme_widget_message_text js-message_text" dir="auto">{"<br/><br/>".join(parts)}</div>
<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info">
<span class="tgme_widget_message_views">1.4K</span><span class="tgme_widget_message_meta">
<a class="tgme_widget_message_date" href="{self.base}{post}">
<time datetime="{moment}" class="time">{self.press.when(piece):%H:%M}</time></a>
</span></div></div></div></div></div>"""

    def preview(self, request: Request, channel: str) -> Response:
        if channel != self.channel:
            return redirect(f"{self.base}{channel}")
        before = request.query.get("before", "")
        newest_first = [p for p in self.press.published(self.key) if not before.isdecimal() or p.number < int(before)]
        shown = newest_first[:PER_PAGE][::-1]
        more = ""
        if len(newest_first) > PER_PAGE:
            number = shown[0].number
            more = (
                f'<a href="/s/{channel}?before={number}" class="tme_messages_more js-messages_more" data-before="{number}"></a>'
            )
        service = (
            '<div class="tgme_widget_message_wrap"><div class="tgme_widget_message service_message" '
            f'data-post="{channel}/1"><div class="tgme_widget_message_service">Channel created</div></div></div>'
        )
        return html(f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.name} – Telegram</title>
<meta property="og:title" content="{self.name}"></head><body class="widget_frame_base tgme_webpreview">
<header class="tgme_header"><a href="/{channel}">{self.name}</a></header><main class="tgme_main">
<section class="tgme_channel_history
js-message_history">{more}{"" if more else service}{"".join(self._message(piece) for piece in shown)}</section></main>
</body></html>""")

    def post(self, request: Request, channel: str, number: str) -> Response:
        """The card of a post; with `?embed=1` its widget: `.tgme_widget_message_error` once the post is gone."""
        if "embed" not in request.query:
            return self.card(request, channel)
        shown = [self._message(piece) for piece in self.press.published(self.key) if piece.number == int(number)]
        missing = (
            '<div class="tgme_widget_message js-widget_message"><div class="tgme_widget_message_error">Post not found</div></div>'
        )
        return html(f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Telegram Widget</title></head>
<body class="widget_frame_base">{shown[0] if shown and channel == self.channel else missing}</body></html>""")

    def card(self, request: Request, channel: str) -> Response:
        """The card page: what a closed preview, a group or a wrong name shows, with status 200."""
        filler = "".join(f"<i class='tgme_icon_{index}'></i>" for index in range(250))
        return html(f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Telegram: Contact @{channel}</title>
<meta property="og:title" content="{channel}"></head><body><div class="tgme_page"><div class="tgme_page_title">
<span>{channel}</span></div>
<div class="tgme_page_extra">12 400 subscribers</div><div class="tgme_page_action"><a class="tgme_action_button_new"
href="tg://resolve?domain={channel}">View in Telegram</a></div></div>{filler}</body></html>""")
