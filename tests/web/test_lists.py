"""Lists: order, columns, saved views, and what is done with ticked rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from campana.accounts.models import AuditEntry, SavedView, User
from campana.crm.models import Contact, ContactGroup, ContactGroupMember, ContactNumber, Suppression
from campana.tenancy import system_scope
from support.cast import NOW, Cast, person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def everything(db: None) -> Iterator[None]:
    with system_scope():
        yield


def client_of(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


@pytest.fixture
def ada(cast: Cast) -> Client:
    return client_of(cast.ada)


@pytest.fixture
def contacts(cast: Cast) -> list[Contact]:
    with system_scope():
        made = []
        for name in ("Žofie", "anna", "Boris"):
            search = {"Žofie": "zofie"}.get(name, name.lower())
            row = Contact.objects.create(
                organisation=cast.lumen, name=name, search=search, created_at=NOW, updated_at=NOW
            )
            ContactNumber.objects.create(organisation=cast.lumen, contact=row, position=1, number="420606000111")
            made.append(row)
        return made


def names(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    return re.findall(r'<th scope="row"><a href="/contacts/\d+">([^<]+)</a>', page)


def test_a_heading_sorts_and_sorts_the_other_way(ada: Client, contacts: list[Contact]) -> None:
    assert names(ada, "/contacts") == ["Boris", "anna", "Žofie"]
    assert names(ada, "/contacts?sort=name") == ["anna", "Boris", "Žofie"]
    page = ada.get("/contacts?sort=name").content.decode()
    assert '<th scope="col" class="" aria-sort="ascending"><a href="?sort=-name">Full name</a>' in page
    assert names(ada, "/contacts?sort=-name") == ["Žofie", "Boris", "anna"]


def test_an_order_that_no_index_carries_is_not_offered(ada: Client, contacts: list[Contact]) -> None:
    page = ada.get("/contacts?sort=email").content.decode()
    assert "sort=email" not in re.sub(r'name="(sort|next|query)"[^>]*', "", page)
    assert names(ada, "/contacts?sort=email") == ["Boris", "anna", "Žofie"]


def test_columns_are_remembered_for_the_person(ada: Client, cast: Cast, contacts: list[Contact]) -> None:
    answer = ada.post("/lists/contacts/columns", {"column": ["phone", "zone", "nonsense"], "next": "/contacts?q=an"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/contacts?q=an")
    heads = re.findall(r'scope="col" class="[^"]*"(?: aria-sort="\w+")?>(?:<a[^>]*>)?([^<]+)', body(ada, "/contacts"))
    assert heads == ["Full name", "Phone", "Time zone"]
    assert "E-mail</th>" in body(client_of(cast.carol), "/contacts")


def test_a_view_is_saved_opened_and_deleted(ada: Client, contacts: list[Contact]) -> None:
    answer = ada.post("/lists/contacts/views", {"name": "All A", "query": "?q=an&sort=name", "next": "/contacts?q=an"})
    (kept,) = SavedView.objects.all()
    assert answer.headers["Location"] == f"/contacts?q=an&sort=name&view={kept.pk}"
    assert f'<a href="?q=an&amp;sort=name&amp;view={kept.pk}" aria-current="true">All A</a>' in body(
        ada, answer.headers["Location"]
    )
    ada.post("/lists/contacts/columns", {"column": ["zone"], "view": kept.pk, "next": "/contacts"})
    assert "Time zone</th>" in body(ada, answer.headers["Location"])
    assert "Time zone</th>" not in body(ada, "/contacts")
    assert ada.post("/lists/contacts/views", {"name": "all a", "query": ""}).status_code == 409
    assert ada.delete(f"/lists/views/{kept.pk}?next=/contacts", headers={"HX-Request": "true"}).status_code == 204
    assert not SavedView.objects.filter(name="All A").exists()


def test_a_view_belongs_to_its_person_alone(ada: Client, cast: Cast, contacts: list[Contact]) -> None:
    ada.post("/lists/contacts/views", {"name": "Mine", "query": ""})
    (kept,) = SavedView.objects.all()
    carol = client_of(cast.carol)
    assert "Mine" not in body(carol, f"/contacts?view={kept.pk}")
    assert carol.delete(f"/lists/views/{kept.pk}").status_code == 404
    assert carol.post("/lists/contacts/columns", {"column": ["zone"], "view": kept.pk}).status_code == 404
    kept.refresh_from_db()
    assert kept.columns is None


def test_the_way_back_never_leaves_the_site(ada: Client) -> None:
    for way in ("https://elsewhere.example/", "//elsewhere.example/x", "/\\elsewhere.example"):
        answer = ada.post("/lists/contacts/columns", {"column": [], "next": way})
        assert answer.headers["Location"] == "/"


def test_ticked_contacts_join_a_group(ada: Client, cast: Cast, contacts: list[Contact]) -> None:
    group = ContactGroup.objects.create(organisation=cast.lumen, name="VIP", created_at=NOW)
    tick(ada, contacts[:2], act="group", group=group.pk)
    assert set(ContactGroupMember.objects.values_list("contact", flat=True)) == {contacts[0].pk, contacts[1].pk}


def test_ticked_contacts_get_an_owner_and_lose_him(ada: Client, cast: Cast, contacts: list[Contact]) -> None:
    tick(ada, contacts[1:], act="owner", owner=cast.carol.pk)
    assert list(Contact.objects.order_by("pk").values_list("owner", "version")) == [
        (None, 1),
        (cast.carol.pk, 2),
        (cast.carol.pk, 2),
    ]
    assert AuditEntry.objects.filter(action="contact.update").count() == 2
    tick(ada, contacts, act="owner", owner="")
    assert not Contact.objects.filter(owner__isnull=False).exists()
    assert tick(ada, contacts, act="owner", owner=cast.dave.pk, status=422)


def test_ticked_contacts_are_not_called_any_more(ada: Client, contacts: list[Contact]) -> None:
    for _ in range(2):
        tick(ada, contacts[:2], act="suppress", reason="complaint", note="Twice on a Sunday")
    assert list(Suppression.objects.order_by("contact").values_list("contact", "reason", "note")) == [
        (contacts[0].pk, "complaint", "Twice on a Sunday"),
        (contacts[1].pk, "complaint", "Twice on a Sunday"),
    ]


def test_ticked_contacts_go_to_the_recycle_bin(ada: Client, contacts: list[Contact]) -> None:
    tick(ada, contacts[:2], act="delete")
    assert names(ada, "/contacts") == ["Boris"]
    assert AuditEntry.objects.filter(action="contact.delete").count() == 2


def test_ticked_contacts_are_exported_without_formulas(ada: Client, cast: Cast, contacts: list[Contact]) -> None:
    Contact.objects.filter(pk=contacts[0].pk).update(name='=HYPERLINK("x")')
    lines = tick(ada, contacts[:2], act="export", status=200).split("\r\n")
    assert lines[0].startswith("\ufeffFull name,Phone")
    assert lines[1].startswith("anna,'+420 606 000 111,")
    assert lines[2].startswith("\"'=HYPERLINK(")
    assert AuditEntry.objects.get(action="contact.export").after == {"contacts": 2}


def test_acts_are_for_those_who_may(cast: Cast, contacts: list[Contact], role_of: Callable[..., Client]) -> None:
    viewer = role_of("contacts.view")
    page = body(viewer, "/contacts")
    assert "data-ticks" not in page
    assert "data-bulk" not in page
    for act in ("group", "owner", "suppress", "delete", "export"):
        answer = viewer.post("/contacts/ticked", {"act": act, "ids": contacts[0].pk, "group": 1, "reason": "opt_out"})
        assert answer.status_code in {403, 404}, act
    assert Contact.objects.filter(deleted_at__isnull=True).count() == 3


def test_contacts_of_others_stay_as_they_are(cast: Cast, contacts: list[Contact]) -> None:
    dave = client_of(cast.dave)
    tick(dave, contacts, act="delete")
    assert Contact.objects.filter(deleted_at__isnull=True).count() == 3


def test_nothing_ticked_is_told(ada: Client) -> None:
    tick(ada, [], act="delete", status=409)
    tick(ada, [], act="nonsense", status=409)


@pytest.fixture
def role_of(cast: Cast) -> Callable[..., Client]:
    def make(*permissions: str) -> Client:
        with system_scope():
            someone = person(cast.lumen, "Someone", "operator")
            someone.role.permissions = list(permissions)
            someone.role.save()
        return client_of(someone)

    return make


def body(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def tick(client: Client, rows: list[Contact], *, act: str, status: int = 303, **answers: object) -> str:
    given = {"act": act, "ids": [row.pk for row in rows], "next": "/contacts", **answers}
    answer = client.post("/contacts/ticked", given)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()
