"""The promises of the house, held by tests."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

ROOT = Path(__file__).resolve().parent.parent
APPS = ("exhibition", "classifier", "hierarchy", "curation")
MODULES = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OURS = [
    path
    for app in APPS
    for kind in ("*.js", "*.css")
    for path in (ROOT / app).rglob(kind)
    if "vendor" not in path.parts
]


def imports(path: Path) -> set[str]:
    """Every module that the file at `path` imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_imports_go_down_and_the_classifier_has_no_database():
    lint = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    checked = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_classifier_has_no_models_and_no_migrations():
    assert not (ROOT / "classifier" / "models.py").exists()
    assert not (ROOT / "classifier" / "migrations").exists()
    assert not [
        path for path in (ROOT / "classifier").rglob("*.py") if any(i.startswith("django.db") for i in imports(path))
    ]


def test_the_web_process_cannot_decode_a_photograph():
    """Importing all that serves a request imports neither Pillow nor OpenCV nor onnxruntime."""
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'exhibition.settings'; django.setup();"
        "import exhibition.asgi, exhibition.urls;"
        "print([name for name in ('PIL', 'cv2', 'onnxruntime') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_no_module_is_two_rooms():
    assert not {path.name: n for path in MODULES if (n := len(path.read_text().splitlines())) > 450}


def test_modules_are_named_after_what_they_know():
    forbidden = {"utils", "common", "core", "helpers", "services"}
    assert not [path for path in MODULES if path.stem in forbidden or forbidden & set(path.relative_to(ROOT).parts)]


def test_nothing_is_left_for_later():
    unfinished = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError\(\)")
    assert not [path for path in (*MODULES, *TEMPLATES, *OURS) if unfinished.search(path.read_text())]


def test_pages_ask_no_other_host_for_anything():
    asks = re.compile(
        r"""(?:src|action|href)=["'](?:https?:)?//|url\(["']?(?:https?:)?//|@import|fetch\(["'`]https?:"""
    )
    asking = [path for path in (*TEMPLATES, *OURS) for line in path.read_text().splitlines() if asks.search(line)]
    assert not [path for path in asking if path.suffix != ".html"]
    # A page may lead to a source; it may load nothing from there.
    loads = re.compile(
        r"""<(?:script|img|link|iframe|form|source|video|audio)\b[^>]*(?:src|href|action)=["'](?:https?:)?//"""
    )
    assert not [path for path in TEMPLATES if loads.search(path.read_text())]


def test_markup_never_comes_from_strings():
    assert not [path for path in OURS if re.search(r"innerHTML|insertAdjacentHTML|document\.write", path.read_text())]


def test_pages_carry_no_inline_style_or_script():
    inline = re.compile(
        r"""\sstyle=["']|\son\w+=["']|<script(?![^>]*\bsrc=)(?![^>]*type="application/json")[^>]*>\s*\S"""
    )
    assert not [path for path in TEMPLATES if inline.search(path.read_text())]


def test_the_readme_names_every_command_and_setting():
    readme = (ROOT / "README.md").read_text()
    commands = {name for name, app in get_commands().items() if app in APPS}
    assert not {name for name in commands if name not in readme}
    settings = (ROOT / "exhibition" / "settings.py").read_text()
    names = set(re.findall(r"""_(?:text|flag|number|choice)\(\s*"([A-Z_]+)\"""", settings))
    assert names
    assert not {name for name in names if name not in readme}
