"""Writing scripts. Other words make another version; running campaigns show the newest from the next call on."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from campana.accounts import permissions
from campana.accounts.actors import Actor
from campana.accounts.operations.record_audit import record_audit
from campana.crm.models import CustomField
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound, Refused
from campana.scripts.models import Script, ScriptVersion
from campana.scripts.operations.result_sets import NameTaken, named
from campana.scripts.words import OF_CONTACT, variables_in

LONGEST = 20_000


class NoWords(Invalid):
    code = "no_words"
    detail = "A script has 1 to {limit} characters."


class UnknownVariable(Invalid):
    code = "unknown_variable"
    detail = "There is no {names}. Take a variable from the list, or leave out the braces."


class ScriptInUse(Refused):
    code = "script_in_use"
    detail = "Unfinished campaigns show this script: {users}. Give them another one first."


class DefaultScriptStays(Refused):
    code = "default_script"
    detail = "This is the script of campaigns that chose none. Make another one the default first."


def create_script(*, actor: Actor, name: str, text: str, is_default: bool = False, now: Instant) -> Script:
    """The first one becomes the default. Raises NameTaken, NoWords, UnknownVariable."""
    actor.require(permissions.RESULTS_MANAGE)
    words = _words(actor, text)
    with transaction.atomic():
        first = not Script.objects.filter(organisation=actor.organisation, archived_at=None).exists()
        script = Script(organisation=actor.organisation, name=named(name, 120))
        _save(script, actor, is_default=is_default or first)
        _version(script, 1, words, actor, now)
        _told(actor, "script.create", script, now, version=1)
    return script


def save_script(
    *, script_id: int, actor: Actor, name: str, text: str, is_default: bool = False, now: Instant
) -> Script:
    """Rename, and make a version when the words are others. ``is_default`` only gives the mark, never takes it."""
    actor.require(permissions.RESULTS_MANAGE)
    words = _words(actor, text)
    with transaction.atomic():
        script = _locked(script_id, actor)
        script.name = named(name, 120)
        _save(script, actor, is_default=is_default or script.is_default)
        last = script.versions.order_by("-number").first()
        number = last.number if last else 0
        if last is None or last.text != words:
            number += 1
            _version(script, number, words, actor, now)
        _told(actor, "script.change", script, now, version=number)
    return script


def archive_script(*, script_id: int, actor: Actor, now: Instant) -> None:
    """It is offered no more; its versions stay for the calls that showed them. Raises ScriptInUse."""
    actor.require(permissions.RESULTS_MANAGE)
    with transaction.atomic():
        script = _locked(script_id, actor)
        if script.is_default:
            raise DefaultScriptStays
        users = script.campaign_set.exclude(state__in=["finished", "archived"]).order_by("name")
        names = list(users.values_list("name", flat=True)[:5])
        if names:
            raise ScriptInUse(users=", ".join(names))
        script.archived_at = now
        script.save(update_fields=["archived_at"])
        _told(actor, "script.archive", script, now)


def _words(actor: Actor, text: str) -> str:
    words = str(text).replace("\0", "").replace("\r\n", "\n").strip()
    if not 1 <= len(words) <= LONGEST:
        raise NoWords(field="text", limit=LONGEST)
    labels = CustomField.objects.filter(organisation=actor.organisation).values_list("label", flat=True)
    known = {*OF_CONTACT, *(label.lower() for label in labels)}
    unknown = [name for name in variables_in(words) if name.lower() not in known]
    if unknown:
        raise UnknownVariable(field="text", names=", ".join("{" + name + "}" for name in unknown[:5]))
    return words


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


def _version(script: Script, number: int, text: str, actor: Actor, now: Instant) -> None:
    ScriptVersion.objects.create(
        organisation=actor.organisation, script=script, number=number, text=text, made_at=now, made_by=actor.user
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
