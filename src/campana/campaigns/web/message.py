"""The message to customers to whom no agent came, spoken by the product: who called, and under which number to call
back (16 CFR 310.4(b)(4), 47 CFR 64.1200(a)(7); CAM-490)."""

from __future__ import annotations

from itertools import count
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from campana.accounts import permissions
from campana.accounts.access import ActorRequest, requires
from campana.accounts.web.answers import go, tell
from campana.campaigns import operations, web
from campana.campaigns.models import Campaign
from campana.campaigns.queries.overview import campaign_of
from campana.campaigns.web.frame import address
from campana.hotlines.models import Sound
from campana.hotlines.web.forms import SpokenForm
from campana.kernel.refusals import Refused
from campana.speech import speaker
from campana.ui.moments import phone

STEP: Final = "calls"
"""The step that chooses the message, and where whoever wrote one goes back to."""


@requires(permissions.CAMPAIGNS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: ActorRequest, pk: int) -> HttpResponse:
    """A text to begin with; a POST has it spoken, keeps it in the audio library and chooses it for the campaign."""
    campaign = campaign_of(request.actor, pk)
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = campaign.organisation.language
    begin = {"name": _free_name(campaign), "text": words_for(campaign, language)}
    form, status = SpokenForm(request.POST or None, language=language, initial=begin), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                given = {key: form.cleaned_data[key] for key in ("name", "text", "voice")}
                operations.speak_message(campaign=campaign, actor=request.actor, now=web.now(), **given)
                messages.success(request, _("The message is spoken and chosen. Listen to it."))
                return go(request, address(campaign, STEP))
            except Refused as refused:
                status = tell(form, refused)
    context = {
        "campaign": campaign,
        "back": address(campaign, STEP),
        "form": form,
        "ready": speaker().ready,
        "languages": [(code, word, code == language) for code, word in settings.LANGUAGES],
    }
    return render(request, "campaigns/message.html", context, status=status)


def words_for(campaign: Campaign, language: str) -> str:
    """Who called and where to call back, in one of the product's languages."""
    line = campaign.hotlines.order_by("campaignhotline__position", "pk").first()
    with override(language):
        facts = {
            "organisation": campaign.organisation.name,
            "number": phone(line.number) if line else _("(your telephone number)"),
        }
        return (
            _(
                "Hello, this is %(organisation)s. We have just called you, but at this moment nobody is free to speak "
                "with you. We apologise. To speak with us, or if you do not want to be called again, please call "
                "%(number)s. Goodbye."
            )
            % facts
        )


def _free_name(campaign: Campaign) -> str:
    """A name for the sound that no other has yet."""
    wanted = _("No agent came: %(name)s") % {"name": campaign.name[:80]}
    alike = Sound.objects.filter(organisation=campaign.organisation, name__istartswith=wanted)
    taken = {name.lower() for name in alike.values_list("name", flat=True)}
    names = (wanted if number == 1 else f"{wanted} {number}" for number in count(1))
    return next(name for name in names if name.lower() not in taken)
