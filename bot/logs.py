"""Logs: one event per line with ids, never with what people wrote, never with secrets."""

import logging
import sys
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["console", "json"]

OURS = ("bot", "adapters")
FILE_BYTES = 5_000_000
FILES_KEPT = 3


def set_up(level: Level, *, to: Path | None = None, stream: TextIO | None = None) -> None:
    """Log to stderr, or to the stream: coloured lines on a terminal, else JSON.

    With `to`, everything goes to that file as JSON instead, and only warnings to stderr. Libraries
    are heard from warnings up, whatever the level, since their details quote requests. Raises
    OSError for a file that cannot be written.
    """
    handlers: list[logging.Handler] = [_to_stream(sys.stderr if stream is None else stream)]
    if to is not None:
        handlers[0].setLevel(logging.WARNING)
        handlers.append(_to_file(to))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    logging.captureWarnings(capture=True)
    # On a full disk the bot goes on without its log, rather than fill the terminal with traces.
    logging.raiseExceptions = False
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_PREPARE,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _to_stream(stream: TextIO) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter("console" if stream.isatty() else "json"))
    return handler


def _to_file(path: Path) -> logging.Handler:
    handler = RotatingFileHandler(
        path, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8", errors="replace"
    )
    handler.setFormatter(_formatter("json"))
    return handler


def _formatter(form: Format) -> logging.Formatter:
    renderer: Processor = (
        structlog.dev.ConsoleRenderer()
        if form == "console"
        else structlog.processors.JSONRenderer(ensure_ascii=True)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_PREPARE,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )


def _where_it_broke(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace an exception by its types and lines: its message may quote what people wrote."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        event["where"] = _trail(error)
    return event


def _trail(error: BaseException) -> list[str]:
    trail: list[str] = []
    seen: set[int] = set()
    pending = [error]
    while pending and len(seen) < 20:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        trail.append(type(current).__qualname__)
        trail += _frames(current.__traceback__)
        if isinstance(current, BaseExceptionGroup):
            pending += current.exceptions
        pending += [cause for cause in (current.__cause__, current.__context__) if cause]
    return trail


def _frames(trace: TracebackType | None) -> list[str]:
    return [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]


_PREPARE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _where_it_broke,
]
