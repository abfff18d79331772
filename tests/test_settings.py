"""Settings: saved whole, damaged files put aside."""

from __future__ import annotations

from msgspec.structs import replace

from studio.settings import Settings, load_settings, save_settings, settings_file


def test_settings_come_back() -> None:
    assert load_settings() == Settings()
    changed = replace(Settings(), theme="light", still_length_s=2.5)
    save_settings(changed)
    assert load_settings() == changed
    assert [file.name for file in settings_file().parent.iterdir()] == ["settings.json"]


def test_a_damaged_file_is_put_aside_and_the_defaults_count() -> None:
    settings_file().write_text('{"theme": "plaid"}')
    assert load_settings() == Settings()
    assert settings_file().with_suffix(".json.damaged").read_text() == '{"theme": "plaid"}'
