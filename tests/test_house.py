"""The rules of the house that no other tool checks: small rooms, plain names, a light start."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(path for part in ("studio", "packaging", "tests") for path in (ROOT / part).rglob("*.py"))
BANNED_WORDS = {"manager", "handler", "helper", "helpers", "util", "utils", "misc", "impl"}


def names_of(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every class and function that a file defines, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno


def words_of(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 40:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines")
    assert long == []


def test_every_module_says_its_one_job() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in FILES
        if path.name != "__init__.py" and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_names_say_what_a_thing_is() -> None:
    vague = [str(path.relative_to(ROOT)) for path in FILES if words_of(path.stem) & BANNED_WORDS]
    for path in FILES:
        for name, line in names_of(ast.parse(path.read_text("utf-8"))):
            if words_of(name) & BANNED_WORDS:
                vague.append(f"{path.relative_to(ROOT)}:{line} {name}")
    assert vague == []


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"#\s*(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in FILES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert left == []


def test_the_top_level_holds_only_what_the_plan_names() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    tops = {line.split("/")[0] for line in listed.stdout.splitlines()}
    plan = {"pyproject.toml", "studio", "resources", "tests", "packaging", "README.md", "LICENSE"}
    assert {top for top in tops if not top.startswith(".")} <= plan


def loaded_by(module: str) -> set[str]:
    """The top-level modules that `import module` brings into a fresh interpreter."""
    code = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


HEAVY = {"torch", "diffusers", "transformers", "cv2", "av"}


def test_the_window_starts_light() -> None:
    assert loaded_by("studio.app") & (HEAVY | {"numpy"}) == set()


def test_the_command_line_starts_light() -> None:
    assert loaded_by("studio.cli") & (HEAVY | {"PySide6"}) == set()


def test_every_dependency_has_its_line_in_the_papers() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [re.split(r"[\[<>=,]", entry)[0] for entry in table["dependencies"]]
    papers = (ROOT / "studio" / "README.md").read_text("utf-8").lower()
    assert [name for name in wanted if f"| {name.lower()}" not in papers] == []


def test_the_pins_satisfy_the_declared_dependencies() -> None:
    """Every declared dependency is pinned, so that a new machine gets what was tested."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*table["dependencies"], *table["optional-dependencies"]["dev"]]
    lines = (ROOT / "packaging" / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines if "==" in line}
    names = [re.split(r"[\[<>=,]", entry)[0].lower().replace("_", "-") for entry in declared]
    assert [name for name in names if name not in pinned] == []
