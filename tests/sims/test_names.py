"""No request may name a person, and the scripted provider notices one that does."""

import aiohttp
import pytest

from tests.sims.answers import Text
from tests.sims.names import named
from tests.sims.openai import OpenAISim


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"person": "ada"}', ["ada"]),
        ("by sim/p17 and slack:T1/U2", ["sim/p17", "slack:T1/U2"]),
        ("learner-12 was right, ben was not", ["ben", "learner-12"]),
        ("Ada lives in Canada, adamant and bent", []),
        ("[ada]: 12, not_ada", ["ada"]),
        ("1/2 and https://one.example/v1", []),
        ("zoe", ["zoe"]),
        ("a learner and sim/a", ["sim/a"]),
    ],
)
def test_people_are_found_by_key_and_by_id_and_nothing_else(text: str, names: list[str]) -> None:
    assert named(text, {"zoe", "a"}) == names


@pytest.mark.parametrize("where", ["content", "instructions", "safety_identifier"])
async def test_a_request_that_names_somebody_fails_the_test(where: str) -> None:
    said = {"content": "hello", "instructions": "Be kind.", "safety_identifier": "s1"}
    said[where] = "zoe asks"
    item = {"role": "user", "content": said.pop("content")}
    body = {"model": "tutor-1", "input": [item], "store": False, **said}
    with pytest.raises(AssertionError, match="request 1 names zoe"):
        async with OpenAISim(people={"zoe"}) as sim:
            await answered(sim, body)


async def answered(sim: OpenAISim, body: object) -> None:
    sim.answer(Text("hi"))
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer k"}) as session,
        session.post(f"{sim.base_url}/responses", json=body) as response,
    ):
        assert response.status == 200
