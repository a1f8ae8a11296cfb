"""The audio library: sounds added, renamed, deleted (appendix B28)."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import unchanged
from campana.hotlines.models import Sound
from campana.hotlines.operations import common
from campana.hotlines.operations.transcode import transcode
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.kernel.stamps import stamp

LARGEST: Final = 20 * 1024 * 1024
MOST: Final = 500


class SoundTooLarge(Invalid):
    code = "sound_too_large"
    detail = "A sound file has at most {megabytes} MB."


class TooManySounds(Refused):
    code = "too_many_sounds"
    detail = "An organisation keeps at most {most} sounds. Delete one first."


class SoundInUse(Refused):
    code = "sound_in_use"
    detail = "It is played by {users}. Choose another sound there first."


def add_sound(*, actor: Actor, name: str, content: bytes, kind: str = Sound.Kind.MELODY, now: Instant) -> Sound:
    """``content``: the uploaded file. Raises SoundTooLarge, TooManySounds, NameTaken and what ``transcode`` raises."""
    actor.require(permissions.HOTLINES_MANAGE)
    if len(content) > LARGEST:
        raise SoundTooLarge(field="file", megabytes=LARGEST // 1024 // 1024)
    name = free_name(actor, name)
    kept, seconds, source = transcode(content)
    return keep(actor, Sound(name=name, kind=Sound.Kind(kind), source=source), kept, seconds, now)


def free_name(actor: Actor, typed: str) -> str:
    """The name of a sound to add, before any work is put into it. Raises NameTaken and TooManySounds."""
    there = Sound.objects.filter(organisation=actor.organisation)
    name = common.name_of(typed, 120)
    if there.filter(name__iexact=name).exists():
        raise common.NameTaken(field="name")
    if there.count() >= MOST:
        raise TooManySounds(most=MOST)
    return name


def keep(actor: Actor, row: Sound, content: bytes, seconds: float, now: Instant) -> Sound:
    """Add the sound with its file, ``content`` as ``transcode`` makes it. Raises NameTaken."""
    row.organisation = actor.organisation
    row.file = f"{actor.organisation.pk}/{uuid.uuid4().hex}"
    row.seconds, row.size = round(seconds, 2), len(content)
    row.added_by, row.added_at = actor.user, now
    with transaction.atomic():
        common.saved(row, common.NameTaken(field="name"))
        record(actor, "sound.add", row, now)
        write(path_of(row), content)
    return row


def rename_sound(
    *, actor: Actor, sound_id: int, name: str, kind: str | None = None, seen: str | None = None, now: Instant
) -> Sound:
    """None or blank keeps what it is for. Raises NameTaken, ChangedMeanwhile when ``seen`` is no longer its stamp."""
    actor.require(permissions.HOTLINES_MANAGE)
    with transaction.atomic():
        row = locked(actor, sound_id)
        unchanged(seen, stamp_of(row))
        row.name = common.name_of(name, 120)
        if kind:
            row.kind = Sound.Kind(kind)
        common.saved(row, common.NameTaken(field="name"))
        record(actor, "sound.rename", row, now)
    return row


def stamp_of(row: Sound) -> str:
    """Of its name and purpose; what is said has its own (``spoken.stamp_of``)."""
    return stamp(row.name, row.kind)


def delete_sound(*, actor: Actor, sound_id: int, now: Instant) -> None:
    """The file goes when the row is surely gone."""
    actor.require(permissions.HOTLINES_MANAGE)
    with transaction.atomic():
        row = locked(actor, sound_id)
        if users := users_of(row):
            raise SoundInUse(users=", ".join(users))
        path = path_of(row)
        record(actor, "sound.delete", row, now)
        row.delete()
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def users_of(row: Sound) -> list[str]:
    """A few of the numbers and campaigns that play the sound (CAM-517: it can not be deleted before)."""
    numbers = {*row.music_of_hotlines.values_list("hotline__number", flat=True)[:5]}
    numbers |= {*row.message_of_hotlines.values_list("hotline__number", flat=True)[:5]}
    campaigns = {*row.music_of_campaigns.values_list("name", flat=True)[:5]}
    campaigns |= {*row.message_of_campaigns.values_list("name", flat=True)[:5]}
    return [*(f"+{number}" for number in sorted(numbers)), *sorted(campaigns)][:5]


def path_of(row: Sound) -> Path:
    """Where the sound lies; its name is ours and never what somebody typed."""
    root: Path = settings.AUDIO_ROOT
    return root / f"{row.file}.wav"


def locked(actor: Actor, pk: int) -> Sound:
    row = Sound.objects.select_for_update().filter(organisation=actor.organisation, pk=pk).first()
    if row is None:
        raise NotFound(kind="sound")
    return row


def write(path: Path, content: bytes) -> None:
    """Whole or not at all: a switch that plays it never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def record(actor: Actor, action: str, row: Sound, now: Instant) -> None:
    record_audit(actor=actor, action=action, object_type="sound", object_id=row.pk, now=now, after={"name": row.name})
