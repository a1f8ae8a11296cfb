"""What several pages answer with."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from campana.kernel.refusals import Invalids, Refused
from campana.ui.words import refusal_words


def go(request: HttpRequest, address: str) -> HttpResponse:
    """On to another page, for a form and for htmx alike."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address, status=303)


def tell(form: forms.Form, refused: Refused) -> int:
    """Put a refusal to the fields it is about; its status."""
    problems = refused.problems if isinstance(refused, Invalids) else [refused]
    for problem in problems:
        form.add_error(problem.field if problem.field in form.fields else None, refusal_words(problem))
    return refused.status


def base_of(request: HttpRequest) -> str:
    """``https://calls.example.org``; the host was checked against the allowed ones."""
    return f"{request.scheme}://{request.get_host()}"
