"""In whose language and on whose clock a page is written.

Language: the person's, then the cookie of the language switch, then what the browser asks for.
Zone: the person's, then the organisation's. ``request.now`` is the instant of the request.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from campana.kernel.clock import is_zone, utc_now


class Reader:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.now = utc_now()  # type: ignore[attr-defined]
        zone = zone_of(request)
        with translation.override(language_of(request)), timezone.override(zone):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


def language_of(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    chosen = getattr(user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in dict(settings.LANGUAGES):
        return str(chosen)
    return translation.get_language_from_request(request)


def zone_of(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    actor = getattr(request, "actor", None)
    organisation = getattr(actor, "organisation", None)
    for zone in (getattr(user, "time_zone", ""), getattr(organisation, "time_zone", "")):
        if zone and is_zone(zone):
            return str(zone)
    return "UTC"
