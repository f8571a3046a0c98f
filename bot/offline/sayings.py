"""What the offline tutor says where no mathematics decides the words."""

from bot.offline.intents import Courtesy
from bot.offline.solving.problems import TOPICS

EXAMPLES: tuple[str, ...] = (
    "Solve 3x + 11 = 14",
    "What is the derivative of 3x^2 + 2x - 5?",
    "Explain linear algebra",
    "Make a quiz with 3 questions",
)
WHICH_TOPIC = "Which topic would you like to practise?"
TOPIC_CHOICES: tuple[str, ...] = (*(f"{topic[0].upper()}{topic[1:]}" for topic in TOPICS), "Mixed")
WHICH_REQUEST = "Would you like to try one of these?"

COURTESIES: dict[Courtesy, str] = {
    "thanks": "You're welcome! If you have any more questions, feel free to ask.",
    "greeting": (
        "Hello! I am the offline tutor. I solve equations, work out derivatives and integrals, "
        "explain topics and make quizzes. What shall we look at?"
    ),
    "farewell": "Goodbye! Come back whenever you like.",
    "praise": "Good! What would you like to look at next?",
    "how_are_you": "All my sums add up, thank you. What would you like to work on?",
}
DISLIKE = (
    "You are not alone with that. Try tying it to something you like, such as games, music, sport "
    "or money; do a few minutes a day instead of an hour at once; and start with problems you can "
    "already solve, because small successes build confidence. I can make you an easy quiz for that."
)
WHO = (
    "I am the offline tutor: rules for school mathematics and a computer algebra system that "
    "checks every answer. I am not an AI: I understand fewer sentences, and I say so when I do not."
)
HELP = (
    "I am the offline tutor. I can solve equations step by step, calculate, work out derivatives "
    "and integrals, explain topics, and make quizzes and give feedback on your responses."
)
EMPTY = "I could not find a question in that message. Ask me something about mathematics."
FILES = "I cannot look at pictures or files. Please write the question as text."
NOT_UNDERSTOOD = (
    "I did not understand that. I am the offline tutor and know only school mathematics."
)
NOTHING_TO_EXPLAIN = (
    "I do not see what to explain: there is no problem of yours before this in our thread. "
    "Tell me which problem or topic you mean."
)
NO_ANSWER = "That is fine. Just write to me when you would like to try something."
GENERAL_HINT = (
    "Read the question once more and write down what is given and what is asked. Then look for the "
    "one rule that connects the two, and try it on a simpler example first."
)
HINTS: dict[str, str] = {
    "evaluate": "Mind the order: brackets and powers, then products and quotients, then sums.",
    "simplify": "Collect the terms of the same kind first.",
    "expand": "Multiply every term in one bracket by every term in the other.",
    "factor": "Look for a common factor first, then for two numbers with this product and sum.",
    "solve": (
        "Do the same to both sides. First get rid of what was added to the unknown, then of what "
        "it was multiplied by. With a square in it, bring everything to one side first."
    ),
    "system": "Solve one equation for one unknown and put the result into the other.",
    "differentiate": "Go term by term: bring the exponent down as a factor and lower it by one.",
    "integrate": (
        "Ask for a function whose derivative this is: raise each exponent by one and divide by it. "
        "With bounds, take the value at the upper one minus the value at the lower one."
    ),
}


def bullets(lines: tuple[str, ...]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def topics_line() -> str:
    """The topics of quizzes as the end of a sentence."""
    return f"{', '.join(TOPICS[:-1])} and {TOPICS[-1]}"
