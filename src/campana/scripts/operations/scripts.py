"""Writing scripts. Other elements make another version; calls that begin after it show the newest (CAM-326)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Invalids, NotFound, Refused
from campana.scripts import drafting
from campana.scripts.models import Parameter, Script, ScriptVersion
from campana.scripts.operations import faults as no
from campana.scripts.operations.result_sets import NameTaken, named
from campana.scripts.queries import labels
from campana.scripts.questions import Element, from_rows, to_rows
from campana.scripts.words import OF_CONTACT, variables_in

LONGEST: Final = 20_000
"""Characters of all texts of a script together."""


class ScriptInUse(Refused):
    code = "script_in_use"
    detail = "Unfinished campaigns show this script: {users}. Give them another one first."


class DefaultScriptStays(Refused):
    code = "default_script"
    detail = "This is the script of campaigns that chose none. Make another one the default first."


class ScriptChanged(Refused):
    code = "script_changed"
    detail = (
        "Somebody else saved version {number} of this script while you were writing. Nothing of yours is lost: look"
        " at that version, then save again to put yours above it."
    )


def create_script(
    *,
    actor: Actor,
    name: str,
    elements: Sequence[Element | Mapping[str, Any]],
    is_default: bool = False,
    now: Instant,
) -> Script:
    """The first one becomes the default. Raises Invalids with everything that is wrong, at ``name`` and at
    ``elements.PLACE.FIELD``."""
    actor.require(permissions.RESULTS_MANAGE)
    rows = _checked(actor, name, elements)
    with transaction.atomic():
        first = not Script.objects.filter(organisation=actor.organisation, is_default=True).exists()
        script = Script(organisation=actor.organisation, name=named(name, 120))
        _save(script, actor, is_default=is_default or first)
        _version(script, 1, rows, actor, now)
        _told(actor, "script.create", script, now, version=1)
    return script


def save_script(
    *,
    script_id: int,
    actor: Actor,
    name: str,
    elements: Sequence[Element | Mapping[str, Any]],
    is_default: bool = False,
    seen: int | None = None,
    now: Instant,
) -> Script:
    """Rename, and make a version when the elements are others. ``is_default`` only gives the mark, never takes it.

    ``seen``: the newest version when the writer began; another one that came since is refused (ScriptChanged).
    """
    actor.require(permissions.RESULTS_MANAGE)
    rows = _checked(actor, name, elements)
    with transaction.atomic():
        script = _locked(script_id, actor)
        script.name = named(name, 120)
        last = script.versions.order_by("-number").first()
        number = last.number if last else 0
        if seen is not None and seen != number:
            raise ScriptChanged(number=number)
        _save(script, actor, is_default=is_default or script.is_default)
        if last is None or last.elements != rows:
            number += 1
            _version(script, number, rows, actor, now)
        _told(actor, "script.change", script, now, version=number)
    return script


def archive_script(*, script_id: int, actor: Actor, now: Instant) -> None:
    """It is offered no more; its versions stay for the calls that showed them. Raises ScriptInUse."""
    actor.require(permissions.RESULTS_MANAGE)
    with transaction.atomic():
        script = _locked(script_id, actor)
        if script.is_default:
            raise DefaultScriptStays
        users = [
            *script.campaign_set.exclude(state__in=["finished", "archived"]).order_by("name").values_list("name"),
            *script.campaignscript_set.exclude(campaign__state__in=["finished", "archived"])
            .order_by("campaign__name")
            .values_list("campaign__name"),
        ]
        names = list(dict.fromkeys(name for (name,) in users))[:5]
        if names:
            raise ScriptInUse(users=", ".join(names))
        script.archived_at = now
        script.save(update_fields=["archived_at"])
        _told(actor, "script.archive", script, now)


def _checked(actor: Actor, name: str, given: Sequence[Element | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The elements as they are stored. Raises Invalids."""
    elements = drafting.completed([one if isinstance(one, Element) else from_rows([one])[0] for one in given])
    wrong: list[Invalid] = []
    try:
        named(name, 120)
    except Invalid as problem:
        wrong.append(problem)
    wrong += [no.refusal(fault) for fault in drafting.faults(elements)]
    if sum(len(element.text) for element in elements) > LONGEST:
        wrong.append(no.TooManyWords(field="elements", limit=LONGEST))
    wrong += _unknown_variables(actor, elements)
    if wrong:
        raise Invalids(wrong)
    return to_rows(elements)


def _unknown_variables(actor: Actor, elements: Sequence[Element]) -> list[Invalid]:
    known = {*OF_CONTACT, *(label.lower() for label in labels(actor.organisation))}
    wrong: list[Invalid] = []
    for place, element in enumerate(elements):
        field = "label" if element.asks else "text"
        unknown = [name for name in variables_in(getattr(element, field)) if name.lower() not in known]
        if unknown:
            names = ", ".join("{" + name + "}" for name in unknown[:5])
            wrong.append(no.UnknownVariable(field=f"elements.{place}.{field}", names=names))
    return wrong


def _save(script: Script, actor: Actor, *, is_default: bool) -> None:
    if is_default:
        others = Script.objects.filter(organisation=actor.organisation, is_default=True).exclude(pk=script.pk)
        others.update(is_default=False)
    script.is_default = is_default
    try:
        with transaction.atomic():
            script.save()
    except IntegrityError:
        raise NameTaken(field="name") from None


def _version(script: Script, number: int, rows: list[dict[str, Any]], actor: Actor, now: Instant) -> None:
    """The next version; the names of its questions become columns of lists and files."""
    tenant = actor.organisation
    ScriptVersion.objects.create(
        organisation=tenant, script=script, number=number, elements=rows, made_at=now, made_by=actor.user
    )
    Parameter.objects.bulk_create(
        [
            Parameter(organisation=tenant, name=name, label=label)
            for name, label in sorted((row["name"], row["label"]) for row in rows if "name" in row)
        ],
        update_conflicts=True,
        unique_fields=["organisation", "name"],
        update_fields=["label"],
    )


def _locked(pk: int, actor: Actor) -> Script:
    found = Script.objects.select_for_update().filter(organisation=actor.organisation, pk=pk, archived_at=None).first()
    if found is None:
        raise NotFound(kind="script")
    return found


def _told(actor: Actor, action: str, script: Script, now: Instant, **after: object) -> None:
    record_audit(
        actor=actor,
        action=action,
        object_type="script",
        object_id=script.pk,
        now=now,
        after={"name": script.name, **after},
    )
