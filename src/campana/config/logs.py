"""Structured logs: one JSON object a line, with ids and without personal data.

What may appear: ids of the organisation, the request, the objects; the route (its pattern, never the path or
the query, which may hold a token or a number); durations; codes. Names, numbers and addresses may not.
``CAMPANA_LOG_FORMAT=text`` gives lines for people instead.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def _without_request(logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Django's request logger puts the path into its message: say the same without it."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.name in {"django.request", "django.security.csrf"}:
        status = getattr(record, "status_code", None)
        event["event"] = "request failed" if event.get("exc_info") or record.exc_info else "request refused"
        if status is not None:
            event["status"] = status
    return event


def _without_arguments(logger: object, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Procrastinate puts what a job was called with into its messages, an e-mail address too: say which job it was."""
    record = event.get("_record")
    if isinstance(record, logging.LogRecord) and record.name.startswith("procrastinate"):
        job = getattr(record, "job", None)
        if isinstance(job, dict):
            event["event"] = str(getattr(record, "action", "job")).replace("_", " ")
            event["job"], event["task"] = job.get("id"), job.get("task_name")
    return event


def configuration(form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING for this process; also sets structlog up."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Any] = [_without_request, _without_arguments, structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "text":
        last.append(structlog.dev.ConsoleRenderer(colors=False))
    else:
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": last,
                "foreign_pre_chain": _SHARED,
            },
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"level": "ERROR"},
            "django.db.backends": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
        },
    }
