"""The language switch. ``access`` is what ``accounts.access.public`` sets; accounts stand above this app."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    way = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(way, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        way = "/"
    response = HttpResponseRedirect(way)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=366 * 24 * 3600,
            samesite="Lax",
            secure=bool(settings.SESSION_COOKIE_SECURE),
            httponly=True,
        )
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            user.language = language
            user.save(update_fields=["language"])
    return response


choose_language.access = "public"  # type: ignore[attr-defined]
