"""A message as people see it in Discord: markup gone, links and pings found."""

import re

from tests.sims.discord.world import Post

_LINK = re.compile(r"(?<!\\)\[([^\]\n]+)\]\(<?(https?://[^\s>)]+)>?\)")
_BARE = re.compile(r"(?<![\w(<])<?(https?://[^\s>)]+)>?")
_ESCAPED = re.compile(r"\\([^\w\s])")
_PING = re.compile(r"@everyone|@here|(?<!\\)<@[!&]?[0-9]+>")
_MARKUP = re.compile(r"(?<!\\)(\*\*|\*|~~|`{3}|`)|^(-# |#{1,3} )", re.MULTILINE)


def words(post: Post) -> str:
    """What is read."""
    text = _LINK.sub(r"\1", post.content)
    return _ESCAPED.sub(r"\1", _MARKUP.sub("", text)).replace("\u200b", "")


def links(post: Post) -> tuple[str, ...]:
    """What can be followed."""
    masked = [found[2] for found in _LINK.finditer(post.content)]
    return (*masked, *_BARE.findall(_LINK.sub("", post.content)))


def pings(post: Post) -> tuple[str, ...]:
    """Who is notified: whoever the text names, unless the message allows nobody to be."""
    allowed = post.allowed
    if isinstance(allowed, dict) and allowed.get("parse") == [] and len(allowed) == 1:
        return ()
    return tuple(_PING.findall(post.content))
