"""``bin/campana apikey create|list|revoke``"""

from __future__ import annotations

from datetime import timedelta

from campana.config.cli.database import database
from campana.config.cli.organisation import actor_for, add_arguments, role_of
from campana.config.cli.say import Options, Parsers, Sorry
from campana.kernel.clock import utc_now


def add(parsers: Parsers) -> None:
    parser = parsers.add_parser("apikey", help="keys of programs for the REST API")
    verbs = parser.add_subparsers(required=True, metavar="create|list|revoke")
    create = verbs.add_parser("create", help="make a key and print it, alone; it can not be shown again")
    add_arguments(create)
    create.add_argument("--role", required=True, help="administrator, supervisor, employee, operator or your own")
    create.add_argument("--name", default="command line", help="what screens call the key")
    create.add_argument("--days", type=int, help="days until it expires (never)")
    create.set_defaults(run=run_create)
    shown = verbs.add_parser("list", help="prefix, role, name, last use and end of the keys that are valid")
    add_arguments(shown)
    shown.set_defaults(run=run_list)
    revoke = verbs.add_parser("revoke", help="close a key for ever")
    add_arguments(revoke)
    revoke.add_argument("prefix", help="as bin/campana apikey list shows it")
    revoke.set_defaults(run=run_revoke)


def run_create(options: Options) -> int:
    with database():
        from campana.accounts.operations.api_keys import create_api_key
        from campana.kernel.refusals import Refused
        from campana.tenancy import organisation_scope

        actor, now = actor_for(options), utc_now()
        try:
            expires = now + timedelta(days=options.days) if options.days is not None else None
        except OverflowError:
            raise Sorry(f"no key lasts {options.days} days; leave --days out for one without end") from None
        with organisation_scope(actor.organisation.pk):
            role = role_of(actor, options.role)
            try:
                _, secret = create_api_key(actor=actor, name=options.name, role=role, now=now, expires_at=expires)
            except Refused as refused:
                raise Sorry(str(refused)) from refused
        print(secret)
    return 0


def run_list(options: Options) -> int:
    with database():
        from campana.accounts.models import ApiKey
        from campana.tenancy import organisation_scope

        actor = actor_for(options)
        with organisation_scope(actor.organisation.pk):
            keys = ApiKey.objects.filter(organisation=actor.organisation, revoked_at=None).select_related("role")
            for key in keys.order_by("-created_at"):
                used = f"used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used"
                ends = f"until {key.expires_at:%Y-%m-%d %H:%M} UTC" if key.expires_at else "without end"
                print(f"{key.prefix}  {key.role.key:15} {key.name}  ({used}, {ends})")
    return 0


def run_revoke(options: Options) -> int:
    with database():
        from campana.accounts.models import ApiKey
        from campana.accounts.operations.api_keys import revoke_api_key
        from campana.tenancy import organisation_scope

        actor = actor_for(options)
        with organisation_scope(actor.organisation.pk):
            key = ApiKey.objects.filter(organisation=actor.organisation, prefix=options.prefix).first()
            if key is None:
                raise Sorry(f"there is no key {options.prefix!r} in {options.organisation}")
            revoke_api_key(actor=actor, key=key, now=utc_now())
    return 0
