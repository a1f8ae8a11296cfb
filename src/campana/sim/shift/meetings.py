"""Which input met which state: of the attempt, agent or campaign it speaks of, as the rows had it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from campana.engine import inputs as i
from campana.engine.inputs import Input
from campana.engine.words import AgentState, AttemptState, CampaignState
from campana.kernel.ids import AgentId, AttemptId, CampaignId, leg_attempt
from campana.sim.directory import Directory

NONE: Final = "unknown"
OF_LEGS: Final = (i.LegRinging, i.LegAnswered, i.VerdictReached, i.LegEnded)
OF_ATTEMPTS: Final = (
    i.HangUpRequested, i.RingAgainRequested, i.ResultEntered, i.AttemptRefused, i.AttemptRestored, i.CallRestored,
)  # fmt: skip
OF_AGENTS: Final = (
    i.AgentConfigured, i.AgentRemoved, i.PresenceChanged, i.PreviewAccepted, i.DialNowRequested, i.SkipRequested,
    i.HoldRequested, i.CallRequested, i.ReadyRequested, i.ExtendRequested,
)  # fmt: skip
OF_CAMPAIGNS: Final = (i.CampaignRemoved, i.StopRequested, i.TasksAdded, i.TasksReserved)
OF_ALL: Final = (i.SwitchLost, i.SwitchReturned, i.OrganisationConfigured, i.TrunkConfigured, i.HotlineConfigured)
"""Meet every attempt that is live."""

_LIVE: Final = [state for state in AttemptState if state is not AttemptState.ENDED]
_CAMPAIGNS: Final = (CampaignState.SCHEDULED, CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.FINISHED)
NO_TALK: Final = frozenset({AttemptState.RINGING_AGENT, AttemptState.DIALLING, AttemptState.RINGING, NONE})
NEVER: Final[Mapping[str, frozenset[str]]] = {
    "AttemptRefused": frozenset({*_LIVE, AttemptState.ENDED}),  # it was never written
    "AttemptRestored": frozenset({AttemptState.RINGING_AGENT, AttemptState.ENDED, NONE}),
    "CallRestored": frozenset({NONE, AttemptState.DETECTING}),
    "ResultEntered": NO_TALK,
    "RingAgainRequested": NO_TALK,
    "HangUpRequested": frozenset({NONE}),
    "CampaignRemoved": frozenset({CampaignState.FINISHED}),
    "StopRequested": frozenset({NONE}),
    "TasksAdded": frozenset({NONE, CampaignState.FINISHED}),
    "TasksReserved": frozenset({NONE, CampaignState.SCHEDULED}),
}
"""Pairs that people, switch and database can not bring about."""


def met(given: Input, directory: Directory) -> list[str]:
    """Names of the pairs that this input makes."""
    kind = type(given).__name__
    if isinstance(given, OF_LEGS):
        side = "agent's leg" if "-a" in given.leg else "customer's leg"
        return [f"met:{kind} of {side}:{_attempt(directory, leg_attempt(given.leg))}"]
    if isinstance(given, OF_ATTEMPTS):
        return [f"met:{kind}:{_attempt(directory, given.attempt_id)}"]
    if isinstance(given, OF_AGENTS):
        agent_id = given.agent.id if isinstance(given, i.AgentConfigured) else given.agent_id
        return [f"met:{kind}:{_agent(directory, agent_id)}"]
    if isinstance(given, OF_CAMPAIGNS):
        return [f"met:{kind}:{_campaign(directory, given.campaign_id)}"]
    if isinstance(given, i.CampaignConfigured):
        return [f"met:{kind} {given.campaign.wanted}:{_campaign(directory, given.campaign.id)}"]
    if isinstance(given, OF_ALL):
        return [f"met:{kind}:{row.state}" for row in directory.live_attempts()]
    return [f"met:{kind}"]


def all_pairs() -> Iterable[str]:
    """Every pair there could be, in order."""
    for of_leg in OF_LEGS:
        for side in ("agent's leg", "customer's leg"):
            if of_leg is i.VerdictReached and side.startswith("agent"):
                continue  # nobody listens to our own people
            before = {AttemptState.RINGING_AGENT} if side.startswith("customer") else {AttemptState.DETECTING}
            if of_leg is i.VerdictReached:
                before |= {AttemptState.DIALLING, AttemptState.RINGING}
            yield from (f"met:{of_leg.__name__} of {side}:{state}" for state in AttemptState if state not in before)
    groups: tuple[tuple[tuple[type, ...], tuple[str, ...]], ...] = (
        (OF_ATTEMPTS, (*AttemptState, NONE)),
        (OF_AGENTS, tuple(AgentState)),
        (OF_CAMPAIGNS, (*_CAMPAIGNS, NONE)),
        (OF_ALL, tuple(_LIVE)),
    )
    for kinds, states in groups:
        for kind in kinds:
            never = NEVER.get(kind.__name__, frozenset())
            yield from (f"met:{kind.__name__}:{state}" for state in states if state not in never)


def _attempt(directory: Directory, attempt_id: AttemptId | None) -> str:
    row = directory.attempts.get(attempt_id) if attempt_id is not None else None
    return row.state if row is not None else NONE


def _agent(directory: Directory, agent_id: AgentId) -> str:
    moved = directory.agents.get(agent_id)
    return moved.state if moved is not None else NONE


def _campaign(directory: Directory, campaign_id: CampaignId) -> str:
    known = directory.campaigns.get(campaign_id)
    return known[0] if known is not None else NONE
