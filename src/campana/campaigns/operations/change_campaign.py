"""Editing a campaign: against the version that was read, within what its state allows (CAM-069, CAM-075)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.campaigns import drafts
from campana.campaigns.models import Campaign
from campana.campaigns.operations.lock import LIVE, has_dialled, locked, move_of, save, to_state
from campana.campaigns.operations.write import write
from campana.campaigns.permissions import campaign_scope, may_approve
from campana.campaigns.queries.chosen import chosen_of
from campana.campaigns.queries.people import people_among
from campana.campaigns.transitions import Verb
from campana.campaigns.validation import clean, problems
from campana.campaigns.validation import refusals as no
from campana.campaigns.validation.clean import SETTINGS, Cleaned
from campana.engine.words import CampaignState
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalids
from campana.relay import mailbox


def change_campaign(
    *, campaign: Campaign, actor: Actor, values: Mapping[str, Any], version: int | None, now: Instant
) -> Campaign:
    """Change the given settings. Raises Invalids, Stale, WrongState, NotAllowed.

    Changing who calls or with what number before the first call asks for approval again (CAM-050).
    """
    actor.require(permissions.CAMPAIGNS_MANAGE)
    with transaction.atomic():
        row = locked(campaign.pk, actor, version=version)
        move_of(row, Verb.EDIT)
        cleaned = clean(values, actor=actor, campaign=row, now=now)
        before = {name: getattr(row, name) for name in cleaned.columns} | chosen_of(row)
        changed = {name for name, value in cleaned.columns.items() if getattr(row, name) != value}
        links = {name for name, ids in cleaned.chosen.items() if before[name] != ids}
        overtaken = drafts.overtake(row, cleaned.names)
        if not changed and not links:
            if overtaken:
                save(row, "draft")
            return row
        if problem := people_problem(row, cleaned):
            raise Invalids([problem])
        for name in changed:
            setattr(row, name, cleaned.columns[name])
        write(row, {name: cleaned.chosen[name] for name in links})
        if not stays_his(row, actor):
            raise Invalids([no.LeavesYourGroups(field="groups")])
        if row.state != CampaignState.DRAFT:
            wrong = [problem for problem in problems(row, now=now) if problem.field in {*links, *_settings(changed)}]
            if wrong:
                raise Invalids(wrong)
        columns = [*changed, *_ask_again(row, actor, _settings(changed) | links, now)]
        columns += ["draft"] if overtaken else []
        save(row, *columns)
        record_audit(
            actor=actor,
            action="campaign.change",
            object_type="campaign",
            object_id=row.pk,
            now=now,
            before={name: _plain(before[name]) for name in changed | links},
            after={name: _plain(cleaned.columns.get(name, cleaned.chosen.get(name))) for name in changed | links},
        )
        _tell(row, columns, links, now)
    return row


def people_problem(row: Campaign, cleaned: Cleaned) -> no.TooManyAgents | None:
    """CAM-284: distinct people, members of groups included."""
    if not {"agents", "groups"} & set(cleaned.chosen):
        return None
    chosen = {**chosen_of(row), **cleaned.chosen}
    count = people_among(row.organisation_id, chosen["agents"], chosen["groups"])
    limit = row.organisation.campaign_agents_limit
    return no.TooManyAgents(field="agents", limit=limit, count=count) if count > limit else None


def stays_his(row: Campaign, actor: Actor) -> bool:
    """Nobody who is limited to groups puts a campaign out of his own sight."""
    return Campaign.objects.filter(campaign_scope(actor), pk=row.pk).exists()


def _settings(columns: Iterable[str]) -> set[str]:
    return {name.removesuffix("_id") for name in columns}


def _ask_again(row: Campaign, actor: Actor, names: set[str], now: Instant) -> list[str]:
    approved = row.state == CampaignState.SCHEDULED and row.organisation.campaigns_need_approval
    if not approved or not any(SETTINGS[name].approved for name in names) or may_approve(actor, row):
        return []
    if has_dialled(row):
        return []
    row.wanted = ""
    return ["wanted", *to_state(row, CampaignState.NOT_APPROVED, now)]


def _tell(row: Campaign, columns: list[str], links: set[str], now: Instant) -> None:
    if row.state not in LIVE and "state" not in columns:
        return
    mailbox.post(organisation_id=row.organisation_id, kind="campaign", now=now, id=row.pk)
    if links & {"agents", "groups"}:
        mailbox.post(organisation_id=row.organisation_id, kind="agents", now=now)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
