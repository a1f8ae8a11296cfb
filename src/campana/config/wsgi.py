"""Pages and API, served by granian's WSGI workers."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from campana.config.child import watch_parent_if_supervised
from campana.config.loaded import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campana.config.settings")
application = get_wsgi_application()
keep_what_is_loaded()
watch_parent_if_supervised()
