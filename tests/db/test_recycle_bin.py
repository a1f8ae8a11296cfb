"""Deleted contacts: off every campaign at once, back on request, erased for good after thirty days (CRM-010)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from campana.accounts.models import AuditEntry, User
from campana.crm.models import Contact, ContactNumber
from campana.crm.operations import delete_contact
from campana.crm.operations.recycle import KEPT, empty_bin, erase_contacts, restore_contacts
from campana.crm.queries.contacts import contacts
from campana.crm.queries.recycle import deleted
from campana.kernel.refusals import NotAllowed
from campana.runtime.selection import cards
from campana.tenancy import organisation_scope, system_scope
from support import campaigns as make
from support.api import ApiClient
from support.cast import NOW, Cast, actor, api_key, person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def binned(cast: Cast, count: int = 1) -> list[int]:
    made = make.contacts(cast.lumen, count)
    for contact in made:
        delete_contact(actor=actor(cast.ada), contact=contact, now=NOW)
    return [contact.pk for contact in made]


def test_a_deleted_contact_is_not_dialled_any_more(lumen: Cast) -> None:
    one, other = make.contacts(lumen.lumen, 2)
    campaign = make.built(lumen, [one, other])
    delete_contact(actor=actor(lumen.ada), contact=one, now=NOW)
    found = cards([task.pk for task in make.tasks(campaign)], frequency_cap=0, now=NOW)
    assert [(card.contact_id, len(card.numbers)) for card in found] == [(one.pk, 0), (other.pk, 1)]


def test_what_was_deleted_comes_back_as_it_was(lumen: Cast) -> None:
    [pk] = binned(lumen)
    assert not contacts(lumen.lumen).filter(pk=pk).exists()
    assert restore_contacts(actor=actor(lumen.ada), ids=[pk], now=NOW) == 1
    assert contacts(lumen.lumen).get(pk=pk).numbers.count() == 1
    assert restore_contacts(actor=actor(lumen.ada), ids=[pk], now=NOW) == 0, "a second press finds nothing to do"
    assert AuditEntry.objects.filter(action="contact.restore", object_id=str(pk)).count() == 1


def test_only_the_owner_erases_and_nothing_of_the_person_is_left(lumen: Cast) -> None:
    [pk] = binned(lumen)
    Contact.objects.filter(pk=pk).update(email="x@y.example", fields={"city": "Brno"}, external_id="7")
    second = person(lumen.lumen, "Second", "administrator")
    for somebody in (actor(lumen.carol), actor(second)):
        with pytest.raises(NotAllowed):
            erase_contacts(actor=somebody, ids=[pk], now=NOW)
    assert erase_contacts(actor=actor(lumen.ada), ids=[pk], now=NOW) == 1
    row = Contact.objects.get(pk=pk)
    assert (row.name, row.email, row.fields, row.search, row.external_id) == ("", "", {}, "", "")
    assert not ContactNumber.objects.filter(contact=pk).exists()
    assert restore_contacts(actor=actor(lumen.ada), ids=[pk], now=NOW) == 0


def test_what_is_not_deleted_is_neither_restored_nor_erased(lumen: Cast) -> None:
    [alive] = make.contacts(lumen.lumen, 1)
    assert erase_contacts(actor=actor(lumen.ada), ids=[alive.pk], now=NOW) == 0
    assert contacts(lumen.lumen).get(pk=alive.pk).name == alive.name


def test_the_bin_is_emptied_after_thirty_days(lumen: Cast) -> None:
    old, young = binned(lumen, 2)
    Contact.objects.filter(pk=young).update(deleted_at=NOW + timedelta(hours=1))
    assert empty_bin(actor=actor(lumen.ada), now=NOW + KEPT - timedelta(seconds=1)) == 0
    assert empty_bin(actor=actor(lumen.ada), now=NOW + KEPT) == 1
    assert list(deleted(lumen.lumen).values_list("pk", flat=True)) == [young]
    assert AuditEntry.objects.get(action="contact.erase").object_id == str(old)


def test_the_page_restores_for_administrators_and_erases_for_the_owner(cast: Cast, client: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        one, other = binned(cast, 2)
    where = "/contacts/recycle-bin"
    for user, status in ((cast.alice, 403), (cast.carol, 403)):
        sign_in(client, user)
        assert client.get(where).status_code == status
        assert client.post(f"{where}/ticked", {"ids": one, "act": "restore"}).status_code == status
    User.objects.filter(pk=cast.ada.pk).update(is_owner=False)
    sign_in(client, cast.ada)
    page = client.get(where).content.decode()
    assert "Person 420601000000" in page
    assert "Erase…" not in page
    assert client.post(f"{where}/ticked", {"ids": one, "act": "erase"}).status_code == 403
    assert client.post(f"{where}/ticked", {"ids": one, "act": "restore"}).status_code == 303
    assert "no longer" in client.post(f"{where}/ticked", {"ids": one, "act": "restore"}, follow=True).content.decode()
    User.objects.filter(pk=cast.ada.pk).update(is_owner=True)
    assert "Erase…" in client.get(where).content.decode()
    assert client.post(f"{where}/ticked", {"ids": other, "act": "erase"}).status_code == 303
    with system_scope():
        assert contacts(cast.lumen).filter(pk=one).exists()
        assert Contact.objects.get(pk=other).name == ""
    assert "The recycle bin is empty" in client.get(where).content.decode()


def test_the_api_lists_and_restores(cast: Cast) -> None:
    with organisation_scope(cast.lumen.pk):
        [pk] = binned(cast)
    client = ApiClient(api_key(cast.lumen))
    assert [row["id"] for row in client.get("/deleted-contacts").json()["items"]] == [pk]
    assert client.get(f"/contacts/{pk}").status_code == 404
    assert client.call("PUT", f"/deleted-contacts/{pk}/restoration").json()["id"] == pk
    assert client.call("PUT", f"/deleted-contacts/{pk}/restoration").status_code == 404
    assert client.get(f"/contacts/{pk}").status_code == 200
    assert ApiClient(api_key(cast.lumen, "supervisor")).get("/deleted-contacts").status_code == 403
