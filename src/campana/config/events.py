"""The stream of changes alone, for one granian ASGI process beside workers that serve the pages."""

from __future__ import annotations

import gc
import os

import django

from campana.config.child import watch_parent_if_supervised

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campana.config.settings")
django.setup()
watch_parent_if_supervised()

from campana.supervision.events import application  # noqa: E402

gc.collect()
gc.freeze()  # what was loaded lives as long as the process: looking through it would hold up thousands of streams

__all__ = ["application"]
