"""The tools that come with Docent, by the name that an assistant's definition binds to.

`function` and `Call` are what other packages make their own with.
"""

from bot.tools.ask_person import AskPerson
from bot.tools.display_quiz import DisplayQuiz
from bot.tools.functions import function
from bot.tools.port import Call, Tools

__all__ = ["TOOLS", "Call", "function"]

TOOLS: Tools = {"display_quiz": DisplayQuiz(), "ask_person": AskPerson()}
