"""What the provider says of the vector stores of an import, over real HTTP."""

import pytest

from bot.importing.findings import Brought, examine
from bot.importing.stores import checked
from bot.jsons import Json
from tests.sims.answers import Failure
from tests.sims.openai import OpenAISim
from tests.store.rows import NOW


def brought(*stores: str) -> Brought:
    given: Json = {
        "id": "asst_reader",
        "name": "Reader",
        "model": "model-1",
        "tools": [{"type": "file_search"}],
        "tool_resources": {"file_search": {"vector_store_ids": list(stores)}},
    }
    return examine(given, model=None, tools=(), now=NOW)


async def told(sim: OpenAISim, *stores: str) -> list[tuple[str, str]]:
    (one,) = await checked([brought(*stores)], base_url=sim.base_url, api_key="test")
    return [(found.kind, found.sentence) for found in one.findings if "vector" in found.sentence]


async def test_each_store_is_there_or_gone() -> None:
    async with OpenAISim(vector_stores={"vs_there"}) as sim:
        found = await told(sim, "vs_there", "vs_gone")

    (kept, there), (wanted, gone) = found
    assert (kept, there) == ("kept", "The provider still has these vector stores: vs_there.")
    assert wanted == "needs_you"
    assert gone.startswith("The provider no longer has these vector stores: vs_gone.")


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_a_provider_that_does_not_say_is_not_believed_to_have_none(status: int) -> None:
    async with OpenAISim(vector_stores=Failure(status)) as sim:
        ((kind, sentence),) = await told(sim, "vs_1")

    assert kind == "needs_you"
    assert "did not say" in sentence


async def test_what_is_no_id_of_a_store_is_never_asked_for() -> None:
    async with OpenAISim() as sim:
        assert await told(sim, "../models", "vs_1/files", "file-1") == []
