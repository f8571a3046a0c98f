"""Settings come from the environment and `.env`, and wrong ones are told in a sentence."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.settings import Settings, SettingsError

EXAMPLE = Path(__file__).parents[1] / ".env.example"
NAMES = {name.upper() for name in Settings.model_fields}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def write(content: bytes | str) -> Path:
    path = Path("settings.env")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def complaint(content: bytes | str) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.load(write(content))
    return str(caught.value)


def test_the_example_lists_exactly_the_settings_and_can_be_loaded() -> None:
    listed = [line.partition("=")[0] for line in EXAMPLE.read_text("utf-8").splitlines()]

    assert sorted(name for name in listed if name and name[0] != "#") == sorted(NAMES)
    assert Settings.load(EXAMPLE) == Settings.load(None)


def test_defaults_need_no_file(tmp_path: Path) -> None:
    settings = Settings.load()

    assert settings.docent_port == 8787
    assert settings.docent_home == tmp_path / ".docent"
    assert settings.database_path == tmp_path / ".docent" / "docent.db"
    assert settings.openai_api_key is None


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("\ufeffDOCENT_MODEL=from-file\nDOCENT_PORT='9000'\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("DOCENT_MODEL", "from-environment")
    monkeypatch.setenv("DOCENT_PORT", "")

    settings = Settings.load(path)

    assert settings.docent_model == "from-environment"
    assert settings.docent_port == 9000


def test_settings_are_frozen_and_hide_the_key() -> None:
    settings = Settings.load(write("OPENAI_API_KEY=sk-very-secret"))

    assert "very-secret" not in repr(settings)
    with pytest.raises(ValidationError):
        settings.docent_port = 1


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("DOCENT_PORT=0", "DOCENT_PORT must be a whole number"),
        ("DOCENT_PORT=65536", "DOCENT_PORT must be a whole number"),
        ("DOCENT_PORT=٨٠", "DOCENT_PORT must be a whole number"),
        ("DOCENT_LOG_LEVEL=loud", "DOCENT_LOG_LEVEL must be"),
        ("OPENAI_BASE_URL=http://example.org/v1", "OPENAI_BASE_URL must begin with https://"),
        ("OPENAI_BASE_URL=http://127.0.0.1@example.org", "OPENAI_BASE_URL must begin with"),
        ("OPENAI_BASE_URL=http://localhost.example.org", "OPENAI_BASE_URL must begin with"),
        ("OPENAI_BASE_URL=https://[::1", "OPENAI_BASE_URL must begin with"),
        ("OPENAI_BASE_URL=example.org", "OPENAI_BASE_URL must begin with"),
        ("DOCENT_MAX_RUNS=0", "DOCENT_MAX_RUNS must be a whole number from 1 to 4,000"),
        ("DOCENT_MAX_RUNS=4001", "DOCENT_MAX_RUNS must be a whole number"),
        ("DOCENT_RUNS_PER_MINUTE=-1", "DOCENT_RUNS_PER_MINUTE must be a whole number from 0"),
        ("DOCENT_RUNS_PER_MINUTE=six", "DOCENT_RUNS_PER_MINUTE must be a whole number"),
        ("DOCENT_TOKENS_PER_DAY=1e6", "DOCENT_TOKENS_PER_DAY must be a whole number"),
        (f"DOCENT_TOKENS_PER_DAY={'9' * 5_000}", "DOCENT_TOKENS_PER_DAY must be a whole number"),
        ("DOCENT_ADMINS=somebody", "DOCENT_ADMINS must list people as slack:TEAM/USER"),
        ("DOCENT_ADMINS=slack:U2", "DOCENT_ADMINS must list people"),
        ("DOCENT_ADMINS=discord:T1/3", "DOCENT_ADMINS must list people"),
        ("DOCENT_ADMINS=slack:T1/U2;discord:3", "DOCENT_ADMINS must list people"),
        ("DOCENT_ADMINS=skype:3", "DOCENT_ADMINS must list people"),
        ("DOCENT_HOST=example.org", "DOCENT_HOST must be an address"),
        ("DISCORD_MESSAGE_CONTENT=maybe", "DISCORD_MESSAGE_CONTENT must be true or false"),
        ("SLACK_API_URL=http://example.org", "SLACK_API_URL must begin with https://"),
        ("DISCORD_GATEWAY_URL=ws://example.org", "DISCORD_GATEWAY_URL must begin with wss://"),
        ("DISCORD_GATEWAY_URL=https://example.org", "DISCORD_GATEWAY_URL must begin with wss://"),
        ("SLACK_BOT_TOKEN=xoxp-1-2", "SLACK_BOT_TOKEN must be the bot token"),
        ("SLACK_BOT_TOKEN='xoxb-1 2'", "SLACK_BOT_TOKEN must be the bot token"),
        ("SLACK_BOT_TOKEN=xapp-1", "SLACK_BOT_TOKEN holds a token that begins with xapp-"),
        ("SLACK_APP_TOKEN=xoxb-1", "SLACK_APP_TOKEN holds a token that begins with xoxb-"),
        (f"SLACK_APP_TOKEN=xapp-{'1' * 2_000}", "SLACK_APP_TOKEN must be an app-level token"),
        ("DISCORD_BOT_TOKEN=1234567890", "DISCORD_BOT_TOKEN must be the token of a Discord bot"),
        ("DISCORD_BOT_TOKEN=a.b.c\u00e4", "DISCORD_BOT_TOKEN must be the token of a Discord bot"),
    ],
)
def test_a_wrong_value_is_named_in_a_sentence(line: str, sentence: str) -> None:
    assert complaint(line).startswith(sentence)


def test_tokens_are_hidden_and_say_which_platforms_are_set_up() -> None:
    slack = "SLACK_BOT_TOKEN=' xoxb-1-secret '\nSLACK_APP_TOKEN=xapp-1-secret"
    both = Settings.load(write(f"{slack}\nDISCORD_BOT_TOKEN='Bot a.b.secret'"))
    half = Settings.load(write("SLACK_BOT_TOKEN=xoxb-1"))

    assert (both.has_slack, both.has_discord, both.halves()) == (True, True, None)
    assert both.slack_bot_token is not None
    assert both.slack_bot_token.get_secret_value() == "xoxb-1-secret"
    assert both.discord_bot_token is not None
    assert both.discord_bot_token.get_secret_value() == "a.b.secret"
    assert "secret'" not in repr(both)
    assert "SLACK_APP_TOKEN is missing" in str(half.halves())


def test_sockets_and_hosts_may_be_of_this_machine() -> None:
    settings = Settings.load(write("DISCORD_GATEWAY_URL=ws://127.0.0.1:1/\nDOCENT_HOST=localhost"))

    assert settings.discord_gateway_url == "ws://127.0.0.1:1/"
    assert settings.docent_host == "127.0.0.1"
    assert Settings.load(write("DOCENT_HOST=::")).docent_host == "::"


def test_all_wrong_values_are_named_at_once_without_the_values() -> None:
    told = complaint("DOCENT_PORT=sk-secret\nDOCENT_LOG_LEVEL=sk-secret")

    assert [line.split()[0] for line in told.splitlines()] == ["DOCENT_PORT", "DOCENT_LOG_LEVEL"]
    assert "sk-secret" not in told


def test_limits_have_defaults_and_zero_is_allowed() -> None:
    settings = Settings.load()
    free = Settings.load(write("DOCENT_RUNS_PER_MINUTE=0\nDOCENT_TOKENS_PER_DAY=0"))

    assert (settings.docent_max_runs, settings.docent_runs_per_minute) == (500, 6)
    assert settings.docent_tokens_per_day == 5_000_000
    assert (free.docent_runs_per_minute, free.docent_tokens_per_day) == (0, 0)


def test_admins_are_listed_with_their_platforms_each_once() -> None:
    settings = Settings.load(write("DOCENT_ADMINS=slack:T1/U2, discord:3,,discord:3,web:admin"))

    assert [person.key for person in settings.docent_admins] == [
        "slack:T1/U2",
        "discord/3",
        "web/admin",
    ]
    assert Settings.load(write("DOCENT_ADMINS=' , '")).docent_admins == ()


@pytest.mark.parametrize(
    "url", ["https://example.org/v1", "http://127.0.0.1:1/v1", "http://[::1]/", "http://localhost"]
)
def test_keys_go_out_encrypted_or_to_this_machine(url: str) -> None:
    assert Settings.load(write(f"OPENAI_BASE_URL={url}")).openai_base_url == url


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"DOCENT_PORT=1\n\x80\x81", 2),
        (b"\xff\xfeD\x00=\x00", 1),
        (b"A=1\n\nB=\x00", 3),
        (b"# fine\nDOCENT_MODEL='unclosed\nB=1", 2),
        (b"A=1\n\n\nthis is not a setting", 4),
        (b"DOCENT_MODEL", 1),
        (b"=value", 1),
        (b"A='it's'", 1),
    ],
)
def test_a_corrupt_file_is_named_with_its_line(content: bytes, line: int) -> None:
    assert complaint(content).startswith(f"settings.env, line {line}: ")


def test_a_file_that_is_no_settings_file_is_named(tmp_path: Path) -> None:
    assert complaint(b"#" * 2_000_000).startswith("settings.env is too large")
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.load(tmp_path)


@given(st.binary(max_size=60))
@how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_no_file_content_ends_in_anything_but_settings_or_a_sentence(content: bytes) -> None:
    path = write(content)
    with suppress(SettingsError):
        assert isinstance(Settings.load(path), Settings)


def test_the_demo_hears_no_key_and_no_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "https://example.org/secret")
    monkeypatch.delenv("DOCENT_HOME")
    monkeypatch.setenv("DOCENT_PORT", "9001")
    monkeypatch.setenv("DOCENT_LOG_LEVEL", "Debug")
    monkeypatch.setenv("DOCENT_MAX_RUNS", "2")
    monkeypatch.setenv("DOCENT_RUNS_PER_MINUTE", "0")

    settings = Settings.demo(write("OPENAI_API_KEY=sk-secret\nDOCENT_MODEL=m"))

    kept = {
        "docent_port": 9001,
        "docent_log_level": "debug",
        "docent_max_runs": 2,
        "docent_runs_per_minute": 0,
        "docent_tokens_per_day": 0,
    }
    assert settings == Settings(docent_home=tmp_path / ".docent" / "demo").model_copy(update=kept)


def test_the_demo_takes_its_port_and_home_from_the_command_first(tmp_path: Path) -> None:
    settings = Settings.demo(write("DOCENT_PORT=9001"), home=tmp_path / "here", port=9002)

    assert (settings.docent_home, settings.docent_port) == (tmp_path / "here", 9002)


def test_the_live_demo_needs_a_key_and_a_model() -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY and DOCENT_MODEL"):
        Settings.demo(write("OPENAI_API_KEY=sk-1"), live=True)

    path = write(
        "OPENAI_API_KEY=sk-1\nDOCENT_MODEL=m\nDOCENT_HOME=x\n"
        "DOCENT_TOKENS_PER_DAY=9\nDOCENT_ADMINS=web:admin"
    )
    settings = Settings.demo(path, live=True)

    assert settings.docent_tokens_per_day == 9
    assert [person.key for person in settings.docent_admins] == ["web/admin"]
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "sk-1"
    assert settings.docent_home.parts[-2:] == ("x", "demo")


def test_commands_beside_the_bot_hear_no_key_and_find_its_data(tmp_path: Path) -> None:
    path = write("OPENAI_API_KEY=sk-1\nOPENAI_BASE_URL=nonsense\nDOCENT_HOME=x")
    tried = tmp_path / "x" / "demo" / "docent.db"

    assert Settings.beside(path).database_path == tmp_path / "x" / "docent.db"
    tried.parent.mkdir(parents=True)
    tried.touch()
    assert Settings.beside(path).database_path == tried
    (tmp_path / "x" / "docent.db").touch()
    assert Settings.beside(path).database_path == tmp_path / "x" / "docent.db"
    assert Settings.beside(path, home=Path("y")).database_path == tmp_path / "y" / "docent.db"
    assert Settings.beside(path).openai_api_key is None


def test_the_home_of_nobody_is_told() -> None:
    assert complaint("DOCENT_HOME=~nobody-of-this-name/x").startswith("DOCENT_HOME must be")
    with pytest.raises(SettingsError, match="--home must be"):
        Settings.beside(None, home=Path("~nobody-of-this-name/x"))
