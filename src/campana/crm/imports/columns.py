"""Which column of a file is which field of a contact (CAM-212, CAM-218).

A mapping is a list with one target a column: a standard target, ``fields.KEY`` for a custom field,
``new.TYPE`` to create one named like the column, or an empty text: do not import.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext_noop

from campana.crm.imports.vocabulary import Vocabulary, key_of
from campana.crm.models import CustomField
from campana.kernel.refusals import Invalid

PHONES: Final = ("phone", "phone_2", "phone_3", "phone_4", "phone_5")
TASK_TARGETS: Final = ("priority", "not_before", "not_after", "preferred_agent")
LABELS: Final[dict[str, str]] = {
    "name": gettext_noop("Full name"),
    "phone": gettext_noop("Phone"),
    "phone_2": gettext_noop("Phone 2"),
    "phone_3": gettext_noop("Phone 3"),
    "phone_4": gettext_noop("Phone 4"),
    "phone_5": gettext_noop("Phone 5"),
    "email": gettext_noop("E-mail"),
    "company": gettext_noop("Organisation"),
    "position": gettext_noop("Position"),
    "additional_info": gettext_noop("Additional info"),
    "owner": gettext_noop("Owner"),
    "time_zone": gettext_noop("Time zone"),
    "priority": gettext_noop("Task priority"),
    "not_before": gettext_noop("Not before"),
    "not_after": gettext_noop("Not after"),
    "preferred_agent": gettext_noop("Preferred agent"),
    "external_id": gettext_noop("External ID"),
}
TEMPLATE_TARGETS: Final = tuple(target for target in LABELS if target not in {"preferred_agent", "external_id"})
"""The columns of CAM-218, in its order; custom fields follow."""
REQUIRED: Final = ("phone",)
NEW_TYPES: Final = tuple(CustomField.Type.values)

_NAMES: Final[dict[str, str]] = {
    "name": "full name|name|contact|contact name|client name|customer|customer name|client"
    "|họ tên|họ và tên|tên|tên khách hàng|khách hàng|tên liên hệ"
    "|jméno|jméno a příjmení|celé jméno|příjmení a jméno|klient|zákazník|kontakt"
    "|имя|фио|полное имя|контакт|клиент|имя клиента|имя и фамилия",
    "phone": "phone|phone 1|phone number|telephone|telephone number|mobile|mobile 1|mobile phone|number|tel|msisdn|cell"
    "|điện thoại|điện thoại 1|số điện thoại|sđt|sdt|di động|số di động"
    "|telefon|telefon 1|telefonní číslo|mobil|mobilní telefon|číslo|tel č"
    "|телефон|телефон 1|номер телефона|номер|мобильный|мобильный телефон",
    "email": "e-mail|email|mail|email address|e-mail address|thư điện tử|địa chỉ email|e-mailová adresa|эл почта"
    "|электронная почта|почта|адрес электронной почты",
    "company": "organisation|organization|company|company name|firm|tổ chức|công ty|tên công ty|organizace|firma"
    "|společnost|název firmy|организация|компания|фирма",
    "position": "position|job title|job|chức vụ|vị trí|pozice|funkce|должность",
    "additional_info": "additional info|additional information|note|notes|comment|info|thông tin thêm|thông tin bổ sung"
    "|ghi chú|doplňující informace|další informace|poznámka|poznámky|дополнительная информация|примечание|комментарий",
    "owner": "owner|account manager|manager|responsible|người phụ trách|chủ sở hữu|vlastník|správce|владелец"
    "|ответственный",
    "time_zone": "time zone|timezone|múi giờ|časové pásmo|часовой пояс",
    "priority": "task priority|priority|độ ưu tiên|độ ưu tiên nhiệm vụ|ưu tiên|priorita|priorita úkolu|приоритет"
    "|приоритет задачи|приоритет задания",
    "not_before": "not before|không trước|không gọi trước|ne dříve než|nevolat před|ne dříve|не раньше|не ранее",
    "not_after": "not after|không sau|không gọi sau|ne později než|nevolat po|ne později|не позже|не позднее",
    "preferred_agent": "preferred agent|agent|nhân viên ưu tiên|nhân viên|preferovaný agent|preferovaný operátor"
    "|предпочтительный оператор|предпочитаемый оператор",
    "external_id": "external id|external_id|id|customer id|client id|mã khách hàng|externí id|id zákazníka|внешний id",
}
CONTACTS: Final = Vocabulary(LABELS, _NAMES)
_MORE_PHONES = re.compile(r"(.*?) ?([2-5])")


def recognise(header: str, vocabulary: Vocabulary = CONTACTS) -> str:
    """The standard target a heading names in any of the four languages, or an empty text."""
    if target := vocabulary.recognise(header):
        return target
    more = _MORE_PHONES.fullmatch(key_of(header))
    if more and f"phone_{more[2]}" in vocabulary.labels and vocabulary.recognise(more[1]) == "phone":
        return f"phone_{more[2]}"
    return ""


def match(headers: Sequence[str], fields: Iterable[CustomField], vocabulary: Vocabulary = CONTACTS) -> list[str]:
    """The automatic mapping: custom fields by label or key, then standard targets, each target once.

    A second column with the heading of a telephone number becomes the next number.
    """
    custom = {key_of(word): f"fields.{field.key}" for field in fields for word in (field.label, field.key)}
    taken: set[str] = set()
    mapping = []
    for header in headers:
        target = custom.get(key_of(header)) or recognise(header, vocabulary)
        if target in PHONES:
            phones = [phone for phone in PHONES[PHONES.index(target) :] if phone in vocabulary.labels]
            target = next((phone for phone in phones if phone not in taken), "")
        if target in taken:
            target = ""
        taken.add(target)
        mapping.append(target)
    return mapping


class BadMapping(Invalid):
    code = "bad_mapping"
    detail = "The mapping can not be read: {problem} ({column})."


class PhoneNotMapped(Invalid):
    code = "phone_not_mapped"
    detail = "No column is mapped to Phone, and without a telephone number a contact can not be called."

    def __init__(self) -> None:
        super().__init__(field="mapping")


def read_mapping(
    given: Any, headers: Sequence[str], fields: Iterable[CustomField], vocabulary: Vocabulary = CONTACTS
) -> list[str]:
    """A mapping as the page or the API gives it, as a list of targets.

    ``given`` is None or empty (automatic), a list of targets by position, an object from heading (or column
    number, from 1) to target, or an object from target to heading. Columns not named are not imported.
    Raises BadMapping and PhoneNotMapped.
    """
    fields = list(fields)
    if not given:
        return check_mapping(match(headers, fields, vocabulary))
    if isinstance(given, list):
        if len(given) > len(headers):
            raise BadMapping(field="mapping", problem="too_many_columns", column=len(given))
        targets = [_target(item, fields, str(index + 1), vocabulary) for index, item in enumerate(given)]
        return check_mapping(targets + [""] * (len(headers) - len(targets)))
    if not isinstance(given, dict):
        raise BadMapping(field="mapping", problem="not_an_object", column="")
    if any(_column(str(name), headers) is None for name in given) and _names_columns(given, headers):
        given = {str(header): target for target, header in given.items() if header not in ("", None)}
    mapping = [""] * len(headers)
    for name, item in given.items():
        index = _column(str(name), headers)
        if index is None:
            raise BadMapping(field="mapping", problem="no_such_column", column=str(name)[:120])
        mapping[index] = _target(item, fields, str(name), vocabulary)
    return check_mapping(mapping)


def _names_columns(given: dict[Any, Any], headers: Sequence[str]) -> bool:
    """Whether it is written the other way round: target to heading."""
    named = [str(header) for header in given.values() if header not in ("", None)]
    return bool(named) and all(_column(header, headers) is not None for header in named)


def check_mapping(mapping: list[str]) -> list[str]:
    """Each target once, and Phone among them (CAM-206)."""
    used = [target for target in mapping if target and not target.startswith("new.")]
    twice = next((target for target in used if used.count(target) > 1), None)
    if twice:
        raise BadMapping(field="mapping", problem="target_twice", column=twice)
    if "phone" not in mapping:
        raise PhoneNotMapped
    return mapping


def _column(name: str, headers: Sequence[str]) -> int | None:
    if name in headers:
        return list(headers).index(name)
    loose = [header.strip().lower() for header in headers]
    if name.strip().lower() in loose:
        return loose.index(name.strip().lower())
    if name.isdigit() and 1 <= int(name) <= len(headers):
        return int(name) - 1
    return None


def _target(item: Any, fields: Sequence[CustomField], column: str, vocabulary: Vocabulary) -> str:
    if item in ("", None, False):
        return ""
    if isinstance(item, str) and len(item) <= 80:
        new_field = vocabulary is CONTACTS and item.startswith("new.") and item[4:] in NEW_TYPES
        if item in vocabulary.labels or new_field:
            return item
        key = item.removeprefix("fields.").removeprefix("custom.")
        named = next((field.key for field in fields if key in (field.key, field.label)), None)
        target = f"fields.{named}" if named else recognise(item, vocabulary)
        if target:
            return target
    raise BadMapping(field="mapping", problem="unknown_target", column=str(column)[:120])
