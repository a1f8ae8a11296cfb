"""Which headings name which target of a kind of import, in the four languages of the product."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation

from campana.crm.words import plain

_NOT_A_LETTER = re.compile(r"[\W_]+")


def key_of(text: str) -> str:
    """A heading for comparing: words in lower case without accents, one blank between."""
    return _NOT_A_LETTER.sub(" ", plain(text)).strip()


@dataclass(frozen=True)
class Vocabulary:
    labels: Mapping[str, str]
    """Target to its English label, a message of the catalogue."""
    names: Mapping[str, str]
    """Target to headings people use, separated by ``|``."""
    _known: dict[str, str] = field(default_factory=dict)

    def recognise(self, header: str) -> str:
        """The target a heading names, or an empty text."""
        if not self._known:
            self._known.update(self._learn())
        return self._known.get(key_of(header), "")

    def _learn(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for language, _name in settings.LANGUAGES:  # the headings of our own template
            with translation.override(language):
                found |= {key_of(translation.gettext(label)): target for target, label in self.labels.items()}
        found |= {key_of(name): target for target, names in self.names.items() for name in names.split("|")}
        return found | {key_of(target): target for target in self.labels}
