"""A rule that says no becomes a page, or for a fragment a notice that takes its place in ``#says``."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from campana.kernel.refusals import Refused
from campana.ui.words import refusal_words


class Refusals:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused_answer(request, exception) if isinstance(exception, Refused) else None


def refused_answer(request: HttpRequest, refused: Refused) -> HttpResponse:
    words = {"words": refusal_words(refused), "code": refused.code}
    if request.headers.get("HX-Request"):
        response = render(request, "ui/_refused.html", words, status=refused.status)
        response.headers["HX-Retarget"] = "#says"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    page = {403: "403.html", 404: "404.html"}.get(refused.status, "409.html")
    return render(request, page, words, status=refused.status)
