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
from campana.hotlines.operations import speak_sound
from campana.kernel.clock import Instant


def speak_message(*, campaign: Campaign, actor: Actor, name: str, text: str, voice: str, now: Instant) -> Sound:
    """Raises WrongState, NotAllowed, and what ``speak_sound`` raises."""
    actor.require(permissions.CAMPAIGNS_MANAGE)
    with transaction.atomic():
        move_of(locked(campaign.pk, actor), Verb.EDIT)  # before a file is written, which no rollback takes back
        sound = speak_sound(actor=actor, name=name, text=text, voice=voice, now=now)
        values = {"abandoned_message": sound.pk}
        change_campaign(campaign=campaign, actor=actor, values=values, version=None, now=now)
    return sound
