"""What the pages ask for. The operations check it; here text becomes values."""

from __future__ import annotations

from typing import Any, TypeAlias

from django import forms
from django.utils.translation import gettext_lazy as _

from campana.hotlines.models import Sound
from campana.hotlines.operations.spoken import LONGEST_TEXT
from campana.hotlines.web.voices import voices

Choices: TypeAlias = list[tuple[str, str]]


class HotlineForm(forms.Form):
    label = forms.CharField(label=_("Label"), required=False, help_text=_("For your people only."))
    trunk_id = forms.TypedChoiceField(label=_("Trunk"), coerce=int)

    def __init__(self, trunks: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["trunk_id"].choices = trunks  # type: ignore[attr-defined]


class NewHotlineForm(HotlineForm):
    number = forms.CharField(label=_("Number"), help_text=_("With country code, for example +420 800 111 222."))

    def __init__(self, trunks: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(trunks, *args, **options)
        self.order_fields(["number", "label", "trunk_id"])


class ChangeHotlineForm(HotlineForm):
    enabled = forms.BooleanField(label=_("May be used"), required=False)
    agents = forms.TypedMultipleChoiceField(
        label=_("Shown when these agents call by hand"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever has no number of his own shows the first one that works."),
    )

    def __init__(self, agents: Choices, trunks: Choices, *args: Any, **options: Any) -> None:
        super().__init__(trunks, *args, **options)
        self.fields["agents"].choices = agents  # type: ignore[attr-defined]


class NewTrunkForm(forms.Form):
    name = forms.CharField(label=_("Name"))
    endpoint = forms.CharField(
        label=_("Endpoint"), help_text=_("What the switch calls it, for example the name of a PJSIP endpoint.")
    )
    channels = forms.CharField(label=_("Calls at once"), initial=30, help_text=_("As the carrier allows."))
    calls_per_second = forms.CharField(label=_("New calls a second"), initial=10, help_text=_("As the carrier allows."))


class TrunkForm(NewTrunkForm):
    enabled = forms.BooleanField(label=_("May be used"), required=False)


class TestCallForm(forms.Form):
    number = forms.CharField(
        label=_("Number to call"),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        help_text=_("Your own telephone, for example. Who answers hears music."),
    )
    hotline_id = forms.TypedChoiceField(label=_("Number shown"), coerce=int)

    def __init__(self, numbers: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["hotline_id"].choices = numbers  # type: ignore[attr-defined]


SOUND_KINDS = [
    (Sound.Kind.MELODY, _("Melody")),
    (Sound.Kind.GREETING, _("Greeting")),
    (Sound.Kind.PROMPT, _("Announcement")),
]


def _kind(initial: str | None = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("What it is for"),
        choices=SOUND_KINDS,
        initial=initial,
        required=False,
        help_text=_("Melodies and greetings can be chosen for people who wait."),
    )


class SoundForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = _kind()


class NewSoundForm(forms.Form):
    file = forms.FileField(label=_("File"), widget=forms.FileInput(attrs={"accept": ".wav,.mp3,audio/*"}))
    name = forms.CharField(label=_("Name"), max_length=120, required=False, help_text=_("Empty: the name of the file."))
    kind = _kind(Sound.Kind.MELODY)


class WordsForm(forms.Form):
    """What is said, and by whom. The operation checks the text, so that its words stand at the field."""

    voice = forms.ChoiceField(label=_("Voice"))
    text = forms.CharField(
        label=_("Text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_TEXT}),
        help_text=_("Telephone numbers that begin with + or 0 are read digit by digit."),
    )

    def __init__(self, *args: Any, language: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        offered = voices(language)
        self.fields["voice"].choices = offered  # type: ignore[attr-defined]
        self.fields["voice"].initial = offered[0][0]


class SpokenForm(WordsForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = _kind(Sound.Kind.PROMPT)

    field_order = ("name", "voice", "text", "kind")


class AnsweringForm(forms.Form):
    """Numbers are checked by the operation, so that its words stand at the field. Lists of people are pickers."""

    ring = forms.CharField(
        label=_("Ring one agent, seconds"),
        initial=30,
        help_text=_("5 to 120, then the next agent is rung."),
    )
    max_wait = forms.CharField(
        label=_("A caller waits at most, seconds"),
        initial=120,
        help_text=_("5 to 900, and longer than one agent is rung."),
    )
    working_hours_id = forms.TypedChoiceField(
        label=_("Hours"), coerce=int, empty_value=None, required=False, help_text=_("Empty: at any time.")
    )
    recording = forms.BooleanField(label=_("Record the conversations"), required=False)

    def __init__(self, hours: Choices, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["working_hours_id"].choices = [("", "–"), *hours]  # type: ignore[attr-defined]
