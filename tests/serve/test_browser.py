"""A walk through the archive in a real Chromium: start, region, article, wordings, search, SQL, CSV; screenshots are kept."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the pages are not looked at"),
]


@pytest.fixture(scope="module")
def address(archive_path: Path) -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, "-m", "crawler", "--archive", str(archive_path), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.search(r"http://[\d.:]+/", line)
        assert found, line
        yield found[0]
    finally:
        server.terminate()
        assert server.wait(20) is not None


@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_an_analysts_walk(address: str, width: int) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    ARTEFACTS.mkdir(exist_ok=True)
    said: list[str] = []
    elsewhere: list[str] = []
    with sync_api.sync_playwright() as playwright:
        flags = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else elsewhere.append(r.url))

        def look(name: str, *, ours: bool = True) -> None:
            page.screenshot(path=ARTEFACTS / f"{name}-{width}.png", full_page=True)
            if ours:
                assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
                serious = [v for v in axe.Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
                assert not serious, f"{name}: {[(v['id'], v['nodes'][0]['html']) for v in serious]}"

        page.goto(address)
        look("start")
        page.click("h2 a:has-text('Калининградская область')")
        look("region")
        page.click("h3 a:has-text('Черняховске')")
        if "/story/" in page.url:
            look("story")
            page.click(".timeline h2 a")
        look("article")
        assert page.locator("#revisions ins").count() >= 1
        page.fill("header input[name=q]", "тяговые батареи")
        page.keyboard.press("Enter")
        page.wait_for_selector("mark")
        look("search")
        page.goto(address + "region/RU-KLU")
        look("region-long")
        page.goto(address + "sources")
        look("sources")
        page.click("header a:has-text('Вопросы и SQL')")
        look("questions")
        page.click("a:has-text('за последние дни')")
        assert page.locator("input[name=days]").input_value() == "7"
        look("answer", ours=False)
        page.click("header a:has-text('Вопросы и SQL')")
        page.click("td a:text-is('latest')")
        look("table", ours=False)
        page.click("td.col-id a >> nth=0")
        assert "/article/" in page.url
        page.goto(f"{address}archive?sql=select+day,title+from+latest")
        look("sql", ours=False)
        csv = page.request.get(f"{address}archive.csv?sql=select+title+from+latest")
        assert "Черняховске" in csv.text()
        browser.close()
    assert not said
    assert not elsewhere
