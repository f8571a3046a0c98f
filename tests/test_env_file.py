"""Settings are written into a `.env` file without losing what else stands there."""

from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot.env_file import with_values, write
from bot.errors import OperatorError

NAMES = st.sampled_from(["A", "B", "C"])
VALUES = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"], blacklist_characters="$"),
    max_size=20,
)
LINES = st.sampled_from(["# a note", "", "A=1", "export B='2'", 'OTHER="x y"', "C=3\r"])


@given(st.lists(LINES, max_size=6), st.dictionaries(NAMES, VALUES, max_size=3))
def test_what_is_set_is_read_again_and_the_rest_stays(
    lines: list[str], values: dict[str, str]
) -> None:
    text = "\n".join(lines)
    after = with_values(text, values)
    read = dotenv_values(stream=StringIO(after))

    assert {name: read[name] for name in values} == values
    kept = dotenv_values(stream=StringIO(text))
    assert {**kept, **values} == dict(read)
    assert after.count("# a note") == text.count("# a note")


def test_lines_stay_where_they_are_and_new_ones_come_last() -> None:
    text = "# keep\nDOCENT_MODEL=old\n\nexport OTHER='x'"

    after = with_values(text, {"DOCENT_MODEL": "it's new", "DOCENT_PORT": "9000"})

    assert after == ("# keep\nDOCENT_MODEL='it\\'s new'\n\nexport OTHER='x'\nDOCENT_PORT=9000\n")


def test_the_file_is_for_its_owner_alone_and_a_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "real.env", tmp_path / ".env"
    real.write_text("A=1\n")
    real.chmod(0o644)
    link.symlink_to(real)

    write(link, {"B": "2"})

    assert link.is_symlink()
    assert real.read_text() == "A=1\nB=2\n"
    assert real.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "real.env"]


def test_a_broken_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(OperatorError, match="line 1"):
        write(path, {"A": "1"})
    assert path.read_bytes() == b"\xff\xfe"
