"""What the offline tutor says around the mathematics, which finds its own words."""

from collections.abc import Sequence

from bot.offline.intents import Courtesy
from bot.offline.quiz_requests import MAX_QUESTIONS
from bot.offline.solving.problems import TOPICS
from bot.offline.translations import Language

EXAMPLES: tuple[str, ...] = (
    "Solve 3x + 11 = 14",
    "What is the derivative of 3x^2 + 2x - 5?",
    "Explain linear algebra",
    "Make a quiz with 3 questions",
)
WHICH_TOPIC = "Which topic would you like to practise?"
TOPIC_CHOICES: tuple[str, ...] = (*(topic.capitalize() for topic in TOPICS), "Mixed")
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
ENGLISH_ONLY: dict[Language, str] = {
    "de": "Der Offline-Tutor spricht nur Englisch.",
    "es": "El tutor sin conexión solo habla inglés.",
}
ASKING = "Gladly!"
FORMULA_ALONE = "I see a formula, but not what to do with it."
FUNCTION_UNKNOWN = "That function has answered, but I do not know what to do with it."
BUG = "Something went wrong while I worked on that. Please ask again."
BEYOND = "it is beyond me"

FEEDBACK = "Here is the feedback for your responses:"
QUIZ_UNREADABLE = "I cannot read the questions of that quiz, so I cannot give feedback on it."
NO_RESPONSES = "The quiz ended without responses, so there is nothing to give feedback on."
NO_RESPONSE = "(nothing)"
RIGHT = "Right!"
WRONG = "Not quite."
NOT_READ = "I could not read that as mathematics."
NOT_KNOWN = "No problem."
LEFT_OUT = "You left this one out."
KIND_UNKNOWN = "I cannot grade this one, because I do not know this kind of question."
WORDS_UNJUDGED = "I cannot judge words."
NOBODY_TOOK_IT = "Nobody took this quiz. Ask me for another one whenever you like."
RACE = "Here is how the race went:"
GO_ON_HARDER = "Nobody missed anything. To go on, ask me: “Harder”"
NOTHING_MISSED = "Nothing was missed in that quiz. To go on, ask me: “Harder”"
NO_QUIZ_YET = "There is no finished quiz in our thread yet, so I do not know what to take up again."
NOT_LIKE_THAT = "I cannot make other questions of that kind."
QUIZ_AS_TEXT = "I cannot take responses here. Ask me any of these questions to see its solution."
MIXED_TOPICS = "mixed topics"
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


def offer(text: str, requests: Sequence[str]) -> str:
    """A sentence with requests that work below it."""
    return f"{text}\n\nThese requests work:\n\n" + "\n".join(f"- {each}" for each in requests)


def example(text: str, request: str) -> str:
    return f"{text}\n\nTry this: “{request}”"


def cannot_read(shown: str, reason: str) -> str:
    return f"I cannot read {shown}: {reason}."


def cannot_answer(reason: str) -> str:
    return f"I cannot answer that: {reason}."


def cannot_grade(reason: str) -> str:
    return f"I cannot grade this one: {reason}."


def cannot_make(reason: str) -> str:
    return f"I could not make a quiz: {reason}."


def no_such_quiz(shown: str) -> str:
    return (
        f"I cannot make a quiz like that, because I do not understand {shown}. "
        f"My topics are {listed(TOPICS)}."
    )


def announcement(size: int, about: str, *, cut: bool) -> str:
    """The sentence before a quiz; `about` may be empty, `cut` says that more were asked for."""
    questions = "question" if size == 1 else "questions"
    named = f" about {about}" if about else ""
    limit = f" {MAX_QUESTIONS} is the most I put into one quiz." if cut else ""
    return f"Here is a quiz with {size} {questions}{named}.{limit}"


def about_open_question(text: str) -> str:
    return f"A hint for the open question: {text}"


def response(number: int, question: str, shown: str, note: str) -> str:
    """One question of a finished quiz, as an entry of a numbered list."""
    return f"{number}. **{question}**\n   - Your response: {shown}\n   - Feedback: {note}"


def solution(answer: str, letter: str, way: str) -> str:
    """The right answer of a question, the letter of its choice if it has one, and the way to it."""
    start = "The right answer is " + (f"{letter}) " if letter else "")
    formula = rf"\({answer}\)"
    if way.startswith(formula):
        return f"{start}{way}"
    if way.startswith(r"\("):
        return f"{start}{formula}, because {way}"
    return f"{start}{formula}. {way}"


def total(right: int, graded: int, ungraded: int, answered: int) -> str:
    """How a quiz went; praise only where everything was right."""
    if not graded:
        return ""
    if not answered:
        which = "the question" if graded + ungraded == 1 else "any of the questions"
        return f"You did not answer {which}. I can explain them again, or make another quiz."
    end = " Well done!" if right == graded and not ungraded else ""
    if ungraded:
        others = "question" if ungraded == 1 else f"{ungraded} questions"
        end = f" I could not grade the other {others}."
    return f"You got {right} of {graded} right.{end}"


def listed(names: Sequence[str]) -> str:
    """Names as English lists them: “a”, “a and b”, “a, b and c”."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sentence(text: str) -> str:
    return text if text.endswith((".", "!")) else f"{text}."


def by_key(start: str, answer: str, why: str) -> str:
    """What the maker of a question says about its answer."""
    return " ".join(
        part for part in (start, f"The right answer is {sentence(answer)}", why) if part
    )


def class_result(started: int, finished: int) -> str:
    people = "person" if started == 1 else "people"
    return f"Here is how the quiz went. {started} {people} started and {finished} finished."


def question_went(number: int, question: str, line: str) -> str:
    return f"{number}. **{question}**\n   - {line}"


def counted(
    right: int | None, wrong: int | None, unknown: int, skipped: int, not_answered: int
) -> str:
    """How many did what with a question; what nobody did is left out."""
    marks = [] if right is None or wrong is None else [f"{right} right", f"{wrong} wrong"]
    others = ((unknown, "did not know"), (skipped, "skipped it"), (not_answered, "did not answer"))
    return sentence(
        ", ".join([*marks, *(f"{number} {what}" for number, what in others if number)])
        or "answered, and not marked"
    )


def raced(answer: str, tries: int) -> str:
    return f"Won with {answer} ({_tries(tries)})." if answer else f"Won ({_tries(tries)})."


def lost(tries: int) -> str:
    return f"Nobody had it right ({_tries(tries)})."


def _tries(number: int) -> str:
    return "1 try" if number == 1 else f"{number} tries"


def hardest(number: int, answer: str, why: str) -> str:
    """The question that went worst, what was right there, and why."""
    start = f"Question {number} was the hardest."
    return by_key(start, answer, why) if answer else f"{start} {why}".strip()


def go_on(topic: str | None) -> str:
    """What to do after a quiz that was not easy for all."""
    if topic is None:
        return "To practise that again, ask me: “Try the missed ones”"
    return f"To practise that again, ask me: “Make a quiz about {topic} for everyone”"
