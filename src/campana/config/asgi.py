"""The stream of changes, served by one granian ASGI worker beside the pages."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campana.config.settings")
django.setup()

from campana.supervision.events import application  # noqa: E402

__all__ = ["application"]
