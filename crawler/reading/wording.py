"""The words and class names by which sites label dates and mark what is not the text: the vocabulary of `visible` and `text`."""

from __future__ import annotations

import re

PUBLISHED = re.compile(
    r"опубликован|публикаци|размещен|добавлен[оа]?\b|создан[оа]?\b|выложен|дата новости|дата материала"
    r"|\b(?:дата|datum|date|data|fecha)\s*:?\s*$"
    r"|\bposted|published|publication date|veröffentlicht|publicado|publié|pubblicato|opublikowan|dodano|gepubliceerd|publisert"
    r"|publicerad|yayınlan|опублікован|апублікав|жарияланды|erstellt|première publication|date posted"
    r"|\bstand\s*:|paru le|written on"
    r"|\bcreated\b|\b(?:дата|datum)\s*:",
    re.IGNORECASE,
)
"""Before a date: it is the publication's."""

CHANGED = re.compile(
    r"обновл|измен[её]н|редактир|актуализир|последн\w+ (?:изменени|обновлени|редакци)|updated|modified"
    r"|last change|edited|aktualisier"
    r"|letzte änderung|geändert|actualizado|atualizado|aggiornat|mis à jour|aktualiz|zaktualiz|оновлен|bijgewerkt|oppdatert"
    r"|uppdaterad|güncelle",
    re.IGNORECASE,
)
"""Before a date: it is that of an update."""

OTHER = re.compile(
    r"свидетельств|зарегистр|регистраци|лицензи|\bэл\s*№|роскомнадзор|©|\(c\)|copyright|все права|all rights"
    r"|состоит?ся|пройд[её]т"
    r"|мероприяти[ея]|дата проведения|время проведения|начало\s*[:в]|срок|\bдо\s+\d|приказ|постановлени"
    r"|распоряжени|\bзакон|указ\b|родил"
    r"|дата рождения|\bдействует|действительн|when\s*:|event date|starts\b|ends\b|deadline|expires|\bvalid|\bborn\b|birth|joined"
    r"|member since|на сайте с|следующ|предыдущ|архив|archive|прогноз|курс\b|цб рф|beginn\b|№\s*\d|\bот\s+\d|phone"
    r"|телефон|\bтел\b|\+7|8 ?\(\d|\bfax"
    r"|\bisbn|version|версия|release notes|просмотров за|погода|выпуск\s*№|сегодня\s+\d",
    re.IGNORECASE,
)
"""Beside a date: it is that of something else: a registration, a law, an event, a weather report."""

DATE_CLASS = re.compile(
    r"(?:^|[-_ ])(?:time|datetime|pub|publ|published|pubdate|posted|created|data|fecha|datum|when)(?:$|[-_ ]"
    r"|ed|ation)|date|publish"
    r"|timestamp|byline|dateline|post-?meta|entry-?meta|article-?(?:info|meta)|news-?(?:info|date)",
    re.IGNORECASE,
)
"""In a class: here stands a date."""

ASIDE_CLASS = re.compile(
    r"sidebar|side-bar|(?:^|[-_ ])aside|widget|related|similar|more-?news|other-?news|last-?news|latest|recent"
    r"|popular|trending|most-?read"
    r"|top-?news|recommend|teaser|read-?also|see-?also|promo(?!ted)|banner|(?:^|[-_ ])ads?(?:$|[-_ ])|advert|carousel"
    r"|slider|swiper|ticker"
    r"|news-?list|news-?feed|(?:^|[-_ ])feed(?:$|[-_ ])|archive|calendar|weather|currenc|prev-?next|pager|pagination|post-?nav"
    r"|nav-?links|siblings|lenta|anons|announce|event-?date|footer|copyright|subscribe|(?:^|[-_ ])menu|(?:^|[-_ ])nav(?:$|[-_ ])"
    r"|breadcrumb|interest|popup|modal",
    re.IGNORECASE,
)
"""In a class: what stands here is not about this page."""

COMMENT_CLASS = re.compile(
    r"(?:^|[-_ ])comments?(?:$|[-_ ])|comment-?(?:list|body|item|meta|text)|disqus|replies|discussion|otzyv", re.IGNORECASE
)
"""In a class: readers speak here."""

CAPTION_CLASS = re.compile(
    r"caption|(?:^|[-_ ])foto|photo-?(?:desc|text|author|sign)|img-?desc|credit|copyright-photo|podpis", re.IGNORECASE
)
"""In a class: the words of a picture."""

NOT_TEXT_CLASS = re.compile(
    r"(?:^|[-_ ])(?:share|sharing|social|socials|soc|likes?|pluso|uptolike|breadcrumbs?|comments?|disqus|reply"
    r"|respond|subscribe|subscription"
    r"|newsletter|paywall|related|similar|readalso|read-?also|see-?also|read-?more|recommend(?:ed|ations?)?"
    r"|popular|banners?|adv|ads?|advert\w*"
    r"|advertisement|promo|tags?|tag-?list|rating|voting|vote|counter|views|print|print-?version|pagination"
    r"|pager|prev-?next|post-?nav\w*"
    r"|login|auth|popup|modal|cookie\w*|tooltip|toolbar|feedback|donate)(?:$|[-_ ])|ya-share|yashare|addthis"
    r"|sharethis|social-?likes"
    r"|b-share|share-?(?:buttons?|block|links?)|news-?also|more-?news|other-?news|jp-relatedposts|taboola"
    r"|outbrain|smi2|mgid|sparrow",
    re.IGNORECASE,
)
"""In a class: a box that is never the text."""

LIST_CLASS = re.compile(
    r"sidebar|side-bar|widget|teaser|latest|recent|trending|most-?read|top-?news|last-?news|news-?list"
    r"|news-?feed|carousel|slider|swiper"
    r"|ticker|archive|calendar|weather|currenc|lenta|anons|(?:^|[-_ ])menu|(?:^|[-_ ])nav(?:$|[-_ ])|navbar|footer|copyright",
    re.IGNORECASE,
)
"""In a class: a box of other things, if it holds links and no prose."""
