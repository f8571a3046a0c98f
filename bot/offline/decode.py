"""Requests of the Responses API, decoded: what was said, called and answered, in order."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    Tag,
    ValidationError,
)

from bot.jsons import Json


class BadRequest(Exception):  # noqa: N818 - named after its status
    """The request cannot be taken; the message says why, `param` where."""

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.param = param
        self.code = code


class _Decoded(BaseModel):
    # Fields that this server does not know are left alone, as newer clients send them.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Part(_Decoded):
    """One part of a message or output; files and pictures have no text here."""

    type: Literal["input_text", "output_text", "text", "refusal", "input_image", "input_file"]
    text: str = ""
    refusal: str = ""


Content = StrictStr | list[Part]


class Message(_Decoded):
    type: Literal["message"] = "message"
    role: Literal["user", "assistant", "system", "developer"]
    content: Content


class Called(_Decoded):
    """A function call of an earlier round."""

    type: Literal["function_call"]
    call_id: str = Field(min_length=1)
    name: str
    arguments: str


class Answered(_Decoded):
    """The output of a function call."""

    type: Literal["function_call_output"]
    call_id: str = Field(min_length=1)
    output: Content


class Reasoning(_Decoded):
    """Reasoning of another model: of no use here, but no error either."""

    type: Literal["reasoning"]


def _kind(value: object) -> str | None:
    if isinstance(value, dict):
        kind = value.get("type", "message")
        return kind if isinstance(kind, str) else None
    return None


Item = Annotated[
    Annotated[Message, Tag("message")]
    | Annotated[Called, Tag("function_call")]
    | Annotated[Answered, Tag("function_call_output")]
    | Annotated[Reasoning, Tag("reasoning")],
    Discriminator(_kind),
]
_HOSTED = Literal[
    "file_search",
    "web_search",
    "web_search_preview",
    "code_interpreter",
    "image_generation",
    "mcp",
    "custom",
]


class FunctionTool(_Decoded):
    type: Literal["function"]
    name: str = Field(min_length=1)
    parameters: dict[str, JsonValue] | None = None


class HostedTool(_Decoded):
    """A tool that the provider would run. This one runs none and never calls it."""

    type: _HOSTED


Tool = Annotated[FunctionTool | HostedTool, Field(discriminator="type")]
_Number = StrictFloat | StrictInt


class Request(_Decoded):
    """The body of a create; everything else that a client sends is kept out of the answer."""

    model: str = Field(min_length=1)
    input: StrictStr | list[Item]
    instructions: str | None = None
    tools: list[Tool] = Field(default_factory=list)
    tool_choice: Literal["auto", "none"] | None = "auto"
    stream: StrictBool | None = None
    temperature: Annotated[_Number, Field(ge=0, le=2)] | None = None
    top_p: Annotated[_Number, Field(ge=0, le=1)] | None = None
    max_output_tokens: Annotated[StrictInt, Field(ge=16)] | None = None
    parallel_tool_calls: StrictBool | None = None
    metadata: dict[str, StrictStr] | None = None
    background: Literal[False] | None = None
    previous_response_id: None = None
    conversation: None = None

    @property
    def items(self) -> Sequence[Message | Called | Answered | Reasoning]:
        if isinstance(self.input, str):
            return (Message(role="user", content=self.input),)
        return self.input

    @property
    def callable(self) -> frozenset[str]:
        """The names of the functions that may be called."""
        if self.tool_choice == "none":
            return frozenset()
        return frozenset(tool.name for tool in self.tools if isinstance(tool, FunctionTool))


def decode(body: Json) -> Request:
    """The request behind a decoded body. Raises BadRequest."""
    try:
        request = Request.model_validate(body)
    except ValidationError as error:
        raise _complaint(error) from None
    _pair_calls(request)
    return request


def text_of(content: Content) -> str:
    """The readable text of a message or output."""
    if isinstance(content, str):
        return whole(content)
    return whole("\n".join(part.text or part.refusal for part in content))


def whole(text: str) -> str:
    """The text without lone surrogates, which JSON can carry and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()


def has_files(content: Content) -> bool:
    """Whether a picture or file came with it, which nobody here can look at."""
    return not isinstance(content, str) and any(
        part.type in {"input_image", "input_file"} for part in content
    )


_NAMES = frozenset(Request.model_fields) | {
    *("type", "role", "content", "text", "refusal", "call_id", "name", "arguments", "output"),
    "parameters",
}


def _complaint(error: ValidationError) -> BadRequest:
    # Of a union every branch complains; the one that got deepest is the one that was meant.
    first = max(
        error.errors(include_input=False, include_url=False), key=lambda each: len(each["loc"])
    )
    param = ""
    for place in first["loc"]:
        if isinstance(place, int):
            param += f"[{place}]"
        elif place in _NAMES:
            param += f".{place}" if param else place
    if first["type"] == "missing":
        return BadRequest(
            f"Missing required parameter: '{param}'.",
            param=param,
            code="missing_required_parameter",
        )
    return BadRequest(
        f"Invalid value for '{param}': {first['msg']}.", param=param or None, code="invalid_value"
    )


def _pair_calls(request: Request) -> None:
    """Every call needs an output, and every output an earlier call. Raises BadRequest."""
    called: set[str] = set()
    answered: set[str] = set()
    for item in request.items:
        if isinstance(item, Called):
            called.add(item.call_id)
        elif isinstance(item, Answered):
            if item.call_id not in called:
                raise BadRequest(
                    f"No tool call found for function call output with call_id {item.call_id}.",
                    param="input",
                )
            answered.add(item.call_id)
    for call_id in sorted(called - answered):
        raise BadRequest(f"No tool output found for function call {call_id}.", param="input")
