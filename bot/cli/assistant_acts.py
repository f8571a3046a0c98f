"""What `docent assistants` does on the database, beside a bot that may be running."""

import asyncio
import getpass
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import typer
from pydantic import JsonValue

from bot import logs
from bot.cli import assistant_pages as pages
from bot.cli.terminal import as_json, console
from bot.errors import OperatorError
from bot.events import WorkspaceId
from bot.importing import stores
from bot.importing.findings import Brought
from bot.jsons import Json
from bot.registry import changes, templates
from bot.registry.changes import Editor, New
from bot.registry.errors import MissingError, RegistryError
from bot.registry.sharing import shared, shown
from bot.registry.vault import Vault, redacted
from bot.registry.wishes import Wishes
from bot.settings import Settings
from bot.store import assistants
from bot.store.assistants import StoredAssistant
from bot.store.database import Tx, reading_current, writing
from bot.strings import say
from bot.tools.port import Tools

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """Where one command works: on whose database, for which workspace, with what output.

    Every method raises OperatorError.
    """

    def __init__(self, home: Path | None, workspace: str | None, *, as_json: bool) -> None:
        logs.set_up("error")
        self._home = home
        self._settings = Settings.beside(home=home)
        self._workspace = None if workspace is None else WorkspaceId(workspace)
        self._json = as_json
        self.vault = Vault(self._settings.database_path)
        self.editor = Editor(who=_who(), workspace=self._workspace)

    def tools(self) -> Tools:
        """The functions of this installation, by name."""
        return asyncio.run(_tools(self._settings.webhooks_path))

    def with_stores_checked(self, brought: Sequence[Brought]) -> Sequence[Brought]:
        """What the provider says of the vector stores of an import, where a key is set."""
        settings = Settings.load().with_data(self._home)
        if (key := settings.openai_api_key) is None:
            return brought
        base_url, api_key = settings.openai_base_url, key.get_secret_value()
        return asyncio.run(stores.checked(brought, base_url=base_url, api_key=api_key))

    def write(self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work(tx, …)` in a transaction of its own."""
        with writing(self._settings.database_path) as tx:
            return work(tx, *args, **kwargs)

    def read(self, work: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        with reading_current(self._settings.database_path) as tx:
            return work(tx, *args, **kwargs)

    def create(self, template: str | None, wishes: Wishes) -> None:
        tools = self.tools()
        if template is None and "instructions" not in wishes.fields:
            template = templates.DEFAULT
        start: Json = {} if template is None else templates.read(template).filled(tools)
        new = New(body=wishes.applied(start, tools))
        made = self.write(changes.create, self.editor, new, self.vault, _now())
        workspace = made.workspace or say("assistants.any_workspace")
        self._say(made, say("assistants.is_created", id=made.id, workspace=workspace))

    def list_all(self, *, deleted: bool) -> None:
        found = self.read(assistants.listed, self._workspace, deleted=deleted)
        if self._json:
            typer.echo(as_json({"object": "list", "data": [shown(one) for one in found]}))
        elif found:
            console().print(pages.listed(found))
        else:
            typer.echo(say("assistants.none_yet"))

    def show(self, assistant_id: str, version: int | None) -> None:
        found = self._found(assistant_id, version)
        if self._json:
            typer.echo(as_json(shown(found)))
            return
        try:
            tools = self.tools()
        except OperatorError as error:  # what is stored can be shown all the same
            typer.echo(error, err=True)
            tools = None
        pages.show(found, tools)

    def update(self, assistant_id: str, wishes: Wishes, version: int | None) -> None:
        tools = self.tools() if wishes.add_tools else {}

        def work(tx: Tx) -> tuple[StoredAssistant, bool]:
            before = _find(tx, assistant_id, self._workspace, None)
            after = changes.update(
                tx,
                self.editor,
                assistant_id,
                lambda body: wishes.applied(body, tools),
                self.vault,
                now=_now(),
                version=version,
            )
            return after, after == before

        after, same = self.write(work)
        key = "is_unchanged" if same else "is_updated"
        self._say(after, say(f"assistants.{key}", id=after.id, version=after.version))

    def delete(self, assistant_id: str, version: int | None) -> None:
        self.write(changes.delete, self.editor, assistant_id, _now(), version=version)
        typer.echo(say("assistants.is_deleted", id=assistant_id))

    def history(self, assistant_id: str) -> None:
        found = self.read(assistants.versions, assistant_id, self._workspace)
        if not found:
            raise MissingError(assistant_id)
        if not self._json:
            console().print(pages.history(found))
            return
        data: list[JsonValue] = [
            {
                "version": one.version,
                "at": int(one.at.timestamp()),
                "who": one.who,
                "body": redacted(one.body),
            }
            for one in found
        ]
        typer.echo(as_json({"object": "list", "data": data}))

    def export(self, ids: Sequence[str], version: int | None, output: Path | None) -> None:
        if ids:
            found = [self._found(each, version) for each in ids]
        else:
            found = self.read(assistants.listed, self._workspace)
        page: Json = {"object": "list", "data": [shared(one) for one in found], "has_more": False}
        text = as_json(shared(found[0]) if len(ids) == 1 else page)
        if output is None:
            typer.echo(text)
            return
        try:
            output.write_text(text + "\n", "utf-8")
        except OSError as error:
            values = {"path": output, "reason": error.strerror or str(error)}
            raise RegistryError(say("assistants.file_unwritable", **values)) from None
        typer.echo(say("assistants.is_written", path=output))

    def _found(self, assistant_id: str, version: int | None) -> StoredAssistant:
        return self.read(_find, assistant_id, self._workspace, version)

    def _say(self, assistant: StoredAssistant, sentence: str) -> None:
        typer.echo(as_json(shown(assistant)) if self._json else sentence)


def _find(
    tx: Tx, assistant_id: str, workspace: WorkspaceId | None, version: int | None
) -> StoredAssistant:
    found = assistants.find(tx, assistant_id, workspace)
    if found is None:
        raise MissingError(assistant_id)
    if version is None:
        return found
    for one in assistants.versions(tx, assistant_id, workspace):
        if one.version == version:
            return replace(found, version=version, body=one.body)
    raise RegistryError(say("assistants.no_version", id=assistant_id, version=version))


async def _tools(webhooks: Path) -> Tools:
    from bot.tools.installed import open_tools  # noqa: PLC0415 - loads a web client too

    async with open_tools(webhooks) as installed:
        return installed.tools


def _now() -> datetime:
    return datetime.now(UTC)


def _who() -> str:
    try:
        return f"shell:{getpass.getuser()}"
    except (KeyError, OSError, ImportError):  # a user id without a name, as in containers
        return "shell"
