"""A sound's name, purpose and words changed in one go, or none of them."""

from __future__ import annotations

from django.db import transaction

from campana.accounts.actors import Actor
from campana.hotlines import queries
from campana.hotlines.models import Sound
from campana.hotlines.operations.sounds import rename_sound
from campana.hotlines.operations.spoken import change_text
from campana.kernel.clock import Instant


def change_sound(
    *,
    actor: Actor,
    sound_id: int,
    name: str | None = None,
    kind: str | None = None,
    text: str | None = None,
    voice: str | None = None,
    now: Instant,
) -> Sound:
    """None keeps what is there. The words come last: no rollback takes back a file that was written.

    Raises NotFound, also for words of a sound that was uploaded, and what ``rename_sound`` and ``change_text`` raise.
    """
    with transaction.atomic():
        row = queries.sound(actor, sound_id)
        if name is not None or kind is not None:
            row = rename_sound(
                actor=actor, sound_id=sound_id, name=row.name if name is None else name, kind=kind, now=now
            )
        if text is not None or voice is not None:
            words, speaks = row.text if text is None else text, row.voice if voice is None else voice
            row = change_text(actor=actor, sound_id=sound_id, text=words, voice=speaks, now=now)
    return row
