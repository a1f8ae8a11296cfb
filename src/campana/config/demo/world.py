"""Fills an empty database with the demo: migrations, the organisation, its people, a campaign with contacts.

Run as a process of its own, so that the supervisor stays small: ``python -m campana.config.demo.world``.
"""

from __future__ import annotations

import argparse
import os
import sys


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="campana.config.demo.world")
    parser.add_argument("--contacts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campana.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.conf import settings

    from campana.config.home import Home, write_private

    write_private(Home(settings.DATA_DIR).sign_ins, "[]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
