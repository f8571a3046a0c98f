"""Reading a function's arguments: text from a model, so anything at all."""

import json
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
from bot.tools.port import BadArgumentsError

MAX_QUESTION = 4_000
"""Characters; two Discord messages, so that a question never scrolls its own buttons away."""
MAX_CHOICE = 500
MAX_CHOICES = 20
"""Discord takes 25 buttons a message; three are ours, and letters end at T."""

Arguments = TypeVar("Arguments", bound=BaseModel)


def _distinct(choices: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(choices)) < len(choices):
        raise ValueError("all choices must differ")
    if len(choices) == 1:
        raise ValueError("one choice is no choice: give at least two, or none")
    return choices


QuestionText = Annotated[
    str,
    BeforeValidator(lambda text: clean(text).strip() if isinstance(text, str) else text),
    StringConstraints(min_length=1, max_length=MAX_QUESTION),
]
ChoiceText = Annotated[QuestionText, StringConstraints(max_length=MAX_CHOICE)]
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
        problems = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'arguments'}: {problem['msg']}"
            for problem in error.errors(include_url=False)[:5]
        ]
        raise BadArgumentsError("; ".join(problems)) from None
    except ValueError:
        raise BadArgumentsError("The arguments are not valid JSON.") from None
