"""A person's own views of lists. They are nobody else's business, so nothing of it is in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError, transaction

from campana.accounts.actors import Actor
from campana.accounts.models import SavedView, User
from campana.kernel.refusals import Invalid, NotAllowed, NotFound, Refused

MAX_VIEWS: Final = 50
"""A list, for a person."""


class ViewTaken(Refused):
    code = "view_taken"
    detail = "You have a view of this name already."


class ViewUnnamed(Invalid):
    code = "view_unnamed"
    detail = "A view needs a name of at most 60 letters."


class TooManyViews(Refused):
    code = "too_many_views"
    detail = "This list has as many saved views as a person may have: {most}. Delete one first."


def save_view(*, actor: Actor, table: str, name: str, query: str) -> SavedView:
    """Keep what ``query`` shows, with the columns of the moment, under ``name``.

    Raises ViewUnnamed, ViewTaken, TooManyViews."""
    user = _person(actor)
    name = name.replace("\0", "").strip()
    if not 0 < len(name) <= 60 or len(table) > 40 or len(query) > 2000:
        raise ViewUnnamed(field="name")
    mine = SavedView.objects.filter(user=user, organisation=actor.organisation, table=table)
    if mine.count() > MAX_VIEWS:
        raise TooManyViews(most=MAX_VIEWS)
    plain = mine.filter(name="").first()
    try:
        with transaction.atomic():
            return SavedView.objects.create(
                organisation=actor.organisation,
                user=user,
                table=table,
                name=name,
                query=query.replace("\0", "").removeprefix("?"),
                columns=plain.columns if plain else None,
            )
    except IntegrityError:
        raise ViewTaken(field="name") from None


def choose_columns(*, actor: Actor, table: str, columns: Sequence[str], view: int | None = None) -> None:
    """The columns of a saved view, or of the list where no view is open. Raises NotFound."""
    user, kept = _person(actor), [column[:40] for column in columns if "\0" not in column][:40]
    mine = SavedView.objects.filter(user=user, organisation=actor.organisation, table=table[:40])
    if view is not None:
        if not mine.filter(pk=view).update(columns=kept):
            raise NotFound(kind="view")
        return
    with transaction.atomic():
        if not mine.filter(name="").update(columns=kept):
            SavedView.objects.bulk_create(
                [SavedView(organisation=actor.organisation, user=user, table=table[:40], columns=kept)],
                ignore_conflicts=True,
            )


def delete_view(*, actor: Actor, view: int) -> SavedView:
    """Raises NotFound, also for a view of somebody else."""
    found = SavedView.objects.filter(user=_person(actor), organisation=actor.organisation, pk=view).first()
    if found is None:
        raise NotFound(kind="view")
    found.delete()
    return found


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise NotAllowed(permission="")
    return actor.user
