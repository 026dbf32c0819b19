"""A channel announces what its site tells: each post becomes its copy or joins its story, in either order."""

from pathlib import Path

import pytest

from tests.crawl.conftest import Desk
from tests.discovery.serving import Pages, serve

HTML = "text/html; charset=utf-8"
RELEASES = {
    5001: (
        "Завод «Прибой» запустил выпуск рулевых реек для КАМАЗа",
        "В Набережных Челнах завод «Прибой» запустил линию по выпуску рулевых реек для грузовиков КАМАЗ. "
        "Предприятие вошло в камский "
        "автомобильный кластер.",
        "Инвестиции составили 1,2 млрд рублей, из них 600 млн рублей — льготный заём Фонда развития "
        "промышленности. На линии создано "
        "140 рабочих мест.",
        "Мощность линии — 90 тысяч реек в год, до конца года уровень локализации доведут до 85 процентов.",
    ),
    5002: (
        "В Калуге открыли центр испытаний тормозных систем",
        "В калужском автомобильном кластере открыли центр испытаний тормозных систем. Здесь будут проверять колодки и диски "
        "поставщиков для автозаводов области.",
        "В оборудование вложили 340 млн рублей, половину суммы дал областной бюджет. Центр рассчитан на 1 200 испытаний в год.",
    ),
    5003: (
        "Ульяновский «Форсаж» отгрузил первую партию сидений для УАЗа",
        "Ульяновское предприятие «Форсаж» отгрузило первую партию автомобильных сидений на конвейер Ульяновского "
        "автозавода — 2 400 "
        "комплектов.",
        "Производство открыли в промышленной зоне «Заволжье» при поддержке автомобильного кластера. Вложения в "
        "первую очередь — 410 "
        "млн рублей, работу получили 95 человек.",
    ),
    5004: (
        "Тольяттинская ОЭЗ приняла нового резидента — производителя жгутов",
        "Особая экономическая зона «Тольятти» приняла нового резидента: компания «Волжские жгуты» построит завод автомобильной "
        "проводки для АвтоВАЗа.",
        "Объём вложений — 780 млн рублей, будет создано 320 рабочих мест. Строительство начнётся весной.",
    ),
}
POSTS = {
    5001: "<b>Завод «Прибой» запустил выпуск рулевых реек для КАМАЗа</b><br/><br/>Подробнее: {link}",
    5002: "В Калуге открыли центр испытаний тормозных систем<br/><br/>" + RELEASES[5002][1] + "<br/><br/>{link}",
    5003: "🚗 На конвейер УАЗа пошли ульяновские кресла! Первые 2 400 комплектов отправил «Форсаж» из «Заволжья». В "
    "цех вложили 410 "
    "млн ₽, там трудятся 95 человек. Читайте на сайте: {link}",
    5004: "⚡️Новый резидент ОЭЗ «Тольятти»<br/><br/>✅ «Волжские жгуты»<br/>✅ 780 млн рублей<br/>✅ 320 рабочих "
    "мест<br/>✅ проводка для "
    "АвтоВАЗа<br/><br/>{link}",
}


def _ministry(base: str) -> Pages:
    """A press section with four releases, and the preview of its channel."""
    pages, rows, posts = {}, "", ""
    for day, (number, (title, *text)) in enumerate(RELEASES.items(), 10):
        rows += f'<li><a href="/press/{number}/">{title}</a></li>'
        head = f'<title>{title}</title><meta property="article:published_time" content="2026-03-{day}T10:00:00+03:00">'
        body = f"<h1>{title}</h1>" + "".join(f"<p>{line}</p>" for line in text)
        pages[f"/press/{number}/"] = HTML, f"<html><head>{head}</head><body>{body}</body></html>".encode()
        link = f'<a href="{base}press/{number}/">{base}press/{number}/</a>'
        posts += (
            f'<div class="tgme_widget_message" data-post="minprom_kanal/{number}">'
            f'<div class="tgme_widget_message_text js-message_text">{POSTS[number].replace("{link}", link)}</div>'
            f'<a class="tgme_widget_message_date"><time datetime="2026-03-{day}T08:30:00+00:00"></time></a></div>'
        )
    preview = f'<html><body><section class="tgme_channel_history">{posts}</section></body></html>'
    return pages | {
        "/press/": (HTML, f"<html><body><ul>{rows}</ul></body></html>".encode()),
        "/s/minprom_kanal": (HTML, preview.encode()),
    }


@pytest.mark.slow
@pytest.mark.parametrize("order", [("site", "channel"), ("channel", "site")], ids=["site first", "channel first"])
def test_a_post_that_announces_a_release_is_its_copy_or_its_story(tmp_path: Path, order: tuple[str, str]) -> None:
    with serve(_ministry) as (base, asked):
        site = f'[sources.site]\nkind = "ministry"\nlistings = ["{base}press/"]\narticle = "/press/\\\\d+/$"\n'
        channel = f'[sources.channel]\nkind = "ministry"\ntelegram = "{base}s/minprom_kanal"\n'
        desk = Desk(tmp_path, f'catalogue = false\ncontact = "a@b.ru"\n[crawl]\ndelay = 0.0\n{site}{channel}')
        for source in order:
            desk.crawl(source)
    stories = "SELECT p.url, p.outcome, a.story FROM pages p JOIN articles a ON a.id = p.article WHERE p.source IN (?, ?)"
    told: dict[str, set[int]] = {}
    for url, _, story in desk.rows(stories, *order):
        told.setdefault(url.rstrip("/").rpartition("/")[2], set()).add(story)
    assert {number: len(found) for number, found in told.items()} == {str(number): 1 for number in RELEASES}
    assert len(set.union(*told.values())) == len(RELEASES), "different events stay apart"
    copies = desk.rows("SELECT c.url, a.url FROM copies c JOIN articles a ON a.id = c.article")
    assert [(one.rpartition("/")[2], other) for one, other in copies] == [("5002", f"{base}press/5002/")]
    assert len([path for path in asked if path.startswith("/press/5")]) == len(RELEASES), "a lead is no second request"
