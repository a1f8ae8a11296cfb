"""The stepper saves a draft while somebody types: what is right is taken, what is not is kept as it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.campaigns import drafts
from campana.campaigns.models import Campaign
from campana.campaigns.operations.change_campaign import people_problem, stays_his
from campana.campaigns.operations.create_campaign import create_campaign
from campana.campaigns.operations.lock import Stale, locked, move_of, save
from campana.campaigns.operations.write import write
from campana.campaigns.queries.chosen import chosen_of
from campana.campaigns.transitions import Verb
from campana.campaigns.validation import refusals as no
from campana.campaigns.validation import sort
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid


@dataclass(frozen=True, slots=True)
class Saved:
    campaign: Campaign
    wrong: list[Invalid]
    """What was kept and not taken."""


def begin_draft(*, actor: Actor, key: str, values: Mapping[str, Any], now: Instant) -> Campaign:
    """A draft with what the first page asked for. The same page (``key``) makes it once, however often it saves.

    Raises Invalids, NotAllowed.
    """
    actor.require(permissions.CAMPAIGNS_MANAGE)
    mine = Campaign.objects.filter(organisation=actor.organisation, draft_key=key[:40], author=actor.user)
    if key and (found := mine.first()):
        return found
    try:
        with transaction.atomic():
            made = create_campaign(actor=actor, values=values, now=now)
            made.draft_key = key[:40]
            drafts.remember(made, "mode", None, now.isoformat())
            made.save(update_fields=["draft", "draft_key"])
            return made
    except IntegrityError:
        return mine.get()


def save_draft(
    *,
    campaign: Campaign,
    actor: Actor,
    step: str,
    values: Mapping[str, Any],
    typed: drafts.Typed,
    seen: str,
    now: Instant,
) -> Saved:
    """Take one step of a draft. ``seen``: the digest of the step the page showed (``drafts.seen``); blank: any.

    Not audited one by one: the creation of the campaign records all its settings. Raises Stale, WrongState.
    """
    actor.require(permissions.CAMPAIGNS_MANAGE)
    with transaction.atomic():
        row = locked(campaign.pk, actor)
        move_of(row, Verb.CREATE)
        if seen and seen != drafts.seen(row, step, values):
            raise Stale(version=row.version)
        cleaned, wrong = sort(values, actor=actor, campaign=row, now=now)
        if problem := people_problem(row, cleaned):
            wrong.append(problem)
            for name in ("agents", "groups"):
                cleaned.chosen.pop(name, None)
        before, taken = chosen_of(row), cleaned.names
        links = {name: ids for name, ids in cleaned.chosen.items() if before[name] != ids}
        changed = [name for name, value in cleaned.columns.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, cleaned.columns[name])
        write(row, links)
        if not stays_his(row, actor):
            write(row, {name: before[name] for name in links})
            taken, links = taken - set(links), {}
            wrong.append(no.LeavesYourGroups(field="groups"))
        refused = set(values) - taken or set(values)
        drafts.remember(row, step, typed if wrong else None, now.isoformat(), refused=refused)
        if changed or links:
            save(row, "draft", *changed)
        else:
            row.save(update_fields=["draft"])
    return Saved(row, wrong)
