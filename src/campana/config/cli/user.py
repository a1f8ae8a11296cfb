"""``bin/campana user create|reset-password|list``"""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

from campana.config.cli.database import database
from campana.config.cli.organisation import actor_for, add_arguments, role_of
from campana.config.cli.say import Options, Parsers, Sorry
from campana.kernel.clock import utc_now

if TYPE_CHECKING:
    import argparse


def add(parsers: Parsers) -> None:
    parser = parsers.add_parser("user", help="people who sign in")
    verbs = parser.add_subparsers(required=True, metavar="create|reset-password|list")
    create = verbs.add_parser("create", help="an active person; prints the generated password")
    add_arguments(create)
    create.add_argument("--email", required=True)
    create.add_argument("--name", required=True)
    create.add_argument("--role", required=True, help="administrator, supervisor, employee, operator or your own")
    _password(create)
    create.set_defaults(run=run_create)
    reset = verbs.add_parser("reset-password", help="a new password, also for somebody who is locked out")
    reset.add_argument("--email", required=True)
    _password(reset)
    reset.set_defaults(run=run_reset)
    shown = verbs.add_parser("list", help="address, role and state")
    add_arguments(shown)
    shown.set_defaults(run=run_list)


def _password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from the first line of standard input"
    )


def _chosen(options: Options) -> tuple[str, bool]:
    """The password, and whether it was generated (then it must be shown)."""
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\n"), False
    return secrets.token_urlsafe(12), True


def run_create(options: Options) -> int:
    with database():
        from campana.accounts.operations.create_user import create_user
        from campana.kernel.refusals import Refused
        from campana.tenancy import organisation_scope

        actor = actor_for(options)
        password, generated = _chosen(options)
        with organisation_scope(actor.organisation.pk):
            role = role_of(actor, options.role)
            try:
                create_user(
                    actor=actor, email=options.email, name=options.name, role=role, password=password, now=utc_now()
                )
            except Refused as refused:
                raise Sorry(str(refused)) from refused
        if generated:
            print(password)
    return 0


def run_reset(options: Options) -> int:
    with database():
        from campana.accounts import permissions
        from campana.accounts.actors import Actor
        from campana.accounts.models import User
        from campana.accounts.operations.door import open_door
        from campana.accounts.operations.passwords import set_password
        from campana.kernel.refusals import Refused
        from campana.tenancy import organisation_scope, system_scope

        with system_scope():
            user = User.objects.select_related("organisation").filter(email__iexact=options.email).first()
        if user is None:
            raise Sorry(f"nobody has the address {options.email}")
        password, generated = _chosen(options)
        actor = Actor(user.organisation, frozenset(permissions.ALL))
        with organisation_scope(user.organisation.pk):
            try:
                set_password(actor=actor, user=user, password=password, now=utc_now())
            except Refused as refused:
                raise Sorry(str(refused)) from refused
            open_door(email=user.email)
        if generated:
            print(password)
    return 0


def run_list(options: Options) -> int:
    with database():
        from campana.accounts.models import User
        from campana.tenancy import organisation_scope

        actor = actor_for(options)
        with organisation_scope(actor.organisation.pk):
            people = User.objects.filter(organisation=actor.organisation).select_related("role").order_by("email")
            for user in people:
                print(f"{user.email:40} {user.role.key:15} {user.state}{' (owner)' if user.is_owner else ''}")
    return 0
