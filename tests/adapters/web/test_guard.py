"""Nobody but the page on this machine gets anything."""

import aiohttp
import pytest

from adapters.web.guard import HEADERS
from tests.adapters.web.page import Page
from tests.contract.door import NotebookDoor

PATHS = ["/api/page", "/api/messages?place=channel&person=ada", "/api/events?person=ada"]


async def status(page: Page, path: str, headers: dict[str, str], method: str = "GET") -> int:
    url = page.address + path
    async with page.session.request(method, url, headers=headers, data=None) as response:
        return response.status


@pytest.mark.parametrize("path", PATHS)
async def test_without_the_token_nothing_is_told(page: Page, path: str) -> None:
    assert await status(page, path, {}) == 403
    assert await status(page, path, {"X-Docent-Token": "0" * 64}) == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "[::1]:80"]
)
async def test_a_foreign_host_is_refused_even_with_the_token(page: Page, host: str) -> None:
    for path in ("/", "/static/page.js", *PATHS):
        assert await status(page, path, page.headers | {"Host": host}) == 403


async def test_localhost_is_this_machine_too(page: Page) -> None:
    host = page.address.removeprefix("http://").replace("127.0.0.1", "localhost")
    headers = {"X-Docent-Token": page.token, "Host": host, "Origin": f"http://{host}"}

    assert await status(page, "/api/page", headers) == 200


@pytest.mark.parametrize(
    "foreign",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_request_from_another_site_is_refused(
    page: Page, door: NotebookDoor, foreign: dict[str, str]
) -> None:
    for path in ("message", "click", "form", "submit"):
        assert await status(page, f"/api/{path}", page.headers | foreign, "POST") == 403
    for path in PATHS:
        assert await status(page, path, page.headers | foreign) == 403
    assert door.events == {}


async def test_a_post_without_an_origin_is_refused(page: Page) -> None:
    assert await status(page, "/api/message", {"X-Docent-Token": page.token}, "POST") == 403


async def test_a_link_to_the_page_may_be_followed(page: Page) -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    top, framed = {"Sec-Fetch-Dest": "document"}, {"Sec-Fetch-Dest": "iframe"}

    assert await status(page, "/", followed | top) == 200
    assert await status(page, "/", followed | framed) == 403


@pytest.mark.parametrize("path", ["/", "/static/page.js", "/api/page", "/nowhere", "/api/x"])
async def test_everything_that_leaves_carries_the_security_headers(page: Page, path: str) -> None:
    async with page.session.get(page.address + path, headers=page.headers) as response:
        assert HEADERS.items() <= dict(response.headers).items()


@pytest.mark.parametrize("name", ["../adapter.py", "..%2fadapter.py", "index.html", "x.js", "%00"])
async def test_only_the_files_of_the_page_are_served(page: Page, name: str) -> None:
    assert await status(page, f"/static/{name}", {}) == 404


async def test_scripts_come_as_scripts(page: Page) -> None:
    async with page.session.get(f"{page.address}/static/page.js") as response:
        assert response.content_type == "text/javascript"


async def test_a_client_that_hangs_up_harms_nobody(page: Page) -> None:
    async with aiohttp.ClientSession() as session:
        stream = await session.get(f"{page.address}/api/events?person=ada", headers=page.headers)
        stream.close()

    assert (await page.say("@tutor still there?"))[0] == 200
