"""What a person asks for himself: off, not ready with a reason, ready; and that his screen is open."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from campana.accounts.actors import Actor
from campana.calls.operations.end_listening import end_listening
from campana.desk.operations.places import agent_of
from campana.desk.operations.telephone import DeskTaken, holds
from campana.desk.words import PAUSE_REASONS
from campana.engine.words import Presence
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid
from campana.relay import mailbox
from campana.workforce.models import Agent


class UnknownReason(Invalid):
    code = "unknown_reason"
    detail = "Choose one of the reasons."


@transaction.atomic
def change_presence(*, actor: Actor, presence: Presence, reason: str = "", now: Instant) -> Agent:
    """Asking again for what is wanted already changes nothing and rings nobody.

    Who is ready hears nobody else's talk any more: the telephone is for calls.
    """
    if presence is not Presence.NOT_READY:
        reason = ""
    elif reason and reason not in PAUSE_REASONS:
        raise UnknownReason(field="reason")
    agent = agent_of(actor, locked=True)
    # Whether the browser's telephone is registered its beat alone knows: nobody is called for one that is not there.
    dialling = presence is not Presence.OFF and (agent.dialling or not agent.in_browser)
    wanted = (presence.value, reason, dialling)
    if presence is Presence.READY:
        end_listening(listener=agent, now=now)
    if (agent.wanted, agent.pause_reason, agent.dialling) == wanted and agent.online:
        return agent
    agent.wanted, agent.pause_reason, agent.dialling = wanted
    agent.online, agent.seen_at = True, now
    agent.save(update_fields=["wanted", "pause_reason", "online", "dialling", "seen_at"])
    mailbox.post(organisation_id=agent.organisation_id, kind="presence", now=now, agent=agent.pk)
    return agent


@transaction.atomic
def beat(*, actor: Actor, tab: str = "", telephone: bool = True, now: Instant) -> None:
    """The screen is open. Fifteen seconds without a beat close it; the first beat after that opens it again.

    ``telephone``: whether the browser's telephone is registered; without it no campaign call comes (CAM-293).
    Raises DeskTaken for a tab that is the desk no more.
    """
    agent = agent_of(actor)
    if not holds(agent, tab):
        raise DeskTaken
    rows = Agent.objects.filter(pk=agent.pk)
    if tab and not agent.desk:
        rows.update(desk=tab)
    dialling = agent.wanted != Presence.OFF.value and (telephone or not agent.in_browser)
    if rows.filter(Q(online=False) | ~Q(dialling=dialling)).update(online=True, dialling=dialling, seen_at=now):
        mailbox.post(organisation_id=agent.organisation_id, kind="presence", now=now, agent=agent.pk)
    else:
        rows.update(seen_at=now)
