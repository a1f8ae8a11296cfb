"""Reading result sets and scripts."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from campana.accounts.actors import Actor
from campana.accounts.models import Organisation
from campana.crm.models import Contact, CustomField
from campana.kernel.clock import Instant
from campana.kernel.refusals import NotFound
from campana.scripts.models import Parameter, ResultSet, Script, ScriptVersion
from campana.scripts.questions import Element, from_rows

MOST_PARAMETERS = 300


def result_sets(actor: Actor) -> QuerySet[ResultSet]:
    return ResultSet.objects.filter(organisation=actor.organisation).prefetch_related("results")


def result_set(actor: Actor, pk: int) -> ResultSet:
    found = result_sets(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(kind="result set")
    return found


def scripts(actor: Actor) -> QuerySet[Script]:
    """Those that may be chosen, with ``version`` (the newest) and ``changed_at``."""
    rows = Script.objects.filter(organisation=actor.organisation, archived_at=None)
    return rows.annotate(version=Max("versions__number"), changed_at=Max("versions__made_at"))


def script(actor: Actor, pk: int) -> Script:
    found = scripts(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(kind="script")
    return found


def versions(of: Script) -> QuerySet[ScriptVersion]:
    """Newest first."""
    return of.versions.select_related("made_by").order_by("-number")


def shown_version(organisation: Organisation, script_id: int | None, at: Instant | None = None) -> ScriptVersion | None:
    """What an agent sees: the newest version of this script, or of the default one (CAM-320). ``at``: the newest there
    was at that moment, or the first of all where there was none yet (CAM-326)."""
    rows = ScriptVersion.objects.filter(organisation=organisation).select_related("script")
    rows = rows.filter(script_id=script_id) if script_id else rows.filter(script__is_default=True)
    then = rows.filter(made_at__lte=at).order_by("-number").first() if at is not None else None
    return then or rows.order_by("number" if at is not None else "-number").first()


def version_of(organisation_id: int, pk: int) -> ScriptVersion | None:
    return ScriptVersion.objects.filter(organisation=organisation_id, pk=pk).select_related("script").first()


def elements_of(version: ScriptVersion) -> tuple[Element, ...]:
    return from_rows(version.elements)


def parameters(organisation: Organisation) -> list[Parameter]:
    """Every name under which answers are kept, for lists and files."""
    return list(Parameter.objects.filter(organisation=organisation).order_by("label", "name")[:MOST_PARAMETERS])


def labels(organisation: Organisation) -> list[str]:
    """Custom fields by the names they have as variables."""
    rows = CustomField.objects.filter(organisation=organisation).order_by("position", "pk")
    return list(rows.values_list("label", flat=True))


def values_of(
    contact: Contact | None, *, organisation: Organisation, number: str = "", agent: str = "", campaign: str = ""
) -> dict[str, str]:
    """The variables of a script for one call, by their names in lower case."""
    values = {"agent": agent, "organisation": organisation.name, "campaign": campaign, "number": number}
    if contact is None:
        return values
    values |= {"name": contact.name, "company": contact.company, "position": contact.position, "email": contact.email}
    for field in CustomField.objects.filter(organisation=organisation):
        given = contact.fields.get(field.key)
        values[field.label.lower()] = ", ".join(map(str, given)) if isinstance(given, list) else str(given or "")
    return values
