"""One row of every tenant table for an organisation, made from the models themselves.

Every row has the same primary key, so ``/contacts/4242`` and ``/campaigns/4242`` are both things of Lumen and a
later route needs no registration. Texts carry a mark, so that a page which shows them can be caught.
A model that can not be made from its fields gets its values in ``GIVEN``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from campana.accounts import permissions
from campana.accounts.models import Organisation
from campana.tenancy import system_scope
from support.cast import NOW, Cast

LUMEN_ROW, OTHER_ROW = 4242, 5252
LUMEN_MARK, OTHER_MARK = "zvonice", "kapradina"

GIVEN: dict[str, dict[str, Any]] = {
    "accounts.Role": {"permissions": list(permissions.ALL)},
    "accounts.User": {"password": "!", "is_owner": False},
    "crm.ContactNumber": {"number": "420606000111"},
    "campaigns.TaskTally": {"state": "waiting"},
    "scripts.ScriptVersion": {
        "number": 1,
        "elements": [{"kind": "short", "name": "budget", "label": "Budget"}, {"kind": "text", "text": "Good day."}],
    },
    "scripts.Parameter": {"name": "budget"},
    "calls.Monitor": {"mode": "listen", "leg": "1-c"},
    "campaigns.CampaignScript": {"group": None},
}
"""Values of a model by its label."""
BY_TRIGGER = {"calls.LiveCall": "calls.Attempt"}
"""Rows that the database writes with those of another model."""

BY_NAME: dict[str, Any] = {
    "time_zone": "Europe/Prague",
    "number": "420606000111",
    "prefix": "4206",
    "mode": "progressive",
    "country": "CZ",
    "url": "https://example.org/hook",
}
SPOKEN = {"name", "label", "note", "description", "company", "comment", "search", "title", "first_name", "file_name"}
UNWATCHED = ("django_", "procrastinate_", "accounts_doorcount", "accounts_rate", "auth_")
"""Tables that may change whatever the answer: sessions, jobs, counters."""


def tenant_models() -> list[type[models.Model]]:
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("campana.")
        for model in config.get_models(include_auto_created=True)
        if any(field.attname == "organisation_id" for field in model._meta.concrete_fields)
    ]


class Rows:
    """Makes them, remembering what could not be made."""

    def __init__(
        self, organisation: Organisation, key: int, mark: str, given: Mapping[str, dict[str, Any]] | None = None
    ) -> None:
        """``given``: more values of models by label, beside GIVEN."""
        self.organisation, self.key, self.mark, self.given = organisation, key, mark, given or {}
        self.made: dict[type[models.Model], models.Model] = {}
        self.failed: dict[str, str] = {}

    def make_all(self) -> Rows:
        with system_scope():
            for model in tenant_models():
                self.make(model)
        return self

    def make(self, model: type[models.Model]) -> models.Model | None:
        if model is Organisation:
            return self.organisation
        if model not in self.made and model._meta.label not in self.failed:
            try:
                with transaction.atomic():
                    self.made[model] = self._create(model)
            except Exception as error:
                self.failed[model._meta.label] = f"{type(error).__name__}: {error}"
        return self.made.get(model)

    def _create(self, model: type[models.Model]) -> models.Model:
        source = BY_TRIGGER.get(model._meta.label)
        if source is not None and self.make(apps.get_model(source)) is not None:
            written: models.Model = model.objects.get(organisation_id=self.organisation.pk)  # type: ignore[attr-defined]
            return written
        values = GIVEN.get(model._meta.label, {}) | self.given.get(model._meta.label, {})
        for field in model._meta.concrete_fields:
            if field.name not in values and field.attname not in values:
                value = self._value(field)
                if value is not models.NOT_PROVIDED:
                    values[field.attname] = value
        return model.objects.create(**values)  # type: ignore[attr-defined]

    def _value(self, field: models.Field[Any, Any]) -> Any:
        if field.attname == "organisation_id":
            return self.organisation.pk
        if isinstance(field, models.ForeignKey):
            return self._related(field)
        if field.primary_key:
            return self.key if isinstance(field, models.AutoField | models.BigIntegerField) else self._text(field)
        if isinstance(field, models.CharField | models.TextField) and field.name in SPOKEN:
            return self.mark[: field.max_length]
        if field.has_default() or field.null or field.blank:
            return models.NOT_PROVIDED
        return self._required(field)

    def _related(self, field: models.ForeignKey[Any, Any]) -> Any:
        if field.null and field.related_model not in tenant_models():
            return models.NOT_PROVIDED
        related = self.make(field.related_model)
        if related is None and not field.null:
            raise ValueError(f"needs a {field.related_model.__name__}")
        return related.pk if related else None

    def _required(self, field: models.Field[Any, Any]) -> Any:
        if field.name in BY_NAME:
            return BY_NAME[field.name]
        if isinstance(field, models.EmailField):
            return f"{self.mark}@example.org"
        if isinstance(field, models.CharField | models.TextField):
            return field.choices[0][0] if field.choices else self._text(field)  # type: ignore[index]
        if isinstance(field, models.DateTimeField):
            return NOW
        if isinstance(field, models.DateField):
            return date(2030, 1, 7)
        if isinstance(field, models.BooleanField):
            return False
        if isinstance(field, models.BinaryField):
            return self.mark.encode().ljust(32, b"-")
        if isinstance(field, models.JSONField):
            return {}
        return 1

    def _text(self, field: models.Field[Any, Any]) -> str:
        return self.mark[: field.max_length or 20]


def make_rows(cast: Cast) -> tuple[Rows, Rows]:
    return (
        Rows(cast.lumen, LUMEN_ROW, LUMEN_MARK).make_all(),
        Rows(cast.other, OTHER_ROW, OTHER_MARK).make_all(),
    )


def fingerprint(organisation: Organisation | None = None) -> dict[str, str]:
    """A digest of every watched table, or of one organisation's rows in the tenant tables."""
    with connection.cursor() as cursor:
        tables = [
            table
            for table in connection.introspection.table_names(cursor)
            if not table.startswith(UNWATCHED) and (organisation is None or table in _tenant_tables())
        ]
        where = f" WHERE organisation_id = {organisation.pk}" if organisation else ""
        parts = [
            f"SELECT '{table}', coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t{where}"
            for table in tables
        ]
        with system_scope():
            cursor.execute(" UNION ALL ".join(parts))
            return dict(cursor.fetchall())


_WRITTEN = """
SELECT coalesce(sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
                    + pg_stat_get_xact_tuples_deleted(oid)), 0)
FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND NOT relname LIKE ANY(%s)
"""


def written() -> int:
    """How many rows of watched tables this transaction has written so far, also those it took back. While it stays the
    same no fingerprint can change, and it takes a fraction of one."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [[f"{name}%" for name in UNWATCHED]])
        return int(cursor.fetchone()[0])


def _tenant_tables() -> set[str]:
    return {model._meta.db_table for model in tenant_models()}


def strangers() -> list[str]:
    """Foreign keys from a row of one organisation to a row of another: there must be none."""
    found = []
    with system_scope(), connection.cursor() as cursor:
        for model in tenant_models():
            for field in model._meta.concrete_fields:
                target = field.related_model
                if not isinstance(field, models.ForeignKey) or target not in tenant_models():
                    continue
                table, other = model._meta.db_table, target._meta.db_table  # type: ignore[union-attr]
                cursor.execute(
                    f"SELECT count(*) FROM {table} a JOIN {other} b ON a.{field.column} = b.id"
                    " WHERE a.organisation_id <> b.organisation_id"
                )
                if cursor.fetchone()[0]:
                    found.append(f"{model._meta.label}.{field.name}")
    return found
