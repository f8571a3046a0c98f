"""The tools that come with Docent, by the name that an assistant's definition binds to."""

from bot.tools.ask_person import AskPerson
from bot.tools.display_quiz import DisplayQuiz
from bot.tools.port import Tools

TOOLS: Tools = {"display_quiz": DisplayQuiz(), "ask_person": AskPerson()}
