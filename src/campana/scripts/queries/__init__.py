"""Reading result sets and scripts."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from campana.accounts.actors import Actor
from campana.accounts.models import Organisation
from campana.crm.models import Contact, CustomField
from campana.kernel.refusals import NotFound
from campana.scripts.models import ResultSet, Script, ScriptVersion


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


def shown_version(organisation: Organisation, script_id: int | None) -> ScriptVersion | None:
    """What an agent reads: the newest version of the campaign's script, or of the default one (CAM-320)."""
    rows = ScriptVersion.objects.filter(organisation=organisation)
    rows = rows.filter(script_id=script_id) if script_id else rows.filter(script__is_default=True)
    return rows.order_by("-number").first()


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
