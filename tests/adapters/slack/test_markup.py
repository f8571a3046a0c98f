"""Canonical Markdown as Slack's markdown block gets it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.markup import markdown, plain_lines, written
from tests.sims.slack.state import PING


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** and *soft*", "**bold** and *soft*"),
        ("> quoted\n\n- a\n- b", "> quoted\n\n- a\n- b"),
        ("<!channel> & <@U1>", "&lt;!channel> & &lt;@U1>"),
        ("`a<b && c`", "`a&lt;b &amp;&amp; c`"),
        ("```c\nif (a<b)\n```", "```c\nif (a&lt;b)\n```"),
        (r"so \(x^2 < 3\) holds", "so `x^2 &lt; 3` holds"),
        (r"$$\frac{1}{2}$$", r"`\frac{1}{2}`"),
        ("it costs $5 and $10", "it costs $5 and $10"),
        ("<https://a.example/x>", "https://a.example/x"),
        ("[https://a.example](https://a.example)", "[https://a.example](https://a.example)"),
        ("[docs](https://a.example/x)", "[docs](https://a.example/x) (a.example)"),
        ("![cat](https://a.example/c.png)", "[cat](https://a.example/c.png) (a.example)"),
        ("[a](javascript:alert(1))", "a (javascript:alert(1))"),
        ("[bank](https://bank.example@evil.example)", "bank (https://bank.example@evil.example)"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert markdown(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "[b`an`k](https://evil.example)",
        "[bank][1]\n\n[1]: https://evil.example",
        "[bank]\n\n[bank]: https://evil.example",
        "[ban\\]k](https://evil.example 'x')",
        "[[bank]](https://evil.example)",
        "[bank](<https://evil.example>)",
    ],
)
def test_no_link_hides_where_it_leads(text: str) -> None:
    shown = markdown(text)

    assert "evil.example" in shown
    assert "](https://evil" not in shown or "(evil.example)" in shown


@given(st.text(alphabet="<>@!#|&;`[]()\\$*_ \nUcC1here:/x", max_size=60))
def test_nothing_pings(text: str) -> None:
    assert PING.findall(markdown(text)) == []
    assert "<" not in markdown(text)


@given(st.text(max_size=200))
def test_any_text_can_be_shown(text: str) -> None:
    markdown(text)
    plain_lines(text)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("ask <@U2|ada.lovelace> or <@W3>", "ask @somebody or @somebody"),
        ("<!subteam^S1|@profs> <!subteam^S2> <!here> <!here|here>", "@group @group @here @here"),
        ("in <#C2|algebra> and <#C3|> and <#C4>", "in #algebra and #channel and #channel"),
        ("due <!date^1392734382^{date}|tomorrow>", "due tomorrow"),
        (
            "<https://a.example/x|a.example/x> <http://b.example>",
            "https://a.example/x http://b.example",
        ),
        ("<https://a.example/?a=1&amp;b=2|docs>", "docs (https://a.example/?a=1&b=2)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("2 &lt; x &gt; &amp;lt; <", "2 < x > &lt; <"),
        ("&lt;@U2&gt;", "<@U2>"),
    ],
)
def test_what_people_write_is_read_without_anybodys_name_or_id(sent: str, read: str) -> None:
    assert written(sent) == read


@given(st.text(alphabet="<>@!#|&;^ltgamp:/UC1", max_size=60))
def test_whatever_is_sent_is_read_without_marks(text: str) -> None:
    sent = text.replace("<@", "<@U777")

    assert "<@U777>" not in written(sent)
