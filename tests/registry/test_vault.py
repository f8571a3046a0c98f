"""Secrets in tools are encrypted where they lie and shown nowhere."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import installation
from bot.errors import OperatorError
from bot.jsons import Json
from bot.registry import changes
from bot.registry.changes import New
from bot.registry.errors import BodyError
from bot.registry.sharing import shown
from bot.registry.vault import Vault, redacted, without_hidden
from bot.store.database import Store
from tests.registry.desk import OPERATOR, furnished
from tests.store.rows import NOW

HIDDEN: Json = {"$secret": "redacted"}
SERVER: Json = {
    "type": "mcp",
    "server_label": "maps",
    "server_url": "https://maps.example/mcp",
    "headers": {"X-Key": "the-first-secret"},
    "authorization": "the-second-secret",
}
BODY: Json = {"name": "Kim", "tools": [{"type": "code_interpreter"}, SERVER]}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with furnished(tmp_path) as store:
        yield store


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "docent.db")


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("docent.db*"))


async def test_no_secret_is_in_the_database_or_on_a_screen(
    store: Store, vault: Vault, tmp_path: Path
) -> None:
    kim = await store.write(changes.create, OPERATOR, New(body=BODY), vault, NOW)
    await store.write(
        changes.update, OPERATOR, kim.id, lambda body: body | {"name": "Kai"}, vault, now=NOW
    )

    seen = json.dumps(shown(kim)) + json.dumps(redacted(kim.body))
    assert "secret" not in seen.replace("$secret", "")
    assert b"Kai" in everything(tmp_path)
    assert b"-secret" not in everything(tmp_path)
    assert vault.unsealed(kim.body) == BODY


async def test_a_secret_survives_changes_that_do_not_see_it(store: Store, vault: Vault) -> None:
    kim = await store.write(changes.create, OPERATOR, New(body=BODY), vault, NOW)
    again = New(body=redacted(kim.body) | {"name": "Kai"}, id=kim.id)
    kai = await store.write(changes.replace, OPERATOR, again, vault, NOW)

    assert vault.unsealed(kai.body) == BODY | {"name": "Kai"}


@pytest.mark.parametrize(
    "change", [{"server_url": "https://elsewhere.example"}, {"server_label": "other"}]
)
async def test_a_secret_does_not_follow_to_another_server(
    store: Store, vault: Vault, change: Json
) -> None:
    kim = await store.write(changes.create, OPERATOR, New(body=BODY), vault, NOW)
    moved: Json = SERVER | {"headers": {"X-Key": HIDDEN}, "authorization": HIDDEN} | change

    with pytest.raises(BodyError, match="Give it again"):
        await store.write(
            changes.update, OPERATOR, kim.id, lambda _: {"tools": [moved]}, vault, now=NOW
        )


async def test_an_encrypted_secret_of_another_assistant_cannot_be_given(
    store: Store, vault: Vault
) -> None:
    kim = await store.write(changes.create, OPERATOR, New(body=BODY), vault, NOW)

    with pytest.raises(BodyError, match="'redacted'"):
        await store.write(changes.create, OPERATOR, New(body=kim.body), vault, NOW)


async def test_a_new_secret_takes_the_place_of_the_old_one(store: Store, vault: Vault) -> None:
    kim = await store.write(changes.create, OPERATOR, New(body=BODY), vault, NOW)
    newer: Json = SERVER | {"headers": {"X-Key": "newer", "X-More": "more"}}
    kim = await store.write(
        changes.update, OPERATOR, kim.id, lambda _: {"tools": [newer]}, vault, now=NOW
    )

    assert vault.unsealed(kim.body) == {"tools": [newer]}


def test_hidden_secrets_can_be_left_out_by_name() -> None:
    given: Json = {"tools": [SERVER | {"headers": {"X-Key": HIDDEN, "X-More": "more"}}]}

    body, names = without_hidden(given)
    assert body == {"tools": [SERVER | {"headers": {"X-More": "more"}}]}
    assert names == ("maps: X-Key",)


def test_with_the_secret_of_another_installation_nothing_is_read(tmp_path: Path) -> None:
    sealed = Vault(tmp_path / "one.db").sealed(BODY)

    with pytest.raises(OperatorError, match=r"two\.secret"):
        Vault(tmp_path / "two.db").unsealed(sealed)


def test_the_secret_of_an_installation_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    database = tmp_path / "docent.db"
    made = installation.secret(database)

    assert installation.secret(database) == made
    assert len(made) == 32
    assert (tmp_path / "docent.secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["docent.secret"]


def test_a_secret_that_was_written_by_halves_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "docent.secret").write_bytes(b"half")

    assert len(installation.secret(tmp_path / "docent.db")) == 32


def test_a_secret_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="cannot be used"):
        installation.secret(tmp_path / "missing" / "docent.db")
