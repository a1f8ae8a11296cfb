"""The audio library: a list with players, upload, rename, delete."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go, tell
from campana.hotlines import operations, queries, web
from campana.hotlines.files import sound_file
from campana.hotlines.models import Sound
from campana.hotlines.operations import sounds as names
from campana.hotlines.operations import spoken as said
from campana.hotlines.operations.sounds import LARGEST
from campana.hotlines.operations.transcode import LONGEST
from campana.hotlines.web.forms import NewSoundForm, SoundForm, SpokenForm, WordsForm
from campana.kernel.refusals import Refused
from campana.speech import speaker
from campana.ui.sheets import sheet


@requires(permissions.HOTLINES_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def sounds(request: ActorRequest) -> HttpResponse:
    """The library; a POST adds a sound."""
    form, status = NewSoundForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data["file"]
            try:
                operations.add_sound(
                    actor=request.actor,
                    name=form.cleaned_data["name"] or given.name.rpartition(".")[0] or given.name,
                    content=given.read(LARGEST + 1),
                    kind=form.cleaned_data["kind"] or Sound.Kind.MELODY,
                    now=web.now(),
                )
                messages.success(request, _("The sound is added. Listen to it."))
                return go(request, reverse("hotlines:sounds"))
            except Refused as refused:
                status = tell(form, refused)
    context = {
        "page": sheet(request, queries.sounds(request.actor), "name"),
        "form": form,
        "megabytes": LARGEST // 1024 // 1024,
        "minutes": int(LONGEST // 60),
    }
    return render(request, "hotlines/sounds.html", context, status=status)


@requires(permissions.HOTLINES_MANAGE)
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
def sound(request: ActorRequest, pk: int) -> HttpResponse:
    """POST renames, DELETE deletes."""
    found = queries.sound(request.actor, pk)
    if request.method == "DELETE":
        operations.delete_sound(actor=request.actor, sound_id=pk, now=web.now())
        return go(request, reverse("hotlines:sounds"))
    if request.method != "POST":
        return _sound_page(request, found)
    form, status = SoundForm(request.POST), 422
    if form.is_valid():
        try:
            given = form.cleaned_data | {"seen": request.POST.get("seen")}
            operations.rename_sound(actor=request.actor, sound_id=pk, now=web.now(), **given)
            messages.success(request, _("Saved."))
            return go(request, reverse("hotlines:sounds"))
        except Refused as refused:
            status = tell(form, refused)
    return _sound_page(request, found, form=form, status=status)


@requires(permissions.HOTLINES_MANAGE)
@require_POST
def words(request: ActorRequest, pk: int) -> HttpResponse:
    """Other words or another voice for a sound that is spoken."""
    found = queries.sound(request.actor, pk)
    form, status = WordsForm(request.POST), 422
    if form.is_valid():
        try:
            given = form.cleaned_data | {"seen": request.POST.get("seen")}
            operations.change_text(actor=request.actor, sound_id=pk, now=web.now(), **given)
            messages.success(request, _("The new words are spoken. Listen to them."))
            return go(request, reverse("hotlines:sound", args=[pk]))
        except Refused as refused:
            status = tell(form, refused)
    return _sound_page(request, found, words=form, status=status)


def _sound_page(
    request: ActorRequest,
    found: Sound,
    *,
    form: SoundForm | None = None,
    words: WordsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    posted = request.POST.get("seen", "")
    context = {
        "sound": found,
        "seen": posted if form else names.stamp_of(found),
        "words_seen": posted if words else said.stamp_of(found),
        "form": form or SoundForm(initial={"name": found.name, "kind": found.kind}),
        "words": words or WordsForm(initial={"text": found.text, "voice": found.voice}),
    }
    return render(request, "hotlines/sound.html", context, status=status)


@requires(permissions.HOTLINES_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def spoken(request: ActorRequest) -> HttpResponse:
    """A new sound from a text."""
    form, status = SpokenForm(request.POST or None, language=request.actor.organisation.language), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = operations.speak_sound(actor=request.actor, now=web.now(), **form.cleaned_data)
                messages.success(request, _("The text is spoken. Listen to it."))
                return go(request, reverse("hotlines:sound", args=[made.pk]))
            except Refused as refused:
                status = tell(form, refused)
    return render(request, "hotlines/spoken.html", {"form": form, "ready": speaker().ready}, status=status)


@requires(permissions.HOTLINES_VIEW)
@require_safe
def played(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The sound itself, for a player."""
    return sound_file(queries.sound(request.actor, pk))
