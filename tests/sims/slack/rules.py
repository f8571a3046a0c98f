"""What Slack refuses: blocks and arguments beyond its limits, as the error that it gives."""

from collections.abc import Mapping

from pydantic import JsonValue

from bot.jsons import Json

MARKDOWN, SECTION, HEADER, BUTTON_LABEL, BUTTON_VALUE = 12_000, 3_000, 150, 75, 2_000
MESSAGE_BLOCKS, MODAL_BLOCKS, ELEMENTS, CONTEXT = 50, 100, 25, 10
TITLE, LABEL, INPUT, OPTIONS, OPTION_LABEL, OPTION_VALUE = 24, 2_000, 3_000, 100, 75, 150

ARGUMENTS: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "auth.test": "",
        "apps.connections.open": "",
        "chat.postMessage": "channel thread_ts text blocks metadata link_names parse unfurl_links"
        " unfurl_media",
        "chat.postEphemeral": "channel user thread_ts text blocks link_names parse",
        "chat.update": "channel ts text blocks metadata link_names parse",
        "chat.delete": "channel ts",
        "conversations.open": "users",
        "conversations.history": "channel oldest limit cursor include_all_metadata",
        "conversations.replies": "channel ts oldest limit cursor include_all_metadata",
        "users.info": "user include_locale",
        "usergroups.list": "include_users",
        "views.open": "trigger_id view",
    }.items()
}
"""The methods that the simulator serves, and what each takes; Slack itself ignores the rest."""


def message_problem(arguments: Json) -> str | None:
    """The error for a message's content, or None."""
    blocks = arguments.get("blocks") or []
    if not isinstance(blocks, list):
        return "invalid_blocks_format"
    if not blocks and not arguments.get("text"):
        return "no_text"
    if len(blocks) > MESSAGE_BLOCKS:
        return "invalid_blocks"
    text = arguments.get("text") or ""
    if not isinstance(text, str) or len(text) > 40_000:
        return "msg_too_long"
    if sum(map(_written, blocks)) > MARKDOWN:
        return "msg_blocks_too_long"
    sound = all(isinstance(block, dict) and _sound(block) for block in blocks)
    return None if sound and _differ(blocks) else "invalid_blocks"


def private_problem(body: Json) -> str | None:
    """The error for what is sent to a response URL or as the answer to a command, or None.

    Whether markdown blocks are taken there is not documented, so they are not.
    """
    blocks = body.get("blocks") or []
    known = {"response_type", "replace_original", "text", "blocks", "thread_ts"}
    if unknown := body.keys() - known:
        return f"invalid_arguments: {sorted(unknown)}"
    if body.get("response_type") != "ephemeral":
        return "that is for all to see"
    if isinstance(blocks, list) and any(map(_written, blocks)):
        return "markdown"
    return message_problem(body)


def modal_problem(view: JsonValue) -> str | None:
    """The error for a form, or None."""
    if not isinstance(view, dict) or view.get("type") != "modal":
        return "invalid_arguments"
    titles = [view.get("title"), view.get("submit"), view.get("close")]
    metadata, blocks = view.get("private_metadata", ""), view.get("blocks")
    if not all(_text(title, TITLE, "plain_text") for title in titles):
        return "invalid_arguments"
    if not isinstance(metadata, str) or len(metadata) > 3_000:
        return "invalid_arguments"
    if not isinstance(blocks, list) or not 0 < len(blocks) <= MODAL_BLOCKS:
        return "invalid_arguments"
    fields = [block for block in blocks if isinstance(block, dict) and _input(block)]
    names = {str(field["block_id"]) for field in fields}
    focused = [field for field in fields if _element(field).get("focus_on_load")]
    sound = len(fields) == len(names) == len(blocks) and len(focused) < 2
    return None if sound else "invalid_blocks"


def _sound(block: Json) -> bool:
    elements = block.get("elements")
    match block.get("type"):
        case "markdown":
            text = block.get("text")
            return isinstance(text, str) and bool(text.strip()) and set(block) == {"type", "text"}
        case "header":
            return _text(block.get("text"), HEADER, "plain_text")
        case "section":
            accessory = block.get("accessory")
            return _text(block.get("text"), SECTION) and (
                accessory is None or (isinstance(accessory, dict) and _button(accessory))
            )
        case "context":
            return (
                isinstance(elements, list)
                and 0 < len(elements) <= CONTEXT
                and all(_text(element, SECTION) for element in elements)
            )
        case "actions":
            return (
                isinstance(elements, list)
                and 0 < len(elements) <= ELEMENTS
                and all(isinstance(element, dict) and _button(element) for element in elements)
            )
    return False


def _button(element: Json) -> bool:
    value, action = element.get("value"), element.get("action_id")
    return (
        element.get("type") == "button"
        and set(element) <= {"type", "action_id", "value", "text", "style"}
        and _text(element.get("text"), BUTTON_LABEL, "plain_text")
        and isinstance(value, str)
        and 0 < len(value) <= BUTTON_VALUE
        and isinstance(action, str)
        and 0 < len(action) <= 255
        and element.get("style", "primary") in {"primary", "danger"}
    )


def _text(value: JsonValue, limit: int, kind: str = "") -> bool:
    if not isinstance(value, dict) or value.get("type") not in {kind or "mrkdwn", "plain_text"}:
        return False
    text = value.get("text")
    return isinstance(text, str) and 0 < len(text) <= limit


def _input(block: Json) -> bool:
    name, element = block.get("block_id"), _element(block)
    action = element.get("action_id")
    return (
        block.get("type") == "input"
        and set(block) <= {"type", "block_id", "label", "optional", "element"}
        and isinstance(name, str)
        and 0 < len(name) <= 255
        and _text(block.get("label"), LABEL, "plain_text")
        and isinstance(action, str)
        and 0 < len(action) <= 255
        and (_text_input(element) or _select(element))
    )


def _element(block: Json) -> Json:
    element = block.get("element")
    return element if isinstance(element, dict) else {}


def _text_input(element: Json) -> bool:
    most, value = element.get("max_length", INPUT), element.get("initial_value", "")
    own = {"multiline", "max_length", "initial_value"}
    return (
        element.get("type") == "plain_text_input"
        and set(element) <= own | {"type", "action_id", "focus_on_load"}
        and isinstance(most, int)
        and 0 < most <= INPUT
        and isinstance(value, str)
        and len(value) <= most
    )


def _select(element: Json) -> bool:
    options = element.get("options")
    return (
        element.get("type") == "static_select"
        and set(element) <= {"type", "action_id", "focus_on_load", "options", "initial_option"}
        and isinstance(options, list)
        and 0 < len(options) <= OPTIONS
        and all(map(_option, options))
        and element.get("initial_option", options[0]) in options
    )


def _option(option: JsonValue) -> bool:
    if not isinstance(option, dict) or set(option) != {"text", "value"}:
        return False
    value = option["value"]
    return (
        _text(option["text"], OPTION_LABEL, "plain_text")
        and isinstance(value, str)
        and 0 < len(value) <= OPTION_VALUE
    )


def _differ(blocks: list[JsonValue]) -> bool:
    """Within one message, the ids of actions must differ."""
    ids = [element["action_id"] for element in buttons(blocks)]
    return len(ids) == len(set(map(str, ids)))


def _written(block: JsonValue) -> int:
    """What a block takes of the markdown that a message may hold."""
    if not isinstance(block, dict) or block.get("type") != "markdown":
        return 0
    return len(str(block.get("text")))


def buttons(blocks: list[JsonValue]) -> list[Json]:
    """All buttons of a message, in order."""
    found: list[Json] = []
    for block in blocks:
        if not isinstance(block, dict):
            continue
        if isinstance(accessory := block.get("accessory"), dict):
            found.append(accessory)
        if block.get("type") == "actions" and isinstance(elements := block["elements"], list):
            found += [element for element in elements if isinstance(element, dict)]
    return found
