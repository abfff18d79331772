"""packaging/start.py on a machine with only Python: a copy of the scripts beside a tiny project.

The project is built by a backend of its own in the same folder, so that pip needs no network.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "packaging"
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "kinora"
version = "0"
requires-python = ">=3.11"
dynamic = ["dependencies"]
"""
BACKEND = """
import pathlib, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "kinora-0-py3-none-any.whl"
    needs = pathlib.Path("needs.txt").read_text()
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        wheel.writestr("kinora.pth", str(pathlib.Path.cwd()))
        about = "Metadata-Version: 2.1\\nName: kinora\\nVersion: 0\\n"
        wheel.writestr("kinora-0.dist-info/METADATA", about + needs)
        kind = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr("kinora-0.dist-info/WHEEL", kind)
        wheel.writestr("kinora-0.dist-info/RECORD", "")
    return name
"""
STUDIO = "import json, os, sys; print(json.dumps([sys.argv[1:], os.getcwd(), sys.prefix]))"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which everything but the studio is real, set up by a first start."""
    root = tmp_path_factory.mktemp("checkout with space")
    shutil.copytree(SCRIPTS, root / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "packaging" / "constraints.txt").write_text("", "utf-8")
    (root / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    (root / "backend.py").write_text(BACKEND, "utf-8")
    (root / "needs.txt").touch()
    (root / "studio").mkdir()
    (root / "studio" / "__init__.py").touch()
    (root / "studio" / "__main__.py").write_text(STUDIO, "utf-8")
    first = start(root, "models")
    assert first.returncode == 0, first.stderr
    assert "downloads more than 1 GB" in first.stderr
    return root


def start(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs start.py from another folder, without a display unless `variables` bring one."""
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | variables
    return subprocess.run(
        [sys.executable, root / "packaging" / "start.py", *arguments],
        cwd=root.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_arguments_reach_studio_in_the_environment_and_the_folder_stays(project: Path) -> None:
    done = start(project, "generate", "a red ball", "-o", "ball.mp4")
    arguments, folder, prefix = json.loads(done.stdout)
    assert arguments == ["generate", "a red ball", "-o", "ball.mp4"]
    assert Path(folder) == project.parent
    assert Path(prefix) == project / ".venv"


def test_a_second_start_installs_nothing_and_is_quick(project: Path) -> None:
    python = project / ".venv" / "bin" / "python"
    times = []
    for command in ([python, "-m", "studio"], [sys.executable, project / "packaging" / "start.py"]):
        best = float("inf")
        for _ in range(3):
            started = time.perf_counter()
            done = subprocess.run([*command, "x"], cwd=project, capture_output=True, text=True, check=True)
            best = min(best, time.perf_counter() - started)
            assert done.stderr == ""
        times.append(best)
    assert times[1] - times[0] < 0.3


def test_an_interrupted_installation_goes_on(project: Path) -> None:
    (project / ".venv" / "kinora-installed.json").unlink()
    done = start(project, "models")
    assert done.returncode == 0
    assert "Installed in" in done.stderr
    assert "Making the Python environment" not in done.stderr


def test_a_damaged_environment_is_made_anew(project: Path) -> None:
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    done = start(project, "models")
    assert done.returncode == 0
    assert "Making the Python environment" in done.stderr


def test_without_a_display_it_says_what_works(project: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can lack a display server")
    done = start(project)
    assert done.returncode == 1
    assert "no display" in done.stderr
    assert "start.py generate" in done.stderr


def test_with_a_display_the_window_opens(project: Path) -> None:
    done = start(project, QT_QPA_PLATFORM="offscreen")
    assert json.loads(done.stdout)[0] == []


def test_no_network_is_a_sentence_and_not_a_traceback(project: Path) -> None:
    (project / "needs.txt").write_text("Requires-Dist: kinora-needs-this\n", "utf-8")
    (project / "packaging" / "constraints.txt").write_text("# new pins: install again\n", "utf-8")
    nobody = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_EXTRA_INDEX_URL": "", "PIP_RETRIES": "1"}
    done = start(project, "models", **nobody)
    assert done.returncode == 1
    assert "no connection to the package index" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_file_itself_parses_on_old_pythons() -> None:
    """start.py must be able to say that Python is too old, so it keeps to what Python 3.6 reads."""
    import ast

    ast.parse((SCRIPTS / "start.py").read_text("utf-8"), feature_version=(3, 6))
