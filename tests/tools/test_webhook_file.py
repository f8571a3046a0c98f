"""`webhooks.toml` is understood, or refused with what to mend."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import OperatorError
from bot.tools.webhook_file import Entry, read
from tests.tools.receiver import KEY

GOOD = f'[look_up]\nurl = "https://functions.example.org/look-up"\nkey = "{KEY}"\n'


def written(folder: Path, text: str | bytes, mode: int = 0o600) -> Path:
    path = folder / "webhooks.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


def entry(folder: Path, more: str = "") -> Entry:
    file = read(written(folder, GOOD + more))
    assert file.warnings == ()
    (only,) = file.entries.values()
    return only


def refusal(path: Path) -> str:
    with pytest.raises(OperatorError) as refused:
        read(path)
    return str(refused.value)


def test_no_file_is_no_webhooks(tmp_path: Path) -> None:
    assert read(tmp_path / "webhooks.toml").entries == {}


def test_an_address_and_a_key_are_enough(tmp_path: Path) -> None:
    made = entry(tmp_path)

    assert (made.repeatable, made.timeout) == (False, 30)
    assert made.definition("look_up") is None
    assert KEY not in repr(made)


def test_a_description_makes_it_a_function_that_assistants_can_be_given(tmp_path: Path) -> None:
    made = entry(tmp_path, 'description = " Looks a word up. "\nrepeatable = true\ntimeout = 5\n')

    assert (made.repeatable, made.timeout) == (True, 5)
    assert made.definition("look_up") == {
        "name": "look_up",
        "description": "Looks a word up.",
        "parameters": {"type": "object", "properties": {}},
    }


def test_parameters_are_a_json_schema(tmp_path: Path) -> None:
    more = """description = "Looks a word up."
[look_up.parameters]
type = "object"
required = ["word"]
properties.word = { type = "string", maxLength = 60 }
"""
    definition = entry(tmp_path, more).definition("look_up")

    assert definition is not None
    assert definition["parameters"] == {
        "type": "object",
        "required": ["word"],
        "properties": {"word": {"type": "string", "maxLength": 60}},
    }


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o602])
def test_a_file_that_others_may_open_is_warned_of(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path, GOOD, mode)

    (warning,) = read(path).warnings

    assert f"chmod 600 {path}" in warning


@pytest.mark.parametrize(
    "url",
    [
        "https://functions.example.org:8443/a?b=c",
        "http://127.0.0.1:8100",
        "http://localhost/",
        "http://[::1]:8100/x",
    ],
)
def test_addresses_that_keep_arguments_secret_are_taken(tmp_path: Path, url: str) -> None:
    path = written(tmp_path, f'[a]\nurl = "{url}"\nkey = "{KEY}"\n')

    assert read(path).entries["a"].url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "functions.example.org",
        "http://functions.example.org/",
        "http://localhost.example.org/",
        "http://127.0.0.1.example.org/",
        "https://",
        "https://user:word@functions.example.org/",
        "https://functions.example.org:99999/",
        "https://[::1",
        "https://functions.example.org/a b",
        "https://functions.example.org/\\u0000",
        "ftp://functions.example.org/",
        "file:///etc/passwd",
    ],
)
def test_other_addresses_are_refused(tmp_path: Path, url: str) -> None:
    path = written(tmp_path, f'[a]\nurl = "{url}"\nkey = "{KEY}"\n')

    assert refusal(path).startswith(f"{path}, [a]: url must begin with https://")


@pytest.mark.parametrize(
    "key", ["", "whsec_", "whsec_c2hvcnQ=", KEY.removeprefix("whsec_"), f"{KEY}!", "whsec_ü"]
)
def test_a_key_that_is_no_key_is_refused_and_not_repeated(tmp_path: Path, key: str) -> None:
    path = written(tmp_path, f'[a]\nurl = "https://a.example/"\nkey = "{key}"\n')

    said = refusal(path)

    assert "openssl rand -base64 32" in said
    assert not key or key not in said.replace("whsec_ and", "").replace("whsec_$", "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("repeatable = 1", "repeatable must be true or false"),
        ("timeout = 0", "timeout must be a number of seconds, more than 0 and at most 60"),
        ("timeout = 61", "timeout must"),
        ("timeout = nan", "timeout must"),
        ("timeout = true", "timeout must"),
        ('timeout = "5"', "timeout must"),
        ('description = " "', "description must be a text"),
        ("description = 3", "description must be a text"),
        ('description = "x"\nparameters = "y"', "parameters must be a JSON schema"),
        ('description = "x"\nparameters = {}', "parameters must be a JSON schema"),
        (
            'description = "x"\nparameters = { type = "object", a = 2026-01-01 }',
            "parameters must be a JSON schema",
        ),
        (
            'description = "x"\nparameters = { type = "object", a = inf }',
            "parameters must be a JSON schema",
        ),
        ('parameters = { type = "object" }', "parameters need a description"),
        ("retries = 3", "there is no setting retries"),
        ("[look_up.more]", "there is no setting more"),
    ],
)
def test_each_setting_that_is_wrong_is_named(tmp_path: Path, line: str, words: str) -> None:
    path = written(tmp_path, f"{GOOD}{line}\n")

    assert refusal(path).startswith(f"{path}, [look_up]: {words}")


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, '[a]\nurl = "x"\n[b]\n["c d"]\n[e.f]\n')

    said = refusal(path).splitlines()

    assert [line.removeprefix(str(path))[:10] for line in said] == [
        ", [a]: key",
        ", [a]: url",
        ", [b]: key",
        ", [b]: url",
        ": c d cann",
        ", [e]: key",
        ", [e]: the",
        ", [e]: url",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[look_up\n", "line 1"),
        ("look_up = 3\n", "look_up stands alone"),
        ('url = "https://a.example/"\n', "url stands alone"),
        (f"{GOOD}{GOOD}", "is not TOML"),
        ("[a]\nb = " + "[" * 100_000, "nested too deeply"),
        (b"[a]\nkey = '\xff'\n", "line 2: this is not UTF-8"),
        (b"\0" * 10, "is not TOML"),
        (b"#" * 2_000_000, "too large"),
    ],
)
def test_what_is_no_list_of_webhooks_is_refused(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    assert words in refusal(written(tmp_path, content))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_content_is_understood_or_refused(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    try:
        read(path)
    except OperatorError as error:
        assert str(path) in str(error)  # noqa: PT017 - either way is fine
