"""Whom a command acts for: the product itself, inside one organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campana.config.cli.say import Options, Sorry

if TYPE_CHECKING:
    import argparse

    from campana.accounts.actors import Actor
    from campana.accounts.models import Role


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--organisation", required=True, metavar="SLUG", help="short name of the organisation")


def actor_for(options: Options) -> Actor:
    from campana.accounts import permissions
    from campana.accounts.actors import Actor
    from campana.accounts.models import Organisation

    try:
        organisation = Organisation.objects.get(slug=options.organisation)
    except Organisation.DoesNotExist:
        known = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
        raise Sorry(f"there is no organisation {options.organisation!r}; there are: {known}") from None
    return Actor(organisation, frozenset(permissions.ALL))


def role_of(actor: Actor, key: str) -> Role:
    from campana.accounts.models import Role

    roles = {role.key: role for role in Role.objects.filter(organisation=actor.organisation)}
    if key not in roles:
        raise Sorry(f"there is no role {key!r}; there are: {', '.join(sorted(roles))}")
    return roles[key]
