"""Wishes about the contact or call on the desk. The engine decides; a wish that came twice is left once."""

from __future__ import annotations

from django.db import transaction

from campana.accounts.actors import Actor
from campana.calls.models import Attempt
from campana.campaigns.models import Campaign
from campana.desk.operations.answers import check_answers
from campana.desk.operations.places import Gone, NotInThisCampaign, NotNow, agent_of, wish
from campana.desk.words import SKIP_REASONS
from campana.engine.words import AgentState
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Refused
from campana.workforce.models import Agent

SHOWN = {AgentState.OFFERED, AgentState.PREVIEW}
LATER = {AgentState.RESERVED, AgentState.RINGING, AgentState.IN_CALL, AgentState.WRAP_UP}
LINE = {AgentState.RESERVED, AgentState.RINGING, AgentState.IN_CALL}


class ResultMissing(Refused):
    code = "result_missing"
    detail = "Choose a result first: this campaign asks for one."


class SkipWithoutReason(Invalid):
    code = "skip_without_reason"
    detail = "Choose why you skip this contact."


@transaction.atomic
def accept(*, actor: Actor, task_id: int, now: Instant) -> None:
    """Take an offered contact; accepting one that is taken already is no mistake."""
    agent = _at(actor, task_id=task_id)
    if agent.state == AgentState.OFFERED:
        wish(agent, "accept", now, task=task_id)


@transaction.atomic
def dial_now(*, actor: Actor, task_id: int, now: Instant) -> None:
    """End the preview; once it dials, asking again changes nothing."""
    agent = _at(actor, task_id=task_id)
    if agent.state == AgentState.PREVIEW:
        wish(agent, "dial", now, task=task_id)
    elif agent.state not in LATER:
        raise NotNow


@transaction.atomic
def skip(*, actor: Actor, task_id: int, reason: str = "", now: Instant) -> None:
    """Decline an offered contact, or skip a previewed one where the campaign lets you, with a reason."""
    agent = _at(actor, task_id=task_id)
    if agent.state not in SHOWN:
        raise NotNow
    if agent.state == AgentState.PREVIEW:
        if not _campaign(agent).may_skip:
            raise NotInThisCampaign
        if reason not in SKIP_REASONS:
            raise SkipWithoutReason(field="reason")
    wish(agent, "skip", now, task=task_id, reason=reason if reason in SKIP_REASONS else "")


@transaction.atomic
def hold(*, actor: Actor, task_id: int, now: Instant) -> None:
    """Stop the countdown of a preview."""
    agent = _at(actor, task_id=task_id)
    if agent.state != AgentState.PREVIEW:
        raise NotNow
    if not _campaign(agent).may_hold:
        raise NotInThisCampaign
    wish(agent, "hold", now, task=task_id)


@transaction.atomic
def hang_up(*, actor: Actor, attempt_id: int, now: Instant) -> None:
    """End the call; one that is over already needs no refusal."""
    agent = _at(actor, attempt_id=attempt_id)
    if agent.state in LINE:
        wish(agent, "hang_up", now, attempt=attempt_id)


@transaction.atomic
def decline(*, actor: Actor, attempt_id: int, now: Instant) -> None:
    """Let a caller who is offered pass to the next agent; one who is gone already needs no refusal."""
    agent = _at(actor, attempt_id=attempt_id)
    if agent.state == AgentState.RINGING:
        wish(agent, "decline", now, attempt=attempt_id)


@transaction.atomic
def ready(*, actor: Actor, now: Instant) -> None:
    """End wrap-up before its time, with the result where one is required (CAM-343) and its answers. A call by
    hand is closed so."""
    agent = agent_of(actor, locked=True)
    if agent.state != AgentState.WRAP_UP:
        return
    if agent.campaign_id is None:  # a call outside campaigns has no countdown and asks for no result
        wish(agent, "ready", now)
        return
    campaign = _campaign(agent)
    if not campaign.ready_early:
        raise NotInThisCampaign
    attempt = Attempt.objects.filter(organisation_id=agent.organisation_id, pk=agent.attempt_id or 0)
    said = attempt.select_related("result", "campaign__organisation").first()
    if campaign.result_required and (said is None or said.result is None):
        raise ResultMissing(field="result")
    if said is not None and said.result is not None:
        check_answers(said, agent, said.result)
    wish(agent, "ready", now)


@transaction.atomic
def extend(*, actor: Actor, now: Instant) -> None:
    """One more wrap-up time, once a conversation."""
    agent = agent_of(actor, locked=True)
    if agent.state != AgentState.WRAP_UP or agent.campaign_id is None:
        raise NotNow
    if not _campaign(agent).extend_once:
        raise NotInThisCampaign
    wish(agent, "extend", now)


def _at(actor: Actor, *, task_id: int | None = None, attempt_id: int | None = None) -> Agent:
    agent = agent_of(actor, locked=True)
    if (task_id is not None and agent.task_id != task_id) or (
        attempt_id is not None and agent.attempt_id != attempt_id
    ):
        raise Gone
    return agent


def _campaign(agent: Agent) -> Campaign:
    campaign = Campaign.objects.filter(organisation_id=agent.organisation_id, pk=agent.campaign_id or 0).first()
    if campaign is None:
        raise Gone
    return campaign
