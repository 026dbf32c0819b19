"""The house keeps its rooms: what may stand at the top, and who may import whom (one direction, no cycles)."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOP = {
    *("crawler", "spiders", "storage", "scheduler.py", "tests", "scrapy.cfg", "pyproject.toml", "README.md"),
    *("LICENSE", "CHANGELOG.md", "requirements.lock", ".gitignore", ".ci"),
}

# first matching prefix decides; each may import itself, the standard library, third parties and what is named
# (`storage.text`, `.address`, `.regions` are pure leaves: words, addresses, regions as the archive spells them)
LEAVES = {"storage.text", "storage.address", "storage.errors", "storage.regions"}
MAY_IMPORT: dict[str, set[str]] = {
    "storage": set(),
    "crawler.reading": {"crawler.items", "crawler.errors", "crawler.obstacles", *LEAVES},
    "crawler.judging": {"crawler.items", "crawler.errors", *LEAVES},
    "crawler.items": set(),
    "crawler.errors": set(),
    "crawler.obstacles": set(),
    "crawler.tables": {"crawler.errors", *LEAVES},
    "crawler.checks": {"crawler.tables", *LEAVES},
    "crawler.presets": {"crawler.errors", "crawler.tables"},
    "crawler.sources": {"crawler.errors", "crawler.tables", "crawler.checks", "crawler.presets", *LEAVES},
    "crawler.config": {"crawler.errors", "crawler.tables", "crawler.checks", "crawler.sources", *LEAVES},
    "crawler.entries": {"crawler.errors", "crawler.sources", "crawler.config"},
    # what a person asks live, outside a crawl
    "crawler.discovery": {"crawler", "spiders", *LEAVES},
    "crawler.checking": {"crawler", "spiders", "storage"},
    "crawler.simulator": {"crawler.items", "crawler.errors", "crawler.sources"},
    "crawler.fetching": {
        *("storage", "crawler.config", "crawler.items", "crawler.errors", "crawler.sources"),
        *("crawler.obstacles", "crawler.frontier"),
    },
    "crawler.reporting": {
        "storage",
        "crawler.rhythm",
        "crawler.config",
        "crawler.items",
        "crawler.errors",
        "crawler.sources",
        "crawler",
    },
    "crawler.pipelines": {
        *("storage", "crawler.config", "crawler.items", "crawler.errors", "crawler.sources"),
        *("crawler.reading", "crawler.judging", "crawler.processing", "crawler.skimming", "crawler.frontier", "crawler.hints"),
        *("crawler.records", "crawler.readers", "crawler.learning"),
    },
    "crawler.learning": {"storage", "crawler.items", "crawler.reading"},
    "crawler.readers": {"crawler.errors", "crawler.items", "crawler.processing", "crawler.workers"},
    "crawler.warm": {"crawler.items", "crawler.processing", "storage.derived"},
    # articles from files: parsed without side effects, then the same way as pages
    "crawler.incoming": {"crawler.tabular", "crawler.unpacking", "storage.address", "storage.times"},
    "crawler.tabular": set(),
    "crawler.unpacking": {"crawler.reading"},
    "crawler.importing": {
        *("storage", "crawler.items", "crawler.sources", "crawler.incoming", "crawler.processing", "crawler.records"),
        *("crawler.errors", "crawler.workers"),
    },
    "crawler.rereading": {
        *("storage", "crawler.items", "crawler.sources", "crawler.reading", "crawler.processing", "crawler.records"),
        *("crawler.errors", "crawler.workers"),
        "crawler.learning",
    },
    "crawler.records": {"crawler.items", "crawler.sources", "storage.address", "storage.records", "storage.derived"},
    "crawler.rhythm": set(),
    "crawler.progress": {"crawler.sources"},
    "crawler.leasing": {"storage", "crawler.fetching", "crawler.sources"},
    "crawler.operating": {"storage", "crawler"},
    "crawler.settings": {"crawler"},
    # the door of spiders and middlewares to the archive, and what runs them: the only ones that see both sides
    "crawler.frontier": {
        "storage",
        "crawler.config",
        "crawler.fetching",
        "crawler.items",
        "crawler.errors",
        "crawler.sources",
        "crawler.hints",
        "crawler.progress",
        "crawler.leasing",
    },
    "crawler.processing": {"crawler.items", "crawler.reading", "crawler.judging", "storage.derived"},
    "crawler.skimming": {"crawler.items", "crawler.reading", *LEAVES},
    "crawler.workers": {"crawler.errors"},
    "crawler.memory": set(),
    "crawler.hints": {*LEAVES, "crawler.reading", "crawler.items"},
    "crawler.crawling": {"crawler", "storage", "spiders"},
    "spiders": {"crawler.items", "crawler.sources", "crawler.errors", "crawler.obstacles", *LEAVES},
    "crawler.cli": {"crawler", "spiders", "storage", "scheduler"},
    "crawler.__main__": {"crawler.cli"},
    "scheduler": {"crawler", "spiders", "storage"},
    "crawler": set(),
}


def _modules() -> list[tuple[str, Path]]:
    found = []
    for path in [
        *ROOT.glob("crawler/**/*.py"),
        *ROOT.glob("spiders/**/*.py"),
        *ROOT.glob("storage/**/*.py"),
        ROOT / "scheduler.py",
    ]:
        if path.exists():
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found.append((name, path))
    return sorted(found)


def _rule(name: str) -> str:
    return max((prefix for prefix in MAY_IMPORT if name == prefix or name.startswith(prefix + ".")), key=len)


def _imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: imports are absolute"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in found if name.split(".")[0] in {"crawler", "spiders", "storage", "scheduler"}]


@pytest.mark.parametrize(("name", "path"), _modules(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_module_imports_only_what_its_room_may(name: str, path: Path) -> None:
    rule = _rule(name)
    allowed = {rule, *MAY_IMPORT[rule]}
    for imported in _imports(path):
        assert any(imported == prefix or imported.startswith(prefix + ".") for prefix in allowed), f"{name} imports {imported}"


def test_the_pure_rooms_know_no_clock_network_sql_or_environment() -> None:
    forbidden = {"scrapy", "twisted", "sqlite3", "sqlite_utils", "requests", "urllib.request", "socket", "os.environ"}
    for name, path in _modules():
        if name.startswith(("crawler.reading", "crawler.judging")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
            names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
            assert not {n for n in names for f in forbidden if n == f or n.startswith(f + ".")}, name
            calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
            clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
            assert not calls & clocks, f"{name} reads the clock"


def test_sql_lives_only_in_storage() -> None:
    for name, path in _modules():
        if not name.startswith("storage"):
            assert not {"sqlite3", "sqlite_utils"} & {i.split(".")[0] for i in _all_imports(path)}, f"{name} speaks SQL itself"


def _all_imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


def test_nothing_else_stands_at_the_top() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
    if listed == [""]:
        pytest.skip("not a git checkout: what is tracked cannot be listed")
    assert {name.split("/")[0] for name in listed if name} <= TOP
