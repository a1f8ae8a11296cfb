"""Nobody gets further than he may, and no tenancy scope outlives its request."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from campana.accounts import permissions
from campana.accounts.access import public, requires, signed_in
from campana.accounts.models import Role
from campana.kernel.refusals import NotFound
from support.cast import Cast, sign_in

HTMX = {"HX-Request": "true"}


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("reached")


@public
def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{scope_of_the_connection()} {Role.objects.count()}")


@signed_in
def scoped(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{scope_of_the_connection()} {Role.objects.count()}")


@signed_in
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("boom")


@signed_in
def refusing(request: HttpRequest) -> HttpResponse:
    raise NotFound(kind="bell")


@requires(permissions.AUDIT_VIEW)
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse("reached")


urlpatterns = [
    path("unmarked", unmarked),
    path("open", open_to_all),
    path("scoped", scoped),
    path("broken", broken),
    path("refusing", refusing),
    path("guarded", guarded),
    path("", include("campana.accounts.web.urls")),
]
pytestmark = pytest.mark.urls(__name__)


def scope_of_the_connection() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('campana.organisation', true), ''),"
            " coalesce(current_setting('campana.system', true), '')"
        )
        return ",".join(cursor.fetchone())


def test_a_view_that_says_nothing_is_denied_to_everybody(client: Client, cast: Cast) -> None:
    assert client.get("/unmarked").status_code == 302
    sign_in(client, cast.ada)
    assert client.get("/unmarked", headers=HTMX).status_code == 403


def test_an_anonymous_browser_is_sent_to_the_door_and_back(client: Client, cast: Cast) -> None:
    answer = client.get("/guarded?page=2")
    assert answer.status_code == 302
    assert answer["Location"] == "/session?next=%2Fguarded%3Fpage%3D2"


def test_an_anonymous_post_is_sent_to_the_door_without_a_way_back(client: Client, cast: Cast) -> None:
    assert client.post("/guarded")["Location"] == "/session"


def test_who_posts_after_the_end_of_his_session_comes_back_to_the_page_he_wrote_on(client: Client, cast: Cast) -> None:
    answer = client.post("/guarded", headers={"Referer": "http://testserver/guarded?page=2"})
    assert answer["Location"] == "/session?next=http%3A%2F%2Ftestserver%2Fguarded%3Fpage%3D2"


def test_an_anonymous_fragment_request_makes_the_page_go_to_the_door(client: Client, cast: Cast) -> None:
    answer = client.get("/guarded", headers={**HTMX, "HX-Current-URL": "http://testserver/guarded"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith("/session?next=")


def test_a_permission_opens_its_route_and_a_missing_one_does_not(client: Client, cast: Cast) -> None:
    sign_in(client, cast.ada)
    assert client.get("/guarded").content == b"reached"
    sign_in(client, cast.carol)
    answer = client.get("/guarded", headers=HTMX)
    assert answer.status_code == 403
    assert "Read the audit log" in answer.content.decode()
    assert "audit.view" not in answer.content.decode()


def test_the_scope_is_the_organisation_of_the_person_and_ends_with_the_request(client: Client, cast: Cast) -> None:
    sign_in(client, cast.alice)
    assert client.get("/scoped").content.decode() == f"{cast.lumen.pk}, 4"
    assert scope_of_the_connection() == ","
    sign_in(client, cast.dave)
    assert client.get("/scoped").content.decode() == f"{cast.other.pk}, 4"
    assert scope_of_the_connection() == ","


def test_an_anonymous_request_after_a_scoped_one_sees_no_tenant_row(client: Client, cast: Cast) -> None:
    sign_in(client, cast.alice)
    client.get("/scoped")
    client.logout()
    assert client.get("/open").content.decode() == ", 0"


def test_the_scope_ends_when_the_view_breaks(client: Client, cast: Cast) -> None:
    sign_in(client, cast.alice)
    with pytest.raises(RuntimeError):
        client.get("/broken")
    assert scope_of_the_connection() == ","


def test_a_refusal_is_a_status_and_a_sentence(client: Client, cast: Cast) -> None:
    sign_in(client, cast.alice)
    answer = client.get("/refusing", headers=HTMX)
    assert answer.status_code == 404
    assert "belongs to another organisation" in answer.content.decode()


def test_an_inactive_person_is_out_at_the_next_request(client: Client, cast: Cast) -> None:
    sign_in(client, cast.alice)
    type(cast.alice).objects.filter(pk=cast.alice.pk).update(state="inactive")
    assert client.get("/scoped").status_code == 302
