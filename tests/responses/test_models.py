"""What a provider offers, however it lists it."""

import json
from datetime import date

import pytest
from aiohttp import web

from bot.jsons import Json
from bot.responses import OfferedModel, Responses, TellPerson, TryAgain
from bot.responses.models import offered
from tests.sims.answers import Failure
from tests.sims.openai import OpenAISim
from tests.sims.provider import client


async def test_models_come_with_the_day_of_their_end() -> None:
    async with OpenAISim(models={"old-1": "2027-01-14", "new-1": None}) as sim, client(sim) as it:
        assert await it.models() == (
            OfferedModel(name="old-1", shutdown=date(2027, 1, 14)),
            OfferedModel(name="new-1", shutdown=None),
        )


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_may_have_no_list(status: int) -> None:
    async with OpenAISim(models=Failure(status)) as sim, client(sim) as provider:
        assert await provider.models() is None


async def test_a_wrong_key_and_a_busy_server_are_told_apart() -> None:
    async with OpenAISim(models=Failure(401, code="invalid_api_key")) as sim, client(sim) as it:
        with pytest.raises(TellPerson) as caught:
            await it.models()
        sim.models = Failure(503)
        with pytest.raises(TryAgain, match="http_503"):
            await it.models()

        assert caught.value.blame == "key"


@pytest.mark.parametrize(
    ("listing", "names"),
    [
        ({}, []),
        ({"data": {"id": "x"}}, []),
        ({"data": [{"id": "a"}, 5, {"name": "b"}, {"id": 7}, {"id": "x" * 9_000}]}, ["a"]),
        (
            {"data": [{"id": "a", "shutdown_date": "soon"}, {"id": "b", "shutdown_date": 3}]},
            ["a", "b"],
        ),
    ],
)
def test_only_what_is_usable_is_read(listing: Json, names: list[str]) -> None:
    found = offered(listing)

    assert [model.name for model in found] == names
    assert all(model.shutdown is None for model in found)


@pytest.mark.parametrize("body", [b"<html>", b"[]", json.dumps("x").encode(), b"x" * 9 * 2**20])
async def test_what_is_no_list_is_none(body: bytes) -> None:
    async def list_(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/v1/models", list_)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        async with Responses(base_url=f"http://{host}:{port}/v1", api_key="k") as provider:
            assert await provider.models() is None
    finally:
        await runner.cleanup()
