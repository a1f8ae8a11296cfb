"""Making, changing and deleting result sets. What attempts refer to is switched off, never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.accounts.operations.rights import unchanged
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Invalids, NotFound, Refused
from campana.kernel.stamps import stamp
from campana.scripts.models import Result, ResultSet


class NameTaken(Invalid):
    code = "name_taken"
    detail = "There is one of this name already. Choose another name."


class NameNeeded(Invalid):
    code = "name_needed"
    detail = "A name has 1 to {limit} characters."


class NoSuchClass(Invalid):
    code = "no_such_class"
    detail = "Choose what the result means."


class NoActiveResult(Invalid):
    code = "no_active_result"
    detail = "At least one result must be active, or agents could say nothing."


class ResultSetInUse(Refused):
    code = "result_set_in_use"
    detail = "The result set is used by: {users}. Give them another set first."


class DefaultStays(Refused):
    code = "default_result_set"
    detail = "The default result set can not be deleted. Make another one the default first."


def create_result_set(*, actor: Actor, name: str, results: Iterable[Mapping[str, Any]], now: Instant) -> ResultSet:
    """A new set with its results, each ``{"name", "result_class", "active", "note_required"}`` in their order."""
    actor.require(permissions.RESULTS_MANAGE)
    with transaction.atomic():
        made = ResultSet(organisation=actor.organisation, name=named(name, 120))
        _saved(made)
        _write(made, list(results))
        _told(actor, "result_set.create", made, now)
    return made


def save_result_set(
    *,
    result_set_id: int,
    actor: Actor,
    name: str,
    results: Iterable[Mapping[str, Any]],
    now: Instant,
    is_default: bool | None = None,
    seen: str | None = None,
) -> ResultSet:
    """Replace name and results. A result with ``id`` is kept, one left out is deleted or switched off.

    ``seen``: its stamp when the writer began; what somebody else saved since is not undone (ChangedMeanwhile).
    """
    actor.require(permissions.RESULTS_MANAGE)
    with transaction.atomic():
        found = _locked(result_set_id, actor)
        unchanged(seen, stamp_of(found))
        found.name = named(name, 120)
        if is_default:
            ResultSet.objects.filter(organisation=actor.organisation, is_default=True).update(is_default=False)
            found.is_default = True
        _saved(found)
        _write(found, list(results))
        _told(actor, "result_set.change", found, now)
    return found


def delete_result_set(*, result_set_id: int, actor: Actor, now: Instant) -> None:
    """Raises ResultSetInUse naming the campaigns, DefaultStays."""
    actor.require(permissions.RESULTS_MANAGE)
    with transaction.atomic():
        found = _locked(result_set_id, actor)
        if found.is_default:
            raise DefaultStays()
        users = list(found.campaign_set.order_by("name").values_list("name", flat=True)[:5])
        if users or found.results.filter(attempt__isnull=False).exists():
            raise ResultSetInUse(users=", ".join(users) or "…")
        _told(actor, "result_set.delete", found, now)
        found.delete()


def stamp_of(result_set: ResultSet) -> str:
    shown = ("pk", "name", "result_class", "position", "active", "note_required")
    rows = sorted(tuple(getattr(row, name) for name in shown) for row in result_set.results.all())
    return stamp(result_set.name, rows)


def _locked(pk: int, actor: Actor) -> ResultSet:
    found = ResultSet.objects.select_for_update().filter(pk=pk, organisation=actor.organisation).first()
    if found is None:
        raise NotFound(kind="result set")
    return found


def _saved(row: ResultSet) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise NameTaken(field="name") from None


def named(typed: str, limit: int, field: str = "name") -> str:
    name = " ".join(str(typed).replace("\0", "").split())
    if not 1 <= len(name) <= limit:
        raise NameNeeded(field=field, limit=limit)
    return name


def _write(result_set: ResultSet, results: list[Mapping[str, Any]]) -> None:
    wrong, rows = list[Invalid](), list[Result]()
    known = {result.pk: result for result in result_set.results.all()}
    names = set[str]()
    for place, given in enumerate(results):
        row = known.pop(int(given["id"]), None) if given.get("id") else None
        row = row or Result(organisation_id=result_set.organisation_id, result_set=result_set)
        try:
            row.name = named(given.get("name", ""), 80, f"results.{place}.name")
            if row.name.casefold() in names:
                raise NameTaken(field=f"results.{place}.name")
            names.add(row.name.casefold())
        except Invalid as problem:
            wrong.append(problem)
        row.result_class, row.position = str(given.get("result_class", "")), place
        row.active = bool(given.get("active", True))
        row.note_required = bool(given.get("note_required", row.note_required))
        if row.result_class not in Result.Class.values:
            wrong.append(NoSuchClass(field=f"results.{place}.result_class"))
        rows.append(row)
    if not any(row.active for row in rows):
        wrong.append(NoActiveResult(field="results"))
    if wrong:
        raise Invalids(wrong)
    _take_out(known.values(), names, len(rows))
    for row in rows:
        if row.pk:
            Result.objects.filter(pk=row.pk).update(name=f"\x01{row.pk}")  # names may be exchanged among the rows
    for row in rows:
        row.save()


def _take_out(left: Iterable[Result], names: set[str], place: int) -> None:
    for result in left:
        if not result.attempt_set.exists():
            result.delete()
            continue
        result.active, result.position = False, place
        if result.name.casefold() in names:
            result.name = f"{result.name[:60]} ({result.pk})"
        result.save()


def _told(actor: Actor, action: str, result_set: ResultSet, now: Instant) -> None:
    record_audit(
        actor=actor,
        action=action,
        object_type="result_set",
        object_id=result_set.pk,
        now=now,
        after={"name": result_set.name},
    )
