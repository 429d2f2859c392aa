"""Settings: every one explained, and a wrong one told in one line without its secret."""

from pathlib import Path

import pytest

from bot.settings import EXPECTED, Settings, WrongSetting, load

EXAMPLE = Path(__file__).parents[2] / ".env.example"
GOOD = {"BOT_TOKEN": "123456:ABC-DEF_ghi"}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in EXPECTED:
        monkeypatch.delenv(name, raising=False)


def given(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> Settings:
    for name, value in {**GOOD, **values}.items():
        monkeypatch.setenv(name, value)
    return load()


def test_every_setting_stands_in_the_example_under_a_comment_of_its_own() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    explained = {
        line.partition("=")[0]: lines[number - 1]
        for number, line in enumerate(lines)
        if "=" in line and not line.startswith("#")
    }
    assert set(explained) == {name.upper() for name in Settings.model_fields} == set(EXPECTED)
    assert all(comment.startswith("# ") for comment in explained.values())


def test_the_example_is_what_holds_where_nothing_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    example = load(_env_file=EXAMPLE)
    assert example.model_copy(update={"bot_token": None}) == given(monkeypatch, {}).model_copy(
        update={"bot_token": None}
    )


def test_settings_are_read_from_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_TOKEN=77:abc\nADMIN_IDS= 5, 6 ,\nLISTEN=\nLOG_FORMAT=JSON\n")
    settings = load()
    assert settings.bot_id == 77
    assert settings.admin_ids == {5, 6}
    assert settings.address == ("127.0.0.1", 8080)  # empty means the default
    assert settings.log_format == "json"


WRONG = [
    ("BOT_TOKEN", "my-very-secret-token", "a value not shown here"),
    ("BOT_TOKEN", "", "nothing"),
    ("BOT_TOKEN", "123:with a space", "a value not shown here"),
    ("TELEGRAM_API_URL", "api.telegram.org", "'api.telegram.org'"),
    ("DATABASE_URL", "mysql://root:hunter2@host/name", "a value not shown here"),
    ("DATABASE_URL", "sqlite://", "a value not shown here"),
    ("DATABASE_URL", "sqlite:///:memory:", "a value not shown here"),
    ("DATABASE_URL", "postgresql://root:hunter2@host:port/name", "a value not shown here"),
    ("WEBHOOK_URL", "bot.example.org/hook", "'bot.example.org/hook'"),
    ("WEBHOOK_SECRET", "not, allowed", "a value not shown here"),
    ("LISTEN", "8080", "'8080'"),
    ("LISTEN", "localhost:99999", "'localhost:99999'"),
    ("ADMIN_IDS", "5,@anna", "'5,@anna'"),
    ("DEFAULT_TIMEZONE", "Mars/Olympus", "'Mars/Olympus'"),
    ("DEFAULT_TIMEZONE", "Asia", "'Asia'"),
    ("DEFAULT_TIMEZONE", "../etc/passwd", "'../etc/passwd'"),
    ("DEFAULT_LOCALE", "fr", "'fr'"),
    ("LOG_LEVEL", "LOUD", "'LOUD'"),
    ("LOG_FORMAT", "xml", "'xml'"),
]


@pytest.mark.parametrize(("name", "value", "shown"), WRONG)
def test_a_wrong_value_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, shown: str
) -> None:
    with pytest.raises(WrongSetting) as wrong:
        given(monkeypatch, {name: value})
    assert str(wrong.value) == f"{name}: given {shown}, expected {EXPECTED[name]}"


def test_a_webhook_without_a_secret_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongSetting, match=r"^WEBHOOK_SECRET: given nothing, expected 1 to 256 of"):
        given(monkeypatch, {"WEBHOOK_URL": "https://bot.example.org/hook"})


def test_an_env_file_that_is_no_text_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfeB\0")
    with pytest.raises(WrongSetting, match=r"^\.env: given bytes that are no text, expected UTF-8$"):
        load()


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ABC-DEF_ghi" not in repr(given(monkeypatch, {"WEBHOOK_SECRET": "s3cret"}))
