"""What is said about an assistant that comes from elsewhere."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.importing import ends, findings, taking
from bot.importing.findings import Brought
from bot.importing.taking import Taken
from bot.jsons import Json
from bot.registry.changes import Editor
from bot.registry.vault import Vault
from bot.store import assistants
from bot.store.database import Store
from bot.tools import TOOLS
from tests.registry.desk import ADMIN_ONE, ADMIN_TWO, OPERATOR, furnished
from tests.store.rows import NOW

MATH: Json = {
    "id": "asst_qvXmYlZV8zhABI2RtPzDfV6z",
    "object": "assistant",
    "created_at": 1736340398,
    "name": "Math Tutor",
    "description": None,
    "model": "gpt-4o",
    "instructions": "Be brief.",
    "tools": [],
    "tool_resources": {"code_interpreter": None, "file_search": None},
    "metadata": {},
    "temperature": 1.0,
    "response_format": "auto",
}


def examined(fields: Json, model: str | None = None) -> Brought:
    return findings.examine(MATH | fields, model=model, tools=TOOLS, now=NOW)


def said(brought: Brought) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in brought.findings:
        found[each.kind] = f"{found.get(each.kind, '')} {each.sentence}".strip()
    return found


async def took(
    store: Store,
    folder: Path,
    *brought: Brought,
    replacing: bool = False,
    editor: Editor = OPERATOR,
    dry: bool = False,
) -> list[Taken]:
    vault = Vault(folder / "docent.db")
    known = await store.read(taking.known, editor, brought)
    settle = store.read if dry else store.write  # a trial gets no right to write
    return [
        await settle(taking.take, editor, ready, NOW, replacing=replacing, dry=dry)
        for ready in (taking.prepare(each, known.get(each.new.id or ""), vault) for each in brought)
    ]


def test_what_stays_as_it_was_is_named() -> None:
    brought = examined({"model": "model-2"})

    assert said(brought) == {"kept": "name, instructions, model, temperature, response_format"}
    assert brought.new.id == "asst_qvXmYlZV8zhABI2RtPzDfV6z"
    assert brought.new.created_at == datetime.fromtimestamp(1736340398, UTC)


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4o-2024-08-06", "gpt-4.1-mini", "o3"])
def test_a_model_near_its_end_is_told_with_its_last_day(model: str) -> None:
    assert f"{model} answers only until 202" in said(examined({"model": model}))["needs_you"]


def test_other_models_are_not_suspected() -> None:
    for model in ("gpt-4o-elsewhere", "o3-like", "model-2", "", "gpt-6-luna"):
        assert ends.announced(model) is None


def test_another_model_can_be_chosen_for_all() -> None:
    chosen = examined({}, model="model-2")
    left_to_docent = examined({}, model="")

    assert said(chosen)["changed"] == "The model is model-2 now."
    assert "needs_you" not in said(chosen)
    assert chosen.new.body["model"] == "model-2"
    assert "DOCENT_MODEL" in said(left_to_docent)["changed"]


def test_what_docent_cannot_do_needs_somebody() -> None:
    tools: Json = {
        "tools": [
            {"type": "function", "function": {"name": "display_quiz"}},
            {"type": "function", "function": {"name": "get_weather"}},
            {"type": "code_interpreter"},
            {"type": "file_search"},
        ],
        "tool_resources": {
            "code_interpreter": {"file_ids": ["file-1"]},
            "file_search": {"vector_store_ids": ["vs_1"]},
        },
    }
    needs = said(examined(tools))["needs_you"]

    assert "get_weather" in needs
    assert "display_quiz" not in needs
    assert "code_interpreter is kept" in needs
    assert "file_search is kept" in needs
    assert "file-1, vs_1" in needs


def test_the_first_version_of_the_api_is_translated() -> None:
    old: Json = {"file_ids": ["file-1"], "tools": [{"type": "retrieval"}]}
    del_resources = {name: value for name, value in MATH.items() if name != "tool_resources"}
    brought = findings.examine(del_resources | old, model="m", tools=TOOLS, now=NOW)

    assert brought.new.body["tools"] == [{"type": "file_search"}]
    assert brought.new.body["tool_resources"] == {"code_interpreter": {"file_ids": ["file-1"]}}
    assert "file_search now" in said(brought)["changed"]


def test_what_nobody_knows_is_named_and_not_dropped_in_silence() -> None:
    brought = examined(
        {"reasoning_effort": "high", "expires_after": None, "tools": [{"type": "browser\x1b[1m"}]}
    )

    assert "reasoning_effort" in said(brought)["lost"]
    assert "expires_after" not in said(brought)["lost"]
    assert "browser\\x1b" in said(brought)["lost"]
    assert brought.new.body["tools"] == []


@pytest.mark.parametrize(
    "bad", [None, 7, "", "asst_", "asst_/../x", "thread_1", "asst_" + "x" * 200]
)
def test_an_id_that_is_none_becomes_a_new_one(bad: str | int | None) -> None:
    brought = examined({"id": bad})

    assert brought.new.id is None
    assert "a new one" in said(brought)["changed"]


@pytest.mark.parametrize("when", [None, True, "now", -1, 10**18, 1.5, NOW.timestamp() + 9])
def test_a_time_that_cannot_be_is_left_out(when: object) -> None:
    assert examined({"created_at": when}).new.created_at is None  # type: ignore[dict-item]


async def test_the_id_is_kept_and_a_taken_one_is_said(tmp_path: Path) -> None:
    async with furnished(tmp_path) as store:
        (first,) = await took(store, tmp_path, examined({}))
        (second,) = await took(store, tmp_path, examined({"name": "Newer"}))
        (third,) = await took(store, tmp_path, examined({"name": "Newer"}), replacing=True)
        (fourth,) = await took(store, tmp_path, examined({"name": "Newer"}), replacing=True)
        stored = await store.read(assistants.find, str(MATH["id"]), None)

    outcomes = [one.outcome for one in (first, second, third, fourth)]
    assert outcomes == ["imported", "refused", "replaced", "unchanged"]
    assert "--replace" in second.reason
    assert stored is not None
    assert (stored.body["name"], stored.version) == ("Newer", 2)
    assert stored.created_at == datetime.fromtimestamp(1736340398, UTC)


async def test_one_that_is_refused_does_not_keep_the_others_out(tmp_path: Path) -> None:
    async with furnished(tmp_path) as store:
        hot = examined({"id": "asst_hot", "temperature": 5})
        taken = await took(store, tmp_path, hot, examined({}))

    assert [one.outcome for one in taken] == ["refused", "imported"]
    assert taken[0].reason == "temperature: this must be at most 2."


async def test_another_workspace_cannot_replace_it(tmp_path: Path) -> None:
    async with furnished(tmp_path) as store:
        await took(store, tmp_path, examined({}), editor=ADMIN_ONE)
        (stolen,) = await took(
            store, tmp_path, examined({"name": "x"}), editor=ADMIN_TWO, replacing=True
        )

    assert stolen.outcome == "refused"


async def test_a_trial_stores_nothing(tmp_path: Path) -> None:
    async with furnished(tmp_path) as store:
        (trial,) = await took(store, tmp_path, examined({}), dry=True)
        left = [one.id for one in await store.read(assistants.listed, None)]

    assert (trial.outcome, left) == ("imported", ["asst_tutor"])


async def test_secrets_that_were_hidden_are_asked_for(tmp_path: Path) -> None:
    server: Json = {
        "type": "mcp",
        "server_label": "maps",
        "server_url": "https://maps.example",
        "authorization": {"$secret": "redacted"},
    }
    async with furnished(tmp_path) as store:
        (one,) = await took(store, tmp_path, examined({"tools": [server]}))

    assert one.outcome == "imported"
    assert any("maps: the access token" in found.sentence for found in one.findings)


async def test_what_changed_since_it_was_looked_at_is_not_written_over(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "docent.db")
    async with furnished(tmp_path) as store:
        late = taking.prepare(examined({"name": "Late"}), None, vault)
        await took(store, tmp_path, examined({}))
        known = await store.read(taking.known, OPERATOR, [examined({})])
        later = taking.prepare(examined({"name": "Later"}), known[str(MATH["id"])], vault)
        await took(store, tmp_path, examined({"name": "Newer"}), replacing=True)
        taken = [
            await store.write(taking.take, OPERATOR, ready, NOW, replacing=True)
            for ready in (late, later)
        ]
        stored = await store.read(assistants.find, str(MATH["id"]), None)

    assert [one.outcome for one in taken] == ["refused", "refused"]
    assert stored is not None
    assert (stored.body["name"], stored.version) == ("Newer", 2)


@pytest.mark.parametrize("replacing", [True, False])
async def test_a_trial_says_what_would_become_of_each(tmp_path: Path, replacing: bool) -> None:
    brought = [
        examined({}),
        examined({"id": "asst_b", "name": "Changed"}),
        examined({"id": "asst_c"}),
        examined({"id": "asst_d", "temperature": 5}),
    ]
    async with furnished(tmp_path) as store:
        await took(store, tmp_path, examined({}), examined({"id": "asst_b"}))
        trial = await took(store, tmp_path, *brought, replacing=replacing, dry=True)
        real = await took(store, tmp_path, *brought, replacing=replacing)

    expected = ["unchanged", "replaced"] if replacing else ["refused", "refused"]
    assert [one.outcome for one in real] == [*expected, "imported", "refused"]
    assert trial == real
