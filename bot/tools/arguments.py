"""Reading a function's arguments: text from a model, so anything at all."""

import json
import re
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from bot.text.cleaning import clean
from bot.text.likeness import seen
from bot.tools.port import BadArgumentsError

MAX_QUESTION = 4_000
"""Characters; two Discord messages, so that a question never scrolls its own buttons away."""
MAX_CHOICE = 500
MAX_PROBLEMS = 5
"""More at once help no model."""
MAX_CHOICES = 20
"""Discord takes 25 buttons a message; three are ours, and letters end at T."""

Arguments = TypeVar("Arguments", bound=BaseModel)


_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""They turn the reading direction, also of the letter, mark or button that stands beside a text.
Scripts that are read from the right do without them."""


def _cleaned(text: object) -> object:
    """Text as it can be shown, empty where nothing of it would be seen."""
    if not isinstance(text, str):
        return text
    shown = _TURNING.sub("", clean(text)).strip()
    return shown if seen(shown) else ""


def _distinct(choices: tuple[str, ...]) -> tuple[str, ...]:
    if len({seen(choice) for choice in choices}) < len(choices):
        raise ValueError("all choices must differ")
    if len(choices) == 1:
        raise ValueError("one choice is no choice: give at least two, or none")
    return choices


CLEANED = BeforeValidator(_cleaned)
QuestionText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUESTION), CLEANED]
ChoiceText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CHOICE), CLEANED]
Choices = Annotated[
    tuple[ChoiceText, ...], AfterValidator(_distinct), Field(max_length=MAX_CHOICES)
]


class ToolArguments(BaseModel):
    """Keys that a model makes up are left aside; what is missing or too much is an error."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


def parse(model: type[Arguments], text: str) -> Arguments:
    """Raises BadArgumentsError with a reason that the model can act on."""
    try:
        return model.model_validate(json.loads(text))
    except RecursionError:
        raise BadArgumentsError("The arguments are nested too deeply.") from None
    except ValidationError as error:
        raise BadArgumentsError("; ".join(_problems(error))) from None
    except ValueError:
        raise BadArgumentsError("The arguments are not valid JSON.") from None


def _problems(error: ValidationError) -> list[str]:
    """What is wrong and where. A list that only lacks what was refused of it is not mentioned."""
    found = error.errors(include_url=False)
    whole = {problem["loc"][:end] for problem in found for end in range(len(problem["loc"]))}
    return [
        f"{'.'.join(str(part) for part in problem['loc']) or 'arguments'}: {problem['msg']}"
        for problem in found
        if problem["loc"] not in whole
    ][:MAX_PROBLEMS]
