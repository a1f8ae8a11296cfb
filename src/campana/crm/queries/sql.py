"""Django's SQL of a queryset, to be a part of a larger statement."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet


def sql_of(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    """Statement and parameters. ``sql_with_params`` raises where nothing can match; this says so in SQL."""
    sql, parameters = rows.query.get_compiler(connection=connection, elide_empty=False).as_sql()
    return sql, tuple(parameters)
