"""The audio library: what campaigns and hotlines play, spoken from a text or recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http.response import HttpResponseBase
from pydantic import Field

from campana.accounts import permissions
from campana.accounts.api import (
    ApiRequest,
    File,
    Form,
    Id,
    In,
    Listing,
    Out,
    Page,
    Paging,
    Query,
    Status,
    UploadedFile,
    page,
    requires,
)
from campana.accounts.api.schemas import NO_NUL
from campana.hotlines import operations, queries
from campana.hotlines.api.router import router
from campana.hotlines.files import sound_file
from campana.hotlines.models import Sound
from campana.hotlines.operations.sounds import LARGEST
from campana.hotlines.operations.spoken import LONGEST_TEXT
from campana.speech import speaker

Name = Annotated[str, Field(pattern=r"^[^\x00]*[^\x00\s][^\x00]*$", max_length=120)]
Text = Annotated[str, Field(pattern=NO_NUL, max_length=LONGEST_TEXT)]
Kind = Literal["greeting", "melody", "prompt"]
Voice = Annotated[str, Field(pattern=NO_NUL, max_length=40)]
VOICES = (
    "One of " + ", ".join(f"`{voice.key}`" for voice in speaker().voices()) + ": the language, +f3 a woman's voice."
)


class SoundIn(In):
    name: Name
    text: Text = Field(
        description="What is said; numbers that begin with + or 0 are read digit by digit.",
        examples=["Hello, this is Lumen Fibre. Please call +420 800 111 222."],
    )
    voice: Voice = Field(description=VOICES, examples=["en+f3"])
    kind: Kind = Field("prompt", description="Greetings and melodies can be heard while waiting.")


class SoundPatch(In):
    """What is not given stays as it is. Words can be given to a sound that is spoken only."""

    name: Name | None = None
    kind: Kind | None = None
    text: Text | None = None
    voice: Voice | None = Field(None, description=VOICES)


class SoundOut(Out):
    id: int
    name: str
    kind: Kind
    seconds: float
    text: str = Field(description="What is said; empty for an uploaded sound.")
    voice: str
    added_at: datetime


@router.get("/sounds", response=Page[SoundOut], summary="List sounds")
@requires(permissions.HOTLINES_VIEW)
def list_sounds(request: ApiRequest, paging: Query[Paging]) -> Listing[Sound]:
    return page(request, queries.sounds(request.actor), paging)


@router.post("/sounds", response={201: SoundOut}, summary="Have a text spoken")
@requires(permissions.HOTLINES_MANAGE)
def speak_sound(request: ApiRequest, payload: SoundIn) -> Status[Sound]:
    return Status(201, operations.speak_sound(actor=request.actor, now=request.now, **payload.model_dump()))


@router.post("/sounds/recordings", response={201: SoundOut}, summary="Add a recording")
@requires(permissions.HOTLINES_MANAGE)
def add_recording(
    request: ApiRequest, file: File[UploadedFile], name: Form[Name], kind: Form[Kind] = "melody"
) -> Status[Sound]:
    """A WAV or MP3 of at most 20 MB and 10 minutes; it is kept as WAV, 8 kHz, one channel, 16 bit."""
    content = file.read(LARGEST + 1)
    return Status(
        201, operations.add_sound(actor=request.actor, name=name, content=content, kind=kind, now=request.now)
    )


@router.get("/sounds/{sound_id}", response=SoundOut, summary="Read a sound")
@requires(permissions.HOTLINES_VIEW)
def get_sound(request: ApiRequest, sound_id: Id) -> Sound:
    return queries.sound(request.actor, sound_id)


@router.get(
    "/sounds/{sound_id}/file",
    summary="Hear a sound",
    openapi_extra={"responses": {200: {"description": "As it is played.", "content": {"audio/wav": {}}}}},
)
@requires(permissions.HOTLINES_VIEW)
def get_sound_file(request: ApiRequest, sound_id: Id) -> HttpResponseBase:
    """WAV, 8 kHz, one channel, 16 bit. 404 also when the file was lost."""
    return sound_file(queries.sound(request.actor, sound_id))


@router.patch("/sounds/{sound_id}", response=SoundOut, summary="Change a sound")
@requires(permissions.HOTLINES_MANAGE)
def change_sound(request: ApiRequest, sound_id: Id, payload: SoundPatch) -> Sound:
    """Other words are spoken at once, wherever the sound is played."""
    given = payload.model_dump(exclude_none=True)
    return operations.change_sound(actor=request.actor, sound_id=sound_id, now=request.now, **given)


@router.delete("/sounds/{sound_id}", response={204: None}, summary="Delete a sound")
@requires(permissions.HOTLINES_MANAGE)
def delete_sound(request: ApiRequest, sound_id: Id) -> Status[None]:
    """A sound that is played somewhere is kept (409)."""
    operations.delete_sound(actor=request.actor, sound_id=sound_id, now=request.now)
    return Status(204, None)
