"""Written words become spoken ones. Providers have one folder each; ``speaker`` says which one speaks here."""

from campana.speech.espeak import Espeak
from campana.speech.port import CannotSpeak, NobodySpeaks, Speaker, UnknownVoice, Voice

__all__ = ["CannotSpeak", "NobodySpeaks", "Speaker", "UnknownVoice", "Voice", "speaker"]


def speaker() -> Speaker:
    """The provider of this server: espeak-ng, which needs no key and sends nobody's words anywhere."""
    return Espeak()
