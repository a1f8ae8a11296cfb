"""A sound of the audio library as it is sent to whoever plays it."""

from __future__ import annotations

from django.http import FileResponse

from campana.hotlines.models import Sound
from campana.hotlines.operations.sounds import path_of
from campana.kernel.refusals import Refused


class SoundMissing(Refused):
    code = "sound_missing"
    status = 404
    detail = "The file of this sound is not there any more. Delete the sound, and upload it again."


def sound_file(row: Sound) -> FileResponse:
    """Raises SoundMissing."""
    path = path_of(row)
    if not path.is_file():
        raise SoundMissing
    answer = FileResponse(path.open("rb"), content_type="audio/wav", filename=f"sound-{row.pk}.wav")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
