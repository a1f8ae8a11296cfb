"""The result set every organisation begins with, in its own language."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction

from campana.accounts.actors import Actor
from campana.accounts.models import Organisation, User
from campana.kernel.clock import Instant
from campana.scripts.models import Result, ResultSet
from campana.scripts.operations.default_script import default_script

_C = Result.Class
CLASSES: Final = (_C.SUCCESS, _C.REFUSAL, _C.CALL_BACK, _C.UNREACHABLE, _C.WRONG_NUMBER, _C.DO_NOT_CALL)
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "Default results",
        "Success",
        "Not interested",
        "Call back",
        "Person not reachable",
        "Wrong number",
        "Do not call again",
    ),
    "vi": (
        "Kết quả mặc định",
        "Thành công",
        "Không quan tâm",
        "Gọi lại",
        "Không gặp được người cần gặp",
        "Sai số",
        "Không gọi lại nữa",
    ),
    "cs": (
        "Výchozí výsledky",
        "Úspěch",
        "Nemá zájem",
        "Zavolat znovu",
        "Osoba nedostupná",
        "Špatné číslo",
        "Již nevolat",
    ),
    "ru": (
        "Результаты по умолчанию",
        "Успех",
        "Не заинтересован",
        "Перезвонить",
        "Нужный человек недоступен",
        "Неверный номер",
        "Больше не звонить",
    ),
}
"""Data of the organisation, not words of the screen: they are written once and may be renamed."""


class Beginning:
    """The set and a script come with the organisation (``accounts.operations.followers``)."""

    def organisation_made(self, organisation: Organisation, now: Instant) -> None:
        default_result_set(organisation)
        default_script(organisation, now)

    def person_changed(self, actor: Actor, user: User, now: Instant) -> None:
        """People bring no results."""


def default_result_set(organisation: Organisation) -> ResultSet:
    """The organisation's default set; made when there is none yet. Safe to ask for at any time."""
    found = ResultSet.objects.filter(organisation=organisation, is_default=True).first()
    if found:
        return found
    name, *results = NAMES.get(organisation.language, NAMES["en"])
    try:
        with transaction.atomic():
            made = ResultSet.objects.create(organisation=organisation, name=name, is_default=True)
            Result.objects.bulk_create(
                Result(organisation=organisation, result_set=made, name=said, result_class=kind, position=place)
                for place, (said, kind) in enumerate(zip(results, CLASSES, strict=True))
            )
            return made
    except IntegrityError:  # somebody else made it at this moment, or a set has that name already
        return _adopted(organisation, name)


def _adopted(organisation: Organisation, name: str) -> ResultSet:
    found = ResultSet.objects.filter(organisation=organisation, is_default=True).first()
    if found:
        return found
    named = ResultSet.objects.get(organisation=organisation, name__iexact=name)
    named.is_default = True
    named.save(update_fields=["is_default"])
    return named
