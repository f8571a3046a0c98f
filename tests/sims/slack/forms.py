"""What people enter in a form, as Slack sends it."""

from collections.abc import Mapping

from pydantic import JsonValue

from bot.jsons import Json


def filled(view: Json, entered: str | Mapping[str, str] | None) -> Json:
    """The view as it is submitted: a text in its first field, or something by the fields' names."""
    names = blocks_named(view)
    given = entered if isinstance(entered, Mapping) else {names[0]: entered}
    assert given.keys() <= set(names)
    values: Json = {}
    for name, block in zip(names, _blocks(view), strict=True):
        element = block["element"]
        assert isinstance(element, dict)
        state = _state(element, given[name]) if name in given else _untouched(element)
        values[name] = {str(element["action_id"]): {"type": element["type"], **state}}
    return view | {"state": {"values": values}}


def blocks_named(view: Json) -> list[str]:
    """The names of a form's fields, in order."""
    return [str(block["block_id"]) for block in _blocks(view)]


def _blocks(view: Json) -> list[Json]:
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    return [block for block in blocks if isinstance(block, dict)]


def _state(element: Json, entered: str | None) -> Json:
    """What somebody wrote or chose; a forged choice is sent as if it were one."""
    if element["type"] == "static_select":
        label: Json = {"type": "plain_text", "text": "x", "emoji": False}
        option: Json = {"text": label, "value": entered}
        return {"selected_option": option}
    return {"value": entered}


def _untouched(element: Json) -> Json:
    if element["type"] == "static_select":
        option: JsonValue = element.get("initial_option")
        return {"selected_option": option}
    return {"value": element.get("initial_value")}
