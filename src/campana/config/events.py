"""The stream of changes alone, for one granian ASGI process beside workers that serve the pages."""

from __future__ import annotations

import os

import django

from campana.config.child import watch_parent_if_supervised
from campana.config.loaded import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campana.config.settings")
django.setup()
watch_parent_if_supervised()

from campana.supervision.events import application  # noqa: E402

keep_what_is_loaded()

__all__ = ["application"]
