"""The model library by mouse and keys: a small Hub on loopback, real downloads, real files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from studio.models.hub_cache import find_snapshot
from studio.paths import profile_folder
from studio.ui.main_window import MainWindow
from studio.ui.model_library.window import ModelLibrary
from studio.ui.panels.prompt import PromptPanel
from studio.ui.session import Session
from studio.ui.thumbnails import Thumbnails
from tests.cli.test_library import LISTED
from tests.models.hub_server import HubServer, serving
from tests.models.repositories import REPO, needed, safetensors, tiny_video
from tests.ui.hands import button, control
from tests.ui.studio_session import told

PATIENCE_MS = 30_000


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    with serving(monkeypatch, tmp_path / "hub") as server:
        yield server


def describe(text: str = LISTED) -> None:
    folder = profile_folder() / "models" / "tiny"
    folder.mkdir(parents=True)
    (folder / "model.toml").write_text(text)


def opened(session: Session, qtbot: QtBot) -> ModelLibrary:
    library = ModelLibrary(session, chosen="tiny")
    qtbot.addWidget(library)
    library.show()
    return library


def state(library: ModelLibrary, model_id: str = "tiny") -> str:
    return next((row.state() for row in library.rows() if row.entry.id == model_id), "")


def press(qtbot: QtBot, library: ModelLibrary, words: str) -> None:
    made = button(library, words)
    assert made.isVisible() and made.isEnabled(), words
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)


def until(qtbot: QtBot, library: ModelLibrary, words: str) -> None:
    qtbot.waitUntil(lambda: words in state(library), timeout=PATIENCE_MS)


def shown(library: ModelLibrary) -> str:
    return "\n".join(label.text() for label in library.details.findChildren(QLabel) if label.isVisible())


def test_a_model_is_fetched_paused_taken_up_and_offered(
    hub: HubServer, session: Session, qtbot: QtBot, dark: None
) -> None:
    describe()
    hub.faults.stalls = threading.Event()
    library = opened(session, qtbot)
    panel = PromptPanel(session, Thumbnails())
    qtbot.addWidget(panel)
    assert state(library) == "3.0 MB to fetch"
    assert "Tiny Licence" in shown(library) and REPO in shown(library)
    press(qtbot, library, "Fetch 3.0 MB")
    qtbot.waitUntil(hub.reached_middle.is_set, timeout=PATIENCE_MS)
    until(qtbot, library, "Fetched")
    press(qtbot, library, "Pause")
    until(qtbot, library, "Paused")
    assert find_snapshot(REPO) is None
    assert "Tiny Video" not in models_in(panel)
    hub.faults.stalls.set()
    press(qtbot, library, "Go on")
    until(qtbot, library, "Ready · 3.0 MB")
    assert find_snapshot(REPO) is not None
    assert "Tiny Video" in models_in(panel)
    press(qtbot, library, "Remove")
    until(qtbot, library, "to fetch")
    assert find_snapshot(REPO) is None
    assert "Tiny Video" not in models_in(panel)


def models_in(panel: PromptPanel) -> list[str]:
    from studio.ui.fields import Choice

    choice = control(panel, Choice, "Model")
    return [choice.itemText(index) for index in range(choice.count())]


def test_what_a_licence_bars_is_read_before_the_download(
    hub: HubServer, session: Session, qtbot: QtBot, dark: None
) -> None:
    describe(LISTED + 'restrictions = ["Not in the European Union."]\n')
    library = opened(session, qtbot)
    assert "Not in the European Union." in shown(library)
    fetch = button(library, "Fetch 3.0 MB")
    assert not fetch.isEnabled() and "tick the box" in fetch.toolTip()
    box = library.details.findChildren(QCheckBox)[0]
    box.setChecked(True)
    assert fetch.isEnabled()
    assert hub.asked == []


def test_a_gated_model_asks_for_a_token(hub: HubServer, session: Session, qtbot: QtBot, dark: None) -> None:
    describe()
    hub.faults.gated = True
    library = opened(session, qtbot)
    press(qtbot, library, "Fetch 3.0 MB")
    until(qtbot, library, "Stopped")
    assert "terms were accepted" in shown(library)
    field = control(library, QLineEdit, "Access token")
    assert field.isVisible() and field.echoMode() is QLineEdit.EchoMode.Password
    keep = button(library, "Keep and fetch")
    assert not keep.isEnabled()
    qtbot.keyClicks(field, "hf_right")
    assert keep.isEnabled()


def drop(*paths: Path) -> QDropEvent:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(QPoint(50, 50)), copy, data, left, none)
    event.data = data  # the event does not keep it alive by itself
    return event


def test_what_is_dropped_is_used_where_it_lies(
    session: Session, qtbot: QtBot, dark: None, tmp_path: Path
) -> None:
    model = tmp_path / "My Model"
    for name in needed():
        (model / name).parent.mkdir(parents=True, exist_ok=True)
        (model / name).write_bytes(tiny_video()[name])
    lora = tmp_path / "Sketch.safetensors"
    lora.write_bytes(safetensors(["blocks.0.self_attn.q.lora_A.weight"]))
    pickle = tmp_path / "old.ckpt"
    pickle.write_bytes(b"\x80\x02.")
    library = opened(session, qtbot)
    heard = told(session)
    library.dropEvent(drop(model, lora, pickle))
    qtbot.waitUntil(lambda: "LoRA" in state(library, "sketch"), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "Ready" in state(library, "my-model"), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bool(heard), timeout=PATIENCE_MS)
    assert "pickle file" in heard[0].message
    library.choose("sketch")
    press(qtbot, library, "Remove")
    qtbot.waitUntil(lambda: not state(library, "sketch"), timeout=PATIENCE_MS)
    assert lora.exists()


def test_search_finds_by_task_and_licence(session: Session, qtbot: QtBot, dark: None) -> None:
    describe()
    library = opened(session, qtbot)
    search = control(library, QLineEdit, "Search the models")
    qtbot.keyClicks(search, "tiny licence")
    assert [row.entry.id for row in library.rows()] == ["tiny"]
    search.clear()
    qtbot.keyClicks(search, "interpolate")
    assert "flow" in [row.entry.id for row in library.rows()]
    qtbot.keyClicks(search, " nothing is like this")
    assert library.rows() == []
    assert not library.details.isVisible()


def test_a_check_tells_what_it_found(hub: HubServer, session: Session, qtbot: QtBot, dark: None) -> None:
    describe()
    library = opened(session, qtbot)
    heard = told(session)
    press(qtbot, library, "Fetch 3.0 MB")
    until(qtbot, library, "Ready")
    snapshot = find_snapshot(REPO)
    assert snapshot is not None
    weights = (snapshot / "vae/diffusion_pytorch_model.safetensors").resolve()
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00")
    press(qtbot, library, "Check")
    qtbot.waitUntil(lambda: any("damaged" in one.message for one in heard), timeout=PATIENCE_MS)
    wrong = next(one for one in heard if "damaged" in one.message)
    assert wrong.action is not None and wrong.action[0] == "Fetch again"
    wrong.action[1]()
    name = "vae/diffusion_pytorch_model.safetensors"
    qtbot.waitUntil(
        lambda: weights.exists() and weights.read_bytes() == tiny_video()[name], timeout=PATIENCE_MS
    )
    until(qtbot, library, "Ready")
    press(qtbot, library, "Check")
    qtbot.waitUntil(lambda: any("is sound" in one.message for one in heard), timeout=PATIENCE_MS)


def test_a_model_dropped_on_the_window_goes_to_the_library(
    session: Session, qtbot: QtBot, dark: None, tmp_path: Path
) -> None:
    lora = tmp_path / "Sketch.safetensors"
    lora.write_bytes(safetensors(["blocks.0.self_attn.q.lora_A.weight"]))
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    window.dropEvent(drop(lora))
    library = window.extras.models
    assert library is not None
    qtbot.waitUntil(lambda: "LoRA" in state(library, "sketch"), timeout=PATIENCE_MS)
    library.close()


def test_any_repository_of_the_hub_can_be_named(
    hub: HubServer, session: Session, qtbot: QtBot, dark: None
) -> None:
    library = opened(session, qtbot)
    qtbot.keyClicks(control(library, QLineEdit, "Search the models"), REPO)
    press(qtbot, library, f"Fetch {REPO} from the Hub")
    until_id = "kinora-tests-tiny-video"
    qtbot.waitUntil(lambda: "Ready" in state(library, until_id), timeout=PATIENCE_MS)
    assert find_snapshot(REPO) is not None


def test_menu_and_prompt_panel_open_it(session: Session, qtbot: QtBot, dark: None) -> None:
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    opener = control(window.inputs.prompt, QToolButton, "Models")
    qtbot.mouseClick(opener, Qt.MouseButton.LeftButton)
    library = window.extras.models
    assert library is not None and library.isVisible()
    window.extras.show_models("looks")
    assert window.extras.models is library
    assert library.details.isVisible()
    library.close()


def test_every_task_has_words() -> None:
    from studio.models.spec import Capability
    from studio.ui.model_library.details import _TASKS

    assert set(_TASKS) == set(Capability)
