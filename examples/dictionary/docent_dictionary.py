"""A function for Docent: looks words up in the school's dictionary."""

from pydantic import BaseModel, Field

from bot.tools import function

MEANINGS = {
    "coefficient": "The number that a variable is multiplied by: 3 in 3x.",
    "prime": "A whole number above 1 that only 1 and itself divide.",
    "slope": "How much a line rises for each step to the right.",
}


class Word(BaseModel):
    word: str = Field(description="one word, in the singular")


@function(repeatable=True, timeout=10)
async def look_up(arguments: Word) -> dict[str, str | None]:
    """Looks a word up in the school's dictionary; without a meaning it is not in there."""
    return {"word": arguments.word, "meaning": MEANINGS.get(arguments.word.strip().lower())}
