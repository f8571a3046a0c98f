"""How a quiz for others than its asker went: counts, without names."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.adapter import Capabilities
from bot.jsons import Json
from bot.quiz import counting
from bot.quiz.counting import Count, Counts
from bot.quiz.growing import FULL
from bot.quiz.lobby import to_result
from bot.quiz.wording import LETTERS
from bot.store.database import Tx
from bot.store.records import Audience, QuizGiven
from bot.strings import say
from bot.text.cleaning import one_line
from bot.text.splitting import packed
from bot.text.visible import shortened
from bot.tools.outputs import MAX_OUTPUT, capped
from bot.views import Notice


class Sizes(NamedTuple):
    """What the model gets: characters of a question and of a choice, which it has written itself,
    and how many answers in words to all questions of a quiz."""

    question: int
    choice: int
    written: int


SIZES = (Sizes(300, 80, 20), Sizes(100, 30, 10), Sizes(40, 12, 5))
"""From the most to the least: signs of four bytes and many choices make a quiz long."""
SHOWN = 200
"""Characters of a question or a choice in what people see: in full they were in the quiz."""
BRIEF = 40
"""The same, where a quiz has a lot of them."""
MOST = 6
"""Messages, unless not even the least fits: more would push away what a channel talks about, and
all else that is to be said there waits for them."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much everybody reads of each question, in characters of a text, and whether of each
    choice or of the right one alone; what is right and why is in each person's own result."""

    shown: int
    choices: bool = True
    explained: bool = True


DETAILS = (
    Detail(SHOWN),
    Detail(SHOWN, explained=False),
    Detail(BRIEF, explained=False),
    Detail(BRIEF, explained=False, choices=False),
)
"""From all to the least."""


def output(tx: Tx, quiz: QuizGiven) -> str:
    """What the model gets: counts per choice, right and wrong, some written answers; no names."""
    return compact(quiz.audience, counting.of(tx, quiz))


def views(tx: Tx, quiz: QuizGiven, limits: Capabilities) -> Sequence[Notice]:
    """What everybody sees, as messages: per question the counts and what was right, never what
    somebody wrote. The last one has the way to each person's own result."""
    *above, last = messages(quiz.title, counting.of(tx, quiz), limits)
    return [*(Notice(text=text) for text in above), Notice(text=last, actions=(to_result(quiz),))]


def compact(audience: Audience, counts: Counts) -> str:
    """The counts as JSON; texts that would make it longer than an output may be are shortened."""
    output = ""
    for sizes in SIZES:
        output = json.dumps(_told(audience, counts, sizes), ensure_ascii=False)
        if len(output.encode()) <= MAX_OUTPUT:
            break
    return capped(output)


def _told(audience: Audience, counts: Counts, sizes: Sizes) -> Json:
    told: Json = {"audience": audience}
    if audience == "first":
        return told | {"questions": [_raced(count, sizes) for count in counts.questions]}
    in_words = sum(count.question.kind == "text" for count in counts.questions)
    share = sizes.written // max(in_words, 1)
    told |= {"started": counts.started, "finished": counts.finished}
    return told | {"questions": [_counted(count, share, sizes) for count in counts.questions]}


def _counted(count: Count, share: int, sizes: Sizes) -> Json:
    question = count.question
    told: Json = {"question": shortened(question.text, sizes.question)}
    if question.kind == "choice":
        chosen = zip(LETTERS, question.options, count.chosen, strict=False)
        told["counts"] = {
            f"{letter}: {shortened(option, sizes.choice)}": times
            for letter, option, times in chosen
        }
    if question.has_key:
        told |= {"right": count.right, "wrong": count.wrong}
    told |= {
        "unknown": count.unknown,
        "skipped": count.skipped,
        "not_answered": count.not_answered,
    }
    if question.kind == "text":
        told["answers"] = [
            f"{text} (×{times})" if times > 1 else text for text, times in count.written[:share]
        ]
    return told


def _raced(count: Count, sizes: Sizes) -> Json:
    question = count.question
    told: Json = {
        "question": shortened(question.text, sizes.question),
        "won": question.winner is not None,
    }
    if count.won_with is not None:
        told["answer"] = count.won_with
    told["tries"] = count.answered
    if question.has_key:
        told |= {"right": count.right, "wrong": count.wrong}
    return told


def messages(title: str, counts: Counts, limits: Capabilities) -> list[str]:
    """The counts in words, in as much detail as some messages hold."""
    texts: list[str] = []
    for detail in DETAILS:
        sections = _sections(one_line(title, SHOWN), counts, detail)
        texts = packed(sections, int(FULL * limits.max_text), limits.text_unit)
        if len(texts) <= MOST:
            break
    return texts


def _sections(title: str, counts: Counts, detail: Detail) -> list[str]:
    if not counts.started:
        return [say("tally.nobody", title=title)]
    head = say("tally.head", title=title, started=counts.started, finished=counts.finished)
    sections = [head, *(_section(count, detail) for count in counts.questions)]
    if (worst := counts.most_missed) is not None:
        sections.append(
            say(
                "tally.most_missed",
                position=worst.question.position + 1,
                text=one_line(worst.question.text, detail.shown),
                missed=worst.missed,
                started=counts.started,
            )
        )
    return sections


def _section(count: Count, detail: Detail) -> str:
    question = count.question
    lines = [f"**{question.position + 1}. {one_line(question.text, detail.shown)}**", ""]
    if question.kind == "choice":
        lines += _choices(count, detail)
    else:
        lines.append(say("tally.answered", number=count.answered))
        if question.answer is not None:
            answer = one_line(question.answer, detail.shown)
            lines.append(say("quiz.right_answer", answer=answer))
    if question.has_key:
        lines += ["", say("tally.marks", right=count.right, wrong=count.wrong)]
    others = say(
        "tally.others",
        unknown=count.unknown,
        skipped=count.skipped,
        not_answered=count.not_answered,
    )
    lines += ["", others]
    if question.explanation and detail.explained:
        lines += ["", question.explanation]
    return "\n".join(lines)


def _choices(count: Count, detail: Detail) -> Iterable[str]:
    question = count.question
    chosen = zip(LETTERS, question.options, count.chosen, strict=False)
    for index, (letter, option, times) in enumerate(chosen):
        is_right = index == question.answer_option
        if detail.choices or is_right:
            key = "tally.right_choice" if is_right else "tally.choice"
            text = one_line(option, detail.shown)
            yield "- " + say(key, letter=letter, text=text, number=times)
