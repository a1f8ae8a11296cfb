"""What every page shares: components, language, zone, headers, static files, refusals in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.template import RequestContext, Template
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from campana.kernel.refusals import NotFound, Refused
from campana.ui.middleware.headers import POLICY
from campana.ui.middleware.refusals import Refusals

NOON = datetime(2026, 11, 20, 13, 32, 7, tzinfo=UTC)


def render(source: str, *, language: str = "en", zone: str = "Europe/Prague", **context: object) -> str:
    request = RequestFactory().get("/")
    request.now = NOON  # type: ignore[attr-defined]
    with translation.override(language), timezone.override(zone):
        return Template("{% load ui %}" + source).render(RequestContext(request, context))


def test_a_time_of_today_shows_the_clock_and_its_zone() -> None:
    assert ">14:32 CET<" in render("{% when at %}", at=NOON)


def test_a_time_of_another_day_shows_the_day_too() -> None:
    assert ">Nov 18 14:32 CET<" in render("{% when at %}", at=NOON - timedelta(days=2))


def test_a_zone_without_an_abbreviation_is_told_by_its_distance() -> None:
    assert "20:32 GMT+7" in render("{% when at %}", at=NOON, zone="Asia/Ho_Chi_Minh")


def test_numbers_follow_the_language() -> None:
    assert render("{% number 12345.6 1 %}") == "12,345.6"
    assert render("{% number 12345.6 1 %}", language="cs") == "12\xa0345,6"
    assert render("{% percent 0.467 1 1 %}", language="ru") == "46,7\xa0%"


def test_a_state_is_a_shape_a_word_and_a_colour() -> None:
    html = render('{% state_of "campaign" "paused" %}')
    assert "is-paused" in html
    assert "#paused" in html
    assert "Paused" in html


def test_an_unknown_code_is_never_shown_raw() -> None:
    html = render('{% state_of "task" "quux" %}')
    assert "quux" not in html
    assert "Not known" in html


def test_a_field_ties_hint_and_error_to_its_control() -> None:
    html = render('{% field "max" label="Attempts" value="0" hint="1 to 50" error="At least 1." %}')
    assert '<label for="id_max">Attempts</label>' in html
    assert 'aria-describedby="id_max-hint id_max-wrong"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_max-wrong"' in html


def test_pages_carry_the_policy_and_static_files_are_kept_for_ever(client: Client) -> None:
    from django.templatetags.static import static

    page = client.get("/no-such-page")
    assert page.headers["Content-Security-Policy"] == POLICY
    assert "microphone=(self)" in page.headers["Permissions-Policy"]
    for name in ("ui/css/campana.css", "ui/vendor/htmx.min.js", "ui/vendor/icons.svg"):
        answer = client.get(static(name))
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert ("Content-Security-Policy" in answer.headers) is not name.endswith(".css"), name
        assert "Permissions-Policy" not in answer.headers


def refuse(error: Exception, **headers: str) -> HttpResponse | None:
    request = RequestFactory().post("/", headers=headers)
    request.now = NOON  # type: ignore[attr-defined]
    return Refusals(lambda r: HttpResponse()).process_exception(request, error)


class Busy(Refused):
    code = "busy"
    detail = "{name} is talking now."


def test_a_refusal_becomes_a_page_with_its_words() -> None:
    answer = refuse(Busy(name="Petra"))
    assert answer is not None
    assert answer.status_code == 409
    assert "Petra is talking now." in answer.content.decode()


def test_a_refused_fragment_says_so_in_its_own_place() -> None:
    answer = refuse(NotFound(kind="campaign"), **{"HX-Request": "true"})
    assert answer is not None
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#says"
    assert "<html" not in answer.content.decode()


def test_other_exceptions_are_not_ours() -> None:
    assert refuse(ValueError("x")) is None


@pytest.mark.django_db
def test_the_language_switch_stays_inside_the_site(client: Client) -> None:
    answer = client.post("/language", {"language": "vi", "next": "https://elsewhere.example/x"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
    assert answer.cookies["campana_language"].value == "vi"


def test_the_page_of_a_request_names_its_language(client: Client) -> None:
    client.cookies["campana_language"] = "cs"
    assert client.get("/no-such-page").headers["Content-Language"] == "cs"


def test_languages_call_themselves_by_their_own_names() -> None:
    html = render('{% include "ui/_languages.html" %}', language="vi")
    for name in ("English", "Tiếng Việt", "Čeština", "Русский"):
        assert f">{name}</button>" in html
