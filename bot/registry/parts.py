"""The parts of an assistant's body, with the limits of OpenAI's specification."""

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.addresses import is_secure
from bot.jsons import Json

MAX_FILES = 20
MAX_VECTOR_STORES = 1
MAX_HEADERS = 50
MAX_SECRET = 8_192
"""Characters of a header's value; servers take 8 to 16 KB of headers in all."""

REDACTED = "redacted"
SECRET = "$secret"  # noqa: S105 - the name of a key, not a secret

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def wrong(key: str, **values: object) -> PydanticCustomError:
    """A complaint with a sentence of our own; `field` in it is filled in where it is read."""
    # The values ride along: pydantic would fill in braces of a template itself.
    return PydanticCustomError("docent", "wrong", {"key": key, "values": values})


def _on_one_line(text: str) -> str:
    if _CONTROL.search(text):
        raise wrong("assistants.wrong_line")
    return text


def _secure(url: str) -> str:
    """Keys travel to this address, and none may be in it: it is shown to everyone."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError for one that cannot be
    except ValueError:
        raise wrong("assistants.wrong_url") from None
    bare = "@" not in parts.netloc and not parts.query and not parts.fragment
    if not (is_secure(parts) and bare and url.isprintable() and " " not in url):
        raise wrong("assistants.wrong_url")
    return url


ON_ONE_LINE = AfterValidator(_on_one_line)
Line = Annotated[str, ON_ONE_LINE]
Name = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
"""What OpenAI takes as the name of a function or a schema."""


class Part(BaseModel):
    """Types are not converted, and what is not known is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class FunctionDefinition(Part):
    name: Name
    description: str | None = None
    parameters: Json | None = None
    strict: bool | None = None


class FunctionTool(Part):
    type: Literal["function"]
    function: FunctionDefinition


class CodeInterpreterTool(Part):
    type: Literal["code_interpreter"]


class RankingOptions(Part):
    ranker: Line | None = None
    score_threshold: Annotated[float, Field(ge=0, le=1)] | None = None


class FileSearchOptions(Part):
    max_num_results: Annotated[int, Field(ge=1, le=50)] | None = None
    ranking_options: RankingOptions | None = None


class FileSearchTool(Part):
    type: Literal["file_search"]
    file_search: FileSearchOptions | None = None


class HiddenSecret(Part):
    """Stands where a stored secret is not shown; given back, it means: as it was."""

    secret: Annotated[Literal["redacted"], Field(alias=SECRET)]


Secret = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=MAX_SECRET), ON_ONE_LINE, Tag("word")]
    | Annotated[HiddenSecret, Tag("object")],
    Discriminator(lambda value: "word" if isinstance(value, str) else "object"),
]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$")]
"""A token of HTTP (RFC 9110)."""


class McpTool(Part):
    """A server of the Model Context Protocol, with what it asks for."""

    type: Literal["mcp"]
    server_label: Name
    server_url: Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_secure)]
    server_description: Line | None = None
    headers: Annotated[dict[HeaderName, Secret], Field(max_length=MAX_HEADERS)] | None = None
    authorization: Secret | None = None
    allowed_tools: tuple[Line, ...] | None = None


Tool = Annotated[
    FunctionTool | CodeInterpreterTool | FileSearchTool | McpTool, Field(discriminator="type")
]


class CodeInterpreterFiles(Part):
    file_ids: Annotated[tuple[Line, ...], Field(max_length=MAX_FILES)] = ()


class FileSearchStores(Part):
    vector_store_ids: Annotated[tuple[Line, ...], Field(max_length=MAX_VECTOR_STORES)] = ()


class ToolResources(Part):
    code_interpreter: CodeInterpreterFiles | None = None
    file_search: FileSearchStores | None = None


class PlainFormat(Part):
    type: Literal["text", "json_object"]


class JsonSchema(Part):
    name: Name
    description: str | None = None
    schema_: Annotated[Json | None, Field(alias="schema")] = None
    strict: bool | None = None


class JsonSchemaFormat(Part):
    type: Literal["json_schema"]
    json_schema: JsonSchema


ResponseFormat = Annotated[
    Annotated[Literal["auto"], Tag("word")]
    | Annotated[PlainFormat | JsonSchemaFormat, Field(discriminator="type"), Tag("object")],
    Discriminator(lambda value: "word" if isinstance(value, str) else "object"),
]


class NamedFunction(Part):
    name: Name


class NamedTool(Part):
    type: Literal["function", "code_interpreter", "file_search"]
    function: NamedFunction | None = None

    @model_validator(mode="after")
    def _names_a_function(self) -> Self:
        if (self.type == "function") != (self.function is not None):
            raise wrong("assistants.wrong_named_tool")
        return self


ToolChoice = Annotated[
    Annotated[Literal["none", "auto", "required"], Tag("word")]
    | Annotated[NamedTool, Tag("object")],
    Discriminator(lambda value: "word" if isinstance(value, str) else "object"),
]


class Truncation(Part):
    """What is left out of a thread that has become long."""

    type: Literal["auto", "last_messages", "disabled"]
    last_messages: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        if (self.type == "last_messages") != (self.last_messages is not None):
            raise wrong("assistants.wrong_truncation")
        return self
