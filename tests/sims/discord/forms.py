"""A form as a person fills it in, and as Discord sends it: strict as its client is."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from bot.jsons import Json


def filled(components: JsonValue, given: str | Mapping[str, str]) -> list[JsonValue]:
    """What comes back: what is written or chosen, by the labels, else what stood there at first.
    A text alone is for the first field."""
    shown = list(fields(components))
    values = {shown[0][0]: given} if isinstance(given, str) else dict(given)
    back: list[JsonValue] = []
    for number, (label, component) in enumerate(shown):
        value = values.pop(label, None)
        one = _chosen(component, value) if component["type"] == 3 else _written(component, value)
        common: Json = {"type": component["type"], "custom_id": component["custom_id"]}
        sent = common | {"id": 2 * number + 2} | one
        back.append({"type": 18, "id": 2 * number + 1, "component": sent})
    assert not values, f"no such fields: {values}"
    return back


def fields(components: JsonValue) -> Iterator[tuple[str, Json]]:
    """Labels with what is below them."""
    assert isinstance(components, list)
    for each in components:
        if isinstance(each, dict) and each["type"] == 18:
            component = each["component"]
            assert isinstance(component, dict)
            yield str(each["label"]), component


def _written(component: Json, value: str | None) -> Json:
    text = str(component.get("value", "")) if value is None else value
    most = component["max_length"]
    assert isinstance(most, int)
    assert len(text) <= most
    assert text or not component["required"]
    return {"value": text}


def _chosen(component: Json, label: str | None) -> Json:
    """What is chosen is named by its label."""
    options = component["options"]
    assert isinstance(options, list)
    offered = [option for option in options if isinstance(option, dict)]
    chosen: list[JsonValue] = [
        option["value"]
        for option in offered
        if (option.get("default") if label is None else option["label"] == label)
    ]
    assert len(chosen) == 1, f"{label} is none of {offered}"
    return {"values": chosen}
