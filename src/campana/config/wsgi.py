"""Pages and API, served by granian's WSGI workers."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campana.config.settings")
application = get_wsgi_application()
