"""A message to customers to whom no agent came: spoken, kept in the audio library and chosen, or none of it."""

from __future__ import annotations

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns.models import Campaign
from campana.campaigns.operations.change_campaign import change_campaign
from campana.campaigns.operations.lock import locked, move_of
from campana.campaigns.transitions import Verb
from campana.hotlines.models import Sound
from campana.hotlines.operations import add_spoken
from campana.kernel.clock import Instant


def speak_message(*, campaign: Campaign, actor: Actor, name: str, text: str, voice: str, now: Instant) -> Sound:
    """Raises WrongState, NotAllowed, and what ``add_spoken`` raises. Whoever may make the campaign may give it
    this message, though he may not keep the audio library: laws ask for it."""
    actor.require(permissions.CAMPAIGNS_MANAGE)
    with transaction.atomic():
        row = locked(campaign.pk, actor)
        move_of(row, Verb.EDIT)  # before a file is written, which no rollback takes back
        sound = add_spoken(actor=actor, name=name, text=text, voice=voice, now=now)
        values = {"abandoned_message": sound.pk}
        change_campaign(campaign=campaign, actor=actor, values=values, version=None, now=now)
    return sound
