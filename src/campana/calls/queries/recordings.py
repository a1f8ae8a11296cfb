"""Attempts for the API, and where a recording lies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import QuerySet

from campana.accounts.actors import Actor
from campana.calls.models import Attempt
from campana.calls.permissions import attempt_scope
from campana.kernel.refusals import NotFound

_RECORDING_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*")
"""No dots and nothing absolute: such a name can not leave its folder."""


class NoRecording(NotFound):
    code = "no_recording"
    detail = "There is no recording of this attempt."


def attempts(actor: Actor) -> QuerySet[Attempt]:
    """The attempts of the actor's scope, with their result."""
    return Attempt.objects.filter(attempt_scope(actor), organisation=actor.organisation).select_related("result")


def attempt(actor: Actor, attempt_id: int) -> Attempt:
    """Raises NotFound."""
    found = attempts(actor).filter(pk=attempt_id).first()
    if found is None:
        raise NotFound(kind="attempt")
    return found


def recording_file(name: str) -> Path:
    """Where the recording of this name lies. Raises NoRecording."""
    if not _RECORDING_NAME.fullmatch(name):
        raise NoRecording
    path: Path = settings.RECORDINGS_ROOT / f"{name}.wav"
    if not path.is_file():
        raise NoRecording
    return path
