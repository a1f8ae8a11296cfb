"""Messages of the mailbox turned into inputs: the wish is in the message, the facts are read from the rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from campana.calls.models import CallRequest
from campana.campaigns import snapshot
from campana.campaigns.models import Campaign
from campana.engine import inputs as i
from campana.engine.config import CampaignConfig
from campana.engine.engine import Engine
from campana.engine.words import CampaignState, ResultClass
from campana.kernel.clock import Instant
from campana.kernel.ids import AgentId, AttemptId, CampaignId, ContactId, HotlineId, ResultId, TaskId
from campana.kernel.phone import phone_number
from campana.relay.models import Message
from campana.runtime import restore, wire
from campana.workforce.models import Agent

MOST = 500
"""Messages taken at once; the rest waits for the next turn of the loop."""
_OLDEST: Final = """
SELECT id, kind, payload, created_at FROM relay_message
WHERE organisation_id = %(organisation)s ORDER BY id LIMIT %(most)s
"""


def read(organisation_id: int) -> list[Message]:
    """The oldest messages; the caller deletes them in the transaction that journals what follows.

    The mailbox is looked into every second for every organisation: the statement is not built anew for that.
    """
    found = wire.send(_OLDEST, {"organisation": organisation_id, "most": MOST})
    return [
        Message(id=number, organisation_id=organisation_id, kind=kind, payload=json.loads(payload), created_at=at)
        for number, kind, payload, at in wire.read(found)
    ]


def inputs(organisation_id: int, message: Message, engine: Engine, known: Known, now: Instant) -> Iterator[i.Input]:
    """What one message means now. A kind that nobody knows is an error of ours and is raised."""
    yield from _KINDS[message.kind](organisation_id, message.payload, engine, known, now)


class Known:
    """Ids the engine has been told of, to tell it also when they disappear."""

    def __init__(self) -> None:
        self.campaigns: set[int] = set()
        self.agents: set[int] = set()
        self.hotlines: set[int] = set()

    def note(self, given: i.Input) -> None:
        if isinstance(given, i.CampaignConfigured):
            self.campaigns.add(given.campaign.id)
        elif isinstance(given, i.AgentConfigured):
            self.agents.add(given.agent.id)
        elif isinstance(given, i.HotlineConfigured):
            self.hotlines.add(given.hotline.id)
        elif isinstance(given, i.CampaignRemoved):
            self.campaigns.discard(given.campaign_id)
        elif isinstance(given, i.AgentRemoved):
            self.agents.discard(given.agent_id)
        elif isinstance(given, i.HotlineRemoved):
            self.hotlines.discard(given.hotline_id)


_Reader = Callable[[int, dict[str, Any], Engine, Known, Instant], Iterator[i.Input]]


def _organisation(
    organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
) -> Iterator[i.Input]:
    yield i.OrganisationConfigured(snapshot.organisation(organisation_id))


def _campaign(
    organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
) -> Iterator[i.Input]:
    campaign_id = int(payload["id"])
    found = snapshot.campaigns(organisation_id, [campaign_id])
    for config in found:
        if config.state == "finished" and config.id not in known.campaigns:
            continue
        yield _configured(config, known, now)
    if not found and campaign_id in known.campaigns:
        yield i.CampaignRemoved(CampaignId(campaign_id))
    yield from _agents(organisation_id, payload, engine, known, now)  # who takes part may have changed


def _configured(config: CampaignConfig, known: Known, now: Instant) -> i.CampaignConfigured:
    return i.CampaignConfigured(config) if config.id in known.campaigns else restore.met(config, now)


def _campaign_stop(
    organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
) -> Iterator[i.Input]:
    yield i.StopRequested(CampaignId(int(payload["id"])))


def _tasks(
    organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
) -> Iterator[i.Input]:
    campaign_id = CampaignId(int(payload["campaign"]))
    for config in snapshot.campaigns(organisation_id, [campaign_id]):
        yield _configured(config, known, now)  # its time zones may have grown
    yield i.TasksAdded(campaign_id)


def _agent(
    organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
) -> Iterator[i.Input]:
    agent_id = int(payload["id"])
    found = snapshot.agents(organisation_id, [agent_id])
    for config in found:
        yield i.AgentConfigured(config)
    if not found and agent_id in known.agents:
        yield i.AgentRemoved(AgentId(agent_id))
    yield from _presence(organisation_id, {"agent": agent_id}, engine, known, now)
    yield from _answering(organisation_id)


def _agents(
    organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
) -> Iterator[i.Input]:
    found = snapshot.agents(organisation_id)
    new = [config.id for config in found if config.id not in known.agents]
    for config in found:
        yield i.AgentConfigured(config)
    for gone in known.agents - {config.id for config in found}:
        yield i.AgentRemoved(AgentId(gone))
    for agent in Agent.objects.filter(organisation_id=organisation_id, pk__in=new):
        yield restore.presence(agent)
    yield from _answering(organisation_id)


def _answering(organisation_id: int) -> Iterator[i.Input]:
    """Numbers that people answer: who they are may have changed."""
    for config in snapshot.hotlines(organisation_id):
        if config.inbound is not None:
            yield i.HotlineConfigured(config)


def _hotlines(
    organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
) -> Iterator[i.Input]:
    for trunk in snapshot.trunks(organisation_id):
        yield i.TrunkConfigured(trunk)
    found = snapshot.hotlines(organisation_id)
    for config in found:
        yield i.HotlineConfigured(config)
    for gone in known.hotlines - {config.id for config in found}:
        yield i.HotlineRemoved(HotlineId(gone))


def _presence(
    organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
) -> Iterator[i.Input]:
    agent = Agent.objects.filter(organisation_id=organisation_id, pk=payload["agent"]).first()
    if agent is not None:
        yield restore.presence(agent)


def _result(
    organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
) -> Iterator[i.Input]:
    at = payload.get("callback_at")
    given = i.ResultEntered(
        AgentId(int(payload["agent"])),
        AttemptId(int(payload["attempt"])),
        ResultId(int(payload["result_id"])),
        ResultClass(payload["result_class"]),
        datetime.fromisoformat(at) if at else None,
        bool(payload.get("callback_to_me")),
    )
    if engine.knows(given.attempt_id):
        yield given
        return
    mark = restore.late_mark(given)
    if mark is not None:
        yield mark
        return
    late = restore.late_result(given, now)
    if late is not None:
        yield from _campaign_of(organisation_id, late.card.campaign_id, known, now)
        yield replace(late, card=replace(late.card, rounds=max(0, late.card.rounds - 1)))  # the talk is counted already


def _campaign_of(organisation_id: int, campaign_id: CampaignId, known: Known, now: Instant) -> Iterator[i.Input]:
    """A campaign that was over before this engine began is not known to it, and its contacts' results still come."""
    if campaign_id not in known.campaigns:
        config = snapshot.campaign_config(Campaign.objects.get(pk=campaign_id))
        finished = replace(config, state=CampaignState.FINISHED, wanted=None)
        yield _configured(finished, known, now)


def _call(
    organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
) -> Iterator[i.Input]:
    row = CallRequest.objects.filter(organisation_id=organisation_id, pk=payload["request"], answered_at=None).first()
    if row is not None:
        yield i.CallRequested(
            row.pk,
            AgentId(row.agent_id),
            phone_number(row.number),
            row.time_zone,
            ContactId(row.contact_id) if row.contact_id else None,
            row.asked_at,
        )


def _wish(make: Callable[[dict[str, Any]], i.Input]) -> _Reader:
    def read_wish(
        organisation_id: int, payload: dict[str, Any], engine: Engine, known: Known, now: Instant
    ) -> Iterator[i.Input]:
        yield make(payload)

    return read_wish


def _who(payload: dict[str, Any]) -> tuple[AgentId, TaskId]:
    return AgentId(int(payload["agent"])), TaskId(int(payload["task"]))


_KINDS: Final[dict[str, _Reader]] = {
    "organisation": _organisation,
    "campaign": _campaign,
    "campaign_stop": _campaign_stop,
    "tasks": _tasks,
    "agent": _agent,
    "agents": _agents,
    "hotlines": _hotlines,
    "presence": _presence,
    "result": _result,
    "call": _call,
    "accept": _wish(lambda p: i.PreviewAccepted(*_who(p))),
    "dial": _wish(lambda p: i.DialNowRequested(*_who(p))),
    "skip": _wish(lambda p: i.SkipRequested(*_who(p), p.get("reason", ""))),
    "hold": _wish(lambda p: i.HoldRequested(*_who(p))),
    "hang_up": _wish(lambda p: i.HangUpRequested(AgentId(int(p["agent"])), AttemptId(int(p["attempt"])))),
    "decline": _wish(lambda p: i.DeclineRequested(AgentId(int(p["agent"])), AttemptId(int(p["attempt"])))),
    "ring_again": _wish(lambda p: i.RingAgainRequested(AgentId(int(p["agent"])), AttemptId(int(p["attempt"])))),
    "ready": _wish(lambda p: i.ReadyRequested(AgentId(int(p["agent"])))),
    "extend": _wish(lambda p: i.ExtendRequested(AgentId(int(p["agent"])))),
}
