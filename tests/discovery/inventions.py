"""Press sites as common systems make them, invented: what their menus, sidebars, pagers and addresses look like."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from tests.discovery.newsroom import NEWS, News, feed, page, paragraphs, sitemap
from tests.discovery.serving import Pages


def wordpress(base: str) -> Pages:
    """No feed link, no REST API; categories, tags, authors and months beside every page; posts at the root."""
    side = (
        '<aside><a href="/category/proizvodstvo/">Производство</a><a href="/category/kadry/">Кадры</a>'
        '<a href="/tag/avtoprom/">автопром</a><a href="/author/redaktor/">Редактор</a>'
        '<a href="/2026/03/">Март 2026</a><a href="/2026/02/">Февраль 2026</a></aside>'
        '<link rel="stylesheet" href="/wp-content/themes/zavod/style.css">'
    )
    menu = (
        '<nav><a href="/">Главная</a><a href="/o-kompanii/">О компании</a><a href="/kontakty/">Контакты</a>'
        '<a href="/novosti/">Новости</a></nav>'
    )

    def listing(part: Sequence[News], more: str) -> tuple[str, bytes]:
        rows = "".join(
            f'<article class="post-{news.number}"><h2 class="entry-title"><a href="/{news.slug}/">{news.title}</a></h2>'
            f'<time datetime="{news.day}T09:00:00+03:00">{news.day:%d.%m.%Y}</time><p>{news.text[0]}</p>'
            f'<a class="more-link" href="/{news.slug}/">Читать далее</a></article>'
            for news in part
        )
        return page("Новости – Завод «Прибой»", menu + rows + more + side)

    pages = {
        "/": listing(NEWS[:4], ""),
        "/novosti/": listing(
            NEWS[:5], '<div class="nav-links"><a class="next page-numbers" href="/novosti/page/2/">Далее</a></div>'
        ),
        "/novosti/page/2/": listing(NEWS[5:10], ""),
        "/o-kompanii/": page("О компании", menu + "<h1>О компании</h1><p>Завод «Прибой» основан в 1968 году.</p>" + side),
        "/kontakty/": page("Контакты", menu + "<h1>Контакты</h1><p>Улица Заводская, 1</p>" + side),
        "/feed/": feed(
            [(f"{base}{news.slug}/", news) for news in NEWS[:10]], "<generator>https://wordpress.org/?v=6.5</generator>"
        ),
        "/wp-sitemap.xml": sitemap([f"{base}wp-sitemap-posts-post-1.xml", f"{base}wp-sitemap-posts-page-1.xml"], "sitemap"),
        "/wp-sitemap-posts-post-1.xml": sitemap([f"{base}{news.slug}/" for news in NEWS]),
        "/wp-sitemap-posts-page-1.xml": sitemap([base, f"{base}o-kompanii/", f"{base}kontakty/"]),
        "/robots.txt": ("text/plain", f"User-agent: *\nDisallow: /wp-admin/\n\nSitemap: {base}wp-sitemap.xml\n".encode()),
    }
    for name in ("/category/proizvodstvo/", "/category/kadry/", "/tag/avtoprom/", "/author/redaktor/", "/2026/03/", "/2026/02/"):
        pages[name] = listing(NEWS[:5], "")
    for news in NEWS:
        meta = f'<meta property="article:published_time" content="{news.day}T09:00:00+03:00">'
        pages[f"/{news.slug}/"] = page(
            f"{news.title} – Завод «Прибой»",
            f'{menu}<article><h1 class="entry-title">{news.title}</h1>{paragraphs(news)}</article>{side}',
            meta,
        )
    return pages


def drupal(base: str) -> Pages:
    """Nodes by number, a pager that counts from nought, terms and a login in the sidebar, no feed."""
    side = (
        '<div class="sidebar"><a href="/taxonomy/term/5">Автопром</a><a href="/taxonomy/term/12">Инвестиции</a>'
        '<a href="/user/login">Войти</a><a href="/user/register">Регистрация</a></div>'
    )
    menu = (
        '<ul class="menu"><li><a href="/">Главная</a><li><a href="/about">О министерстве</a><li>'
        '<a href="/press/news">Новости</a></ul>'
    )
    head = '<meta name="Generator" content="Drupal 7 (http://drupal.org)">'

    def listing(number: int) -> tuple[str, bytes]:
        part = NEWS[number * 4 : number * 4 + 4]
        rows = "".join(
            f'<div class="views-row"><span class="date">{news.day:%d.%m.%Y}</span><h3>'
            f'<a href="/node/{news.number}">{news.title}</a></h3></div>'
            for news in part
        )
        pager = '<ul class="pager"><li class="pager-current">1</li>' + "".join(
            f'<li class="pager-item"><a title="На страницу номер {n + 1}" href="/press/news?page={n}">{n + 1}</a></li>'
            for n in range(3)
        )
        if number < 2:
            pager += f'<li class="pager-next"><a href="/press/news?page={number + 1}">следующая ›</a></li>'
        return page("Новости | Министерство", f"{menu}<div class='view-content'>{rows}</div>{pager}</ul>{side}", head)

    pages = {
        "/": page("Министерство промышленности", f"{menu}<h1>Министерство</h1><p>Официальный сайт.</p>{side}", head),
        "/about": page("О министерстве", f"{menu}<h1>О министерстве</h1><p>Положение о министерстве.</p>{side}", head),
        "/press/news": listing(0),
        "/press/news?page=0": listing(0),
        "/press/news?page=1": listing(1),
        "/press/news?page=2": listing(2),
    }
    for news in NEWS:
        body = f'<h1 class="page-title">{news.title}</h1><div class="submitted">Опубликовано {news.day:%d.%m.%Y} - 09:00</div>'
        pages[f"/node/{news.number}"] = page(
            f"{news.title} | Министерство", f"{menu}{body}<div class='field-item'>{paragraphs(news)}</div>{side}", head
        )
    return pages


def joomla(base: str) -> Pages:
    """Number and slug below the section, a pager by ?start=, print versions, a feed of the section."""
    menu = (
        '<ul class="nav"><li><a href="/index.php">Главная</a><li>'
        '<a href="/index.php/o-klastere">О кластере</a><li>'
        '<a href="/index.php/press-tsentr/novosti">Новости</a></ul>'
    )
    head = '<meta name="generator" content="Joomla! - Open Source Content Management">'

    def listing(start: int) -> tuple[str, bytes]:
        rows = "".join(
            '<div class="item"><h2 itemprop="name">'
            f'<a href="/index.php/press-tsentr/novosti/{news.number}-{news.slug}" itemprop="url">{news.title}</a>'
            "</h2>"
            f'<a href="/index.php/press-tsentr/novosti/{news.number}-{news.slug}?tmpl=component&amp;print=1">Печать</a>'
            f'<dd>Опубликовано: <time datetime="{news.day}T09:00:00+03:00" itemprop="datePublished">{news.day:%d.%m.%Y}</time>'
            "</dd></div>"
            for news in NEWS[start : start + 5]
        )
        links = "".join(
            f'<li><a class="pagenav" href="/index.php/press-tsentr/novosti?start={at}">{at // 5 + 1}</a></li>' for at in (5, 10)
        )
        feed = '<link href="/index.php/press-tsentr/novosti?format=feed&amp;type=rss" rel="alternate" type="application/rss+xml">'
        return page("Новости", f"{menu}{rows}<ul class='pagination'>{links}</ul>", head + feed)

    prefix = f"{base}index.php/press-tsentr/novosti"
    pages = {
        "/": page("Автомобильный кластер области", f"{menu}<h1>Кластер</h1><p>Добро пожаловать!</p>", head),
        "/index.php": page("Автомобильный кластер области", f"{menu}<h1>Кластер</h1><p>Добро пожаловать!</p>", head),
        "/index.php/o-klastere": page("О кластере", f"{menu}<h1>О кластере</h1><p>Состав участников.</p>", head),
        "/index.php/press-tsentr/novosti": listing(0),
        "/index.php/press-tsentr/novosti?start=5": listing(5),
        "/index.php/press-tsentr/novosti?start=10": listing(10),
        "/index.php/press-tsentr/novosti?format=feed&type=rss": feed(
            [(f"{prefix}/{news.number}-{news.slug}", news) for news in NEWS[:10]]
        ),
    }
    for news in NEWS:
        body = f'<div class="item-page" itemscope itemtype="https://schema.org/Article"><h2 itemprop="headline">{news.title}</h2>'
        body += (
            f'<time datetime="{news.day}T09:00:00+03:00" itemprop="datePublished">{news.day:%d.%m.%Y}</time>'
            f'<div itemprop="articleBody">{paragraphs(news)}</div></div>'
        )
        pages[f"/index.php/press-tsentr/novosti/{news.number}-{news.slug}"] = page(news.title, menu + body, head)
    return pages


def bitrix(base: str) -> Pages:
    """Detail pages by ?ID=, a second list on the page, a button without a link for more, years and rubrics as sections."""
    menu = (
        '<div class="menu"><a href="/">Главная</a><a href="/about/">О правительстве</a>'
        '<a href="/press-center/">Пресс-центр</a><a href="/documents/">Документы</a></div>'
        '<script src="/bitrix/js/main/core.js"></script>'
    )

    def listing(part: Sequence[News]) -> tuple[str, bytes]:
        rows = "".join(
            f'<p class="news-item" id="bx_{news.number}"><span class="news-date-time">{news.day:%d.%m.%Y}</span> '
            f'<a href="/press-center/news/detail.php?ID={news.number}"><b>{news.title}</b></a></p>'
            for news in part
        )
        announce = "".join(
            f'<p class="announce"><a href="/press-center/announces/detail.php?ID={number}">Анонс</a></p>' for number in (17, 18)
        )
        years = "".join(f'<a href="/press-center/news/{year}/">{year}</a>' for year in (2026, 2025, 2024))
        return page(
            "Новости", f'{menu}{years}<div class="news-list">{rows}</div>{announce}<button data-page="2">Показать ещё</button>'
        )

    pages = {
        "/": page(
            "Правительство области",
            f'{menu}<h1>Правительство</h1><a href="/press-center/news/detail.php?ID={NEWS[0].number}">{NEWS[0].title}</a>',
        ),
        "/about/": page("О правительстве", f"{menu}<h1>О правительстве</h1><p>Состав.</p>"),
        "/press-center/": page(
            "Пресс-центр", f'{menu}<a href="/press-center/news/">Новости</a><a href="/press-center/announces/">Анонсы</a>'
        ),
        "/press-center/announces/": page("Анонсы", f"{menu}<h1>Анонсы</h1>"),
        "/documents/": page("Документы", f"{menu}<h1>Документы</h1><p>Постановления.</p>"),
        "/press-center/news/": listing(NEWS[:4]),
        "/press-center/news/?PAGEN_1=2": listing(NEWS[4:8]),
        "/press-center/news/?PAGEN_1=3": listing(NEWS[8:]),
    }
    for year in (2026, 2025, 2024):
        pages[f"/press-center/news/{year}/"] = listing(NEWS[:4])
    for number in (17, 18):
        pages[f"/press-center/announces/detail.php?ID={number}"] = page("Анонс", f"{menu}<h1>Анонс</h1><p>В четверг в 10:00.</p>")
    for news in NEWS:
        body = (
            f'<div class="news-detail"><span class="news-date-time">{news.day:%d.%m.%Y}</span>'
            f"<h3>{news.title}</h3>{paragraphs(news)}</div>"
        )
        pages[f"/press-center/news/detail.php?ID={news.number}"] = page(news.title, menu + body)
    return pages


def tilda(base: str) -> Pages:
    """Lists drawn by scripts; posts at /tpost/; two sitemaps, both named in robots.txt."""
    menu = (
        '<div class="t228"><a class="t-menu__link-item" href="/about">О технопарке</a>'
        '<a class="t-menu__link-item" href="/news">Новости</a><a href="/rezidenty">Резидентам</a></div>'
    )
    feed = (
        '<div class="js-feed t-feed" data-feed-recid="5"><div class="js-feed-preloader"></div></div>'
        '<script src="/js/tilda-feed-1.0.min.js"></script>'
    )
    codes = [f"{int.from_bytes(news.slug.encode()[-5:], 'big'):010x}"[:10] for news in NEWS]
    addresses = [f"tpost/{code}-{news.slug}" for code, news in zip(codes, NEWS, strict=True)]
    pages = {
        "/": page("Технопарк «Маяк»", f"{menu}<h1>Технопарк</h1><p>Площадки для производителей автокомпонентов.</p>{feed}"),
        "/about": page("О технопарке", f"{menu}<h1>О технопарке</h1><p>Площадь 40 га.</p>"),
        "/news": page("Новости", f"{menu}<h1>Новости</h1>{feed}"),
        "/rezidenty": page("Резидентам", f"{menu}<h1>Резидентам</h1><p>Льготы.</p>"),
        "/sitemap.xml": sitemap([f"{base}{name}" for name in ("", "about", "news", "rezidenty", "page28123456.html")]),
        "/sitemap-feeds.xml": sitemap([base + address for address in addresses]),
        "/robots.txt": (
            "text/plain",
            f"User-agent: *\nDisallow: /tilda/\nSitemap: {base}sitemap.xml\nSitemap: {base}sitemap-feeds.xml\n".encode(),
        ),
    }
    for address, news in zip(addresses, NEWS, strict=True):
        body = (
            f'<div class="t-feed__post-popup"><h1 class="js-feed-post-title">{news.title}</h1>'
            f'<span class="t-feed__post-date">{news.day:%d.%m.%Y}</span>'
        )
        meta = f'<meta property="article:published_time" content="{news.day}T09:00:00+03:00">'
        pages[f"/{address}"] = page(news.title, f'{menu}{body}<div id="feed-text">{paragraphs(news)}</div></div>', meta)
    return pages


def sitemap_only(base: str) -> Pages:
    """A front page drawn by scripts, a shop with more products than news, one sitemap of everything."""
    shell = '<div id="root"></div><script src="/static/js/main.js"></script>'
    products = [f"catalog/kovriki/kovrik-{number}" for number in range(100, 160)]
    news = [f"media/news/{item.number}" for item in NEWS]
    pages = {
        "/": page("Завод ковриков", shell),
        "/robots.txt": ("text/plain", b"User-agent: *\nAllow: /\n"),
        "/sitemap.xml": sitemap([base, f"{base}about", f"{base}contacts", *(base + path for path in (*products, *news))]),
    }
    for path in products:
        pages[f"/{path}"] = page("Коврик", "<h1>Коврик автомобильный</h1><p>Цена 990 руб.</p><button>В корзину</button>")
    for path, item in zip(news, NEWS, strict=True):
        meta = f'<meta property="article:published_time" content="{item.day}T09:00:00+03:00">'
        pages[f"/{path}"] = page(item.title, f"<main><h1>{item.title}</h1>{paragraphs(item)}</main>", meta)
    return pages


def cyrillic(base: str) -> Pages:
    """windows-1251 under a wrong header, addresses in Cyrillic written as they are, a front page that leads to /ru/."""
    kind = "text/html; charset=utf-8"
    menu = '<div><a href="/ru/">Главная</a> <a href="/ru/завод/">Завод</a> <a href="/ru/новости/">Новости</a></div>'

    def page(title: str, body: str) -> tuple[str, bytes]:
        text = f'<html><head><meta charset="windows-1251"><title>{title}</title></head><body>{menu}{body}</body></html>'
        return kind, text.encode("cp1251")

    def path(news: News) -> str:
        return f"/ru/новости/{news.day.year}/{news.title.lower().replace(' ', '-')}.html"

    rows = [f'<div class="item"><i>{news.day:%d.%m.%Y}</i> <a href="{path(news)}">{news.title}</a></div>' for news in NEWS]
    pages = {
        "/": page("Завод «Прибой»", '<meta http-equiv="refresh" content="0; url=/ru/">'),
        "/ru/": page("Завод «Прибой»", "<h1>Завод</h1><p>Делаем автокомпоненты.</p>"),
        "/ru/завод/": page("О заводе", "<h1>О заводе</h1><p>Основан в 1968 году.</p>"),
        "/ru/новости/": page("Новости", "".join(rows[:7]) + '<a href="/ru/новости/?страница=2&page=2">2</a>'),
        "/ru/новости/?страница=2&page=2": page("Новости", "".join(rows[7:])),
    }
    for news in NEWS:
        pages[path(news)] = page(
            news.title, f'<h1>{news.title}</h1><div class="date">{news.day:%d.%m.%Y}</div>{paragraphs(news)}'
        )
    return {quote(address, safe="/?&="): answer for address, answer in pages.items()}


SITES: dict[str, Callable[[str], Pages]] = {
    "wordpress": wordpress,
    "drupal": drupal,
    "joomla": joomla,
    "bitrix": bitrix,
    "tilda": tilda,
    "sitemap_only": sitemap_only,
    "cyrillic": cyrillic,
}
