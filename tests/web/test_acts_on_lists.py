"""One act on everything a list of contacts shows: the number is named, a job does it, somebody may stop it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from campana.accounts.models import AuditEntry
from campana.crm.models import Contact, ContactAct, ContactGroup, ContactGroupMember, Suppression
from campana.crm.operations import all_matching
from campana.kernel.clock import utc_now
from campana.tenancy import organisation_scope, system_scope
from support.cast import NOW, Cast, actor, sign_in
from support.jobs import do_waiting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Twelve of Lumen's, seven of them called Nova, and one of somebody else; helpings of three."""
    monkeypatch.setattr(all_matching, "HELPING", 3)
    with system_scope():
        names = [f"nova {n}" if n < 7 else f"other {n}" for n in range(12)]
        rows = [Contact(organisation=cast.lumen, name=name, search=name) for name in names]
        rows.append(Contact(organisation=cast.dave.organisation, name="nova", search="nova"))
        for row in rows:
            row.created_at = row.updated_at = NOW
        Contact.objects.bulk_create(rows)
        yield


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client()
    sign_in(client, cast.ada)
    return client


def asked(client: Client, **values: str) -> ContactAct:
    answer = client.post("/contacts/acts", {"q": "nova", "expected": "7", **values})
    assert answer.status_code == 303, answer.content.decode()
    return ContactAct.objects.latest("pk")


def test_the_list_leads_to_a_page_that_names_the_number(ada: Client) -> None:
    assert 'href="/contacts/acts?q=nova"' in ada.get("/contacts?q=nova").content.decode()
    page = ada.get("/contacts/acts?q=nova").content.decode()
    assert "<b>7 contacts</b>" in page
    assert "Delete 7 contacts" in page


def test_all_that_match_and_nobody_else_goes_to_the_bin(ada: Client, cast: Cast) -> None:
    act = asked(ada, act="delete")
    assert Contact.objects.filter(deleted_at__isnull=False).count() == 0
    assert "Stop…" in ada.get(f"/contacts/acts/{act.pk}").content.decode()
    do_waiting()
    gone = Contact.objects.filter(deleted_at__isnull=False)
    assert sorted(gone.values_list("name", flat=True)) == [f"nova {n}" for n in range(7)]
    act.refresh_from_db()
    assert (act.state, act.done, act.changed, act.total) == ("finished", 7, 7, 7)
    assert AuditEntry.objects.get(action="contact.all_delete").after == {"contacts": 7}
    assert "7 of 7 contacts" in ada.get(f"/contacts/acts/{act.pk}").content.decode()


def test_a_group_gets_them_and_a_second_time_changes_nobody(ada: Client, cast: Cast) -> None:
    group = ContactGroup.objects.create(organisation=cast.lumen, name="Autumn", created_at=NOW)
    for changed in (7, 0):
        act = asked(ada, act="group", group_id=str(group.pk))
        do_waiting()
        act.refresh_from_db()
        assert (act.state, act.done, act.changed) == ("finished", 7, changed)
    assert ContactGroupMember.objects.filter(group=group).count() == 7


def test_taking_the_group_away_from_those_in_it_reaches_all_of_them(ada: Client, cast: Cast) -> None:
    """Deleting takes contacts out of the group the list is narrowed by: the place is kept by their ids."""
    group = ContactGroup.objects.create(organisation=cast.lumen, name="Autumn", created_at=NOW)
    for contact in Contact.objects.filter(organisation=cast.lumen, name__startswith="other"):
        ContactGroupMember.objects.create(organisation=cast.lumen, group=group, contact=contact)
    answer = ada.post("/contacts/acts", {"group": str(group.pk), "expected": "5", "act": "delete"})
    assert answer.status_code == 303
    do_waiting()
    assert Contact.objects.filter(deleted_at__isnull=False, name__startswith="other").count() == 5


def test_nobody_is_called_any_more_and_the_reason_is_kept(ada: Client) -> None:
    asked(ada, act="suppress", reason="opt_out", note="All of them wrote to us.")
    do_waiting()
    assert set(Suppression.objects.values_list("reason", "note")) == {("opt_out", "All of them wrote to us.")}
    assert Suppression.objects.count() == 7


def test_stopped_in_the_middle_it_leaves_the_others(ada: Client, cast: Cast) -> None:
    act = asked(ada, act="owner", owner_id=str(cast.carol.pk))
    with organisation_scope(cast.lumen.pk):
        assert all_matching._one_helping(act.pk, utc_now())
    assert ada.delete(f"/contacts/acts/{act.pk}", headers={"HX-Request": "true"}).status_code == 204
    do_waiting()
    act.refresh_from_db()
    assert (act.state, act.done) == ("cancelled", 3)
    assert Contact.objects.filter(owner=cast.carol).count() == 3
    assert AuditEntry.objects.filter(action="contact.all_cancel").count() == 1


def test_who_came_later_was_not_meant(ada: Client, cast: Cast) -> None:
    asked(ada, act="delete")
    late = Contact.objects.create(organisation=cast.lumen, name="nova", search="nova", created_at=NOW, updated_at=NOW)
    do_waiting()
    late.refresh_from_db()
    assert late.deleted_at is None


def test_more_than_were_named_are_not_touched(ada: Client) -> None:
    answer = ada.post("/contacts/acts", {"q": "nova", "expected": "6", "act": "delete"})
    assert answer.status_code == 409
    assert "more contacts match" in answer.content.decode()
    assert not ContactAct.objects.exists()


def test_of_very_many_it_says_more_than_and_the_yes_is_to_all(ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_matching, "MANY", 5)
    page = ada.get("/contacts/acts?q=nova").content.decode()
    assert "Delete more than 5 contacts" in page
    assert 'name="expected" value="6"' in page
    assert ada.post("/contacts/acts", {"q": "nova", "expected": "6", "act": "delete"}).status_code == 303
    do_waiting()
    assert ContactAct.objects.get().done == 7


def test_a_right_that_is_gone_ends_it(ada: Client, cast: Cast) -> None:
    act = asked(ada, act="delete")
    cast.ada.state = "inactive"
    cast.ada.save()
    do_waiting()
    act.refresh_from_db()
    assert (act.state, act.done, act.problem) == ("failed", 0, "not_allowed")
    assert Contact.objects.filter(deleted_at__isnull=False).count() == 0


def test_an_agent_and_somebody_elses_administrator_see_nothing_of_it(ada: Client, cast: Cast) -> None:
    act = asked(ada, act="delete")
    for user, status in ((cast.alice, 403), (cast.dave, 404)):
        client = Client()
        sign_in(client, user)
        assert client.get(f"/contacts/acts/{act.pk}").status_code == status
    assert actor(cast.ada).can("contacts.manage")
