"""The fields an organisation defines for its contacts: made, put in order, archived and brought back."""

from __future__ import annotations

import pytest
from django.test import Client

from campana.accounts.models import AuditEntry
from campana.crm.models import CustomField, SavedFilter
from campana.scripts import queries as scripts
from campana.tenancy import system_scope
from support.cast import NOW, Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.ada)
    for label in ("Tariff", "Renewal", "Note of ours"):
        assert client.post("/fields", {"label": label, "type": "text", "on_card": "on"}).status_code == 303
    return client


def order(cast: Cast) -> list[str]:
    with system_scope():
        return scripts.labels(cast.lumen)


def ids() -> dict[str, int]:
    with system_scope():
        return dict(CustomField.everything.values_list("label", "pk"))


def test_fields_are_put_in_order_with_and_without_the_script(cast: Cast, ada: Client) -> None:
    pk = ids()
    assert order(cast) == ["Tariff", "Renewal", "Note of ours"]
    ada.post("/fields/order", {"field": [pk["Note of ours"], pk["Tariff"], pk["Renewal"]]})
    assert order(cast) == ["Note of ours", "Tariff", "Renewal"]
    ada.post("/fields/order", {"field": [pk["Note of ours"], pk["Tariff"], pk["Renewal"]], "down": pk["Note of ours"]})
    assert order(cast) == ["Tariff", "Note of ours", "Renewal"]
    ada.post("/fields/order", {"field": [pk["Renewal"], 999_999, "x"]})
    assert order(cast) == ["Renewal", "Tariff", "Note of ours"], "fields that are not named stay behind"


def test_an_archived_field_is_nowhere_until_it_comes_back(cast: Cast, ada: Client) -> None:
    pk = ids()["Tariff"]
    assert ada.delete(f"/fields/{pk}/use", headers={"HX-Request": "true"}).status_code == 204
    assert "Tariff" not in order(cast)
    assert "Tariff" not in ada.get("/contacts/new").content.decode()
    assert "Archived fields" in ada.get("/fields").content.decode()
    taken = ada.post("/fields", {"label": "tariff", "type": "text"})
    assert taken.status_code == 409, "its name is kept for it"
    assert ada.post(f"/fields/{pk}/use").status_code == 303
    assert "Tariff" in ada.get("/contacts/new").content.decode()
    with system_scope():
        told = set(AuditEntry.objects.filter(object_type="field").values_list("action", flat=True))
    assert {"field.archive", "field.bring_back"} <= told


def test_a_field_a_filter_uses_is_not_archived(cast: Cast, ada: Client) -> None:
    with system_scope():
        field = CustomField.objects.get(label="Tariff")
        SavedFilter.objects.create(
            organisation=cast.lumen,
            name="Gold",
            condition={"all": [{"field": f"fields.{field.key}", "operator": "is", "value": "Gold"}]},
            created_at=NOW,
        )
    answer = ada.delete(f"/fields/{field.pk}/use", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "Gold" in answer.content.decode()
    assert "Tariff" in order(cast)


def test_nobody_else_orders_or_archives(cast: Cast, ada: Client) -> None:
    pk = ids()["Tariff"]
    sign_in(ada, cast.alice)
    assert ada.delete(f"/fields/{pk}/use").status_code == 403
    assert ada.post("/fields/order", {"field": [pk]}).status_code == 403
    sign_in(ada, cast.dave)
    assert ada.delete(f"/fields/{pk}/use").status_code == 404
    ada.post("/fields/order", {"field": [pk]})
    assert order(cast)[0] == "Tariff"
