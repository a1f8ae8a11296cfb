"""The pages of contacts, imports, groups, filters, fields and the do-not-call list."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campana.crm.imports.run import run_import
from campana.crm.models import (
    Contact,
    ContactGroup,
    ContactImport,
    CustomField,
    ImportProfile,
    SavedFilter,
    Suppression,
)
from campana.tenancy import organisation_scope, system_scope
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast, sign_in


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def carol(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.carol)
    return client


def body(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def test_a_contact_is_written_found_and_changed(cast: Cast, carol: Client) -> None:
    assert "No contacts yet" in body(carol, "/contacts")
    form = {"name": "Řehoř Dvořák", "phone_1": "601 123 456", "stage": "lead", "email": "r@example.org"}
    made = carol.post("/contacts/new", form)
    assert made.status_code == 303
    page = body(carol, made.url)
    assert "Řehoř Dvořák" in page
    assert "+420601123456" in page
    assert "Řehoř Dvořák" in body(carol, "/contacts?q=rehor")
    assert "Nobody found" in body(carol, "/contacts?q=nguyen")
    changed = carol.post(made.url, {**form, "company": "Acme", "version": "1"})
    assert changed.status_code == 303
    stale = carol.post(made.url, {**form, "company": "Other", "version": "1"})
    assert (stale.status_code, "Somebody else changed" in stale.content.decode()) == (409, True)
    wrong = carol.post(made.url, {**form, "phone_1": "113", "version": "2"})
    assert wrong.status_code == 422
    assert carol.delete(made.url).status_code == 303
    assert "No contacts yet" in body(carol, "/contacts")


def test_a_script_in_a_name_is_text(cast: Cast, carol: Client) -> None:
    carol.post("/contacts/new", {"name": "<script>alert(1)</script>", "stage": "lead"})
    assert "<script>alert" not in body(carol, "/contacts")


def test_a_long_list_is_paged_by_key(cast: Cast, carol: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        Contact.objects.bulk_create(
            Contact(organisation=cast.lumen, name=f"No {n:03}", created_at=NOW, updated_at=NOW) for n in range(120)
        )
    seen, address = [], "/contacts"
    while address:
        answer = carol.get(address)
        seen += [contact.name for contact, _ in answer.context["listing"].rows]
        address = f"/contacts{answer.context['listing'].next}" if answer.context["listing"].next else ""
    assert seen == [f"No {n:03}" for n in reversed(range(120))]


def test_a_file_goes_from_upload_over_the_mapping_to_its_result(cast: Cast, carol: Client) -> None:
    content = "Jméno;Telefon;Tarif\r\nŘehoř;601123456;Fibre\r\nŽaneta;6,01E+08;\r\n".encode("cp1250")
    uploaded = carol.post("/imports", {"file": SimpleUploadedFile("listopad.csv", content)})
    assert uploaded.status_code == 303
    page = body(carol, uploaded.url)
    assert "Řehoř" in page
    assert "windows-1250 (detected)" in page.replace("\n", "")
    assert "country code added" in page
    assert "A spreadsheet program damaged the number" in page
    start = {"column-0": "name", "column-1": "", "column-2": "new.text", "encoding": "windows-1250", "delimiter": ";"}
    refused = carol.post(f"{uploaded.url}/run", start)
    assert (refused.status_code, "No column is mapped to Phone" in refused.content.decode()) == (422, True)
    started = carol.post(f"{uploaded.url}/run", {**start, "column-1": "phone", "keep_unreadable": "yes"})
    assert started.status_code == 303
    assert "Cancel the import" in body(carol, uploaded.url)
    with organisation_scope(cast.lumen.pk):
        imported = run_import(import_id=ContactImport.objects.get().pk, now=NOW)
        assert (imported.added, imported.invalid) == (1, 1)
        assert Contact.objects.get(name="Řehoř").fields == {"tarif": "Fibre"}
    assert "Finished" in body(carol, uploaded.url)
    errors = b"".join(carol.get(f"{uploaded.url}/errors").streaming_content).decode("utf-8-sig")
    assert "6,01E+08" in errors


def test_a_mapping_is_remembered(cast: Cast, carol: Client) -> None:
    for expected in ("", "company"):
        uploaded = carol.post("/imports", {"file": SimpleUploadedFile("x.csv", b"Odd,Phone\r\nAcme,601123456\r\n")})
        with organisation_scope(cast.lumen.pk):
            profile = ImportProfile.objects.first()
        page = carol.get(f"{uploaded.url}?use={profile.pk}" if profile else uploaded.url)
        assert page.context["mapping"].targets[0] == expected
        start = {"column-0": "company", "column-1": "phone", "profile": "Odd files"}
        assert carol.post(f"{uploaded.url}/run", start).status_code == 303


def test_a_broken_file_is_refused_with_words(carol: Client) -> None:
    answer = carol.post("/imports", {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04 not really")})
    assert (answer.status_code, "The file is damaged" in answer.content.decode()) == (422, True)


def test_the_template_has_text_cells_and_imports_again(cast: Cast, carol: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        CustomField.objects.create(organisation=cast.lumen, key="debt", label="Debt", type="number")
    content = carol.get("/imports/template").content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert (heads[:3], heads[-1], len(book.worksheets)) == (["Full name", "Phone", "Phone 2"], "Debt", 2)
    assert {cell.number_format for row in sheet.iter_rows() for cell in row} == {"@"}
    uploaded = carol.post("/imports", {"file": SimpleUploadedFile("contacts.xlsx", content)})
    mapping = carol.get(uploaded.url).context["mapping"]
    assert mapping.targets[-1] == "fields.debt"
    assert not mapping.preview[0].problems
    assert "" not in mapping.targets


def test_groups_filters_and_fields_have_pages(cast: Cast, carol: Client) -> None:
    assert carol.post("/fields", {"label": "Debt", "type": "number"}).status_code == 303
    assert "Debt" in body(carol, "/fields")
    carol.post("/contacts/new", {"name": "Jana", "stage": "lead", "fields.debt": "120"})
    lines = {
        "name": "Debtors",
        "word": "all",
        "field-0": "fields.debt",
        "op-0": "more",
        "value-0": "100",
        "shared": "on",
    }
    counted = carol.post("/filters/new", {**lines, "count": "yes"})
    assert "1 contact fits now." in counted.content.decode()
    assert carol.post("/filters/new", {**lines, "save": "yes"}).status_code == 303
    bad = carol.post("/filters/new", {**lines, "value-0": "a lot", "save": "yes"})
    assert (bad.status_code, "Type a number." in bad.content.decode()) == (422, True)
    made = carol.post("/groups", {"name": "November"})
    with organisation_scope(cast.lumen.pk):
        saved = SavedFilter.objects.get()
        group = ContactGroup.objects.get()
    assert saved.condition == {"all": [{"field": "fields.debt", "op": "more", "value": 100}]}
    assert carol.post(f"/groups/{group.pk}/members", {"filter": saved.pk}).status_code == 303
    assert "Jana" in body(carol, made.url)
    assert "Jana" in body(carol, f"/contacts?filter={saved.pk}&group={group.pk}")
    assert body(carol, f"/filters/{saved.pk}").count("selected") >= 2
    assert carol.delete(f"/groups/{group.pk}").status_code == 303
    assert carol.delete(f"/filters/{saved.pk}").status_code == 303


def test_a_number_goes_on_the_do_not_call_list_and_off_again(cast: Cast, carol: Client) -> None:
    assert (
        carol.post("/suppressions", {"number": "601123456", "reason": "opt_out", "note": "by letter"}).status_code
        == 303
    )
    assert "by letter" in body(carol, "/suppressions?q=601123456")
    with organisation_scope(cast.lumen.pk):
        row = Suppression.objects.get()
    assert carol.post(f"/suppressions/{row.pk}/end", {"reason": "wrote again"}).status_code == 303
    assert "Nobody is on the list" in body(carol, "/suppressions")


def test_an_agent_without_the_permission_sees_no_contacts(cast: Cast, client: Client) -> None:
    sign_in(client, cast.alice)
    assert client.get("/contacts").status_code == 403


def test_the_page_of_a_contact_brings_his_calls(cast: Cast, carol: Client) -> None:
    with system_scope():
        made = attempt(bare_campaign(cast.lumen), cast.bob_agent, note="Wants to hear about the router.")
    contact = made.contact_id
    assert f'hx-get="/calls/contacts/{contact}"' in body(carol, f"/contacts/{contact}")
    told = body(carol, f"/calls/contacts/{contact}")
    assert f'href="/calls/{made.pk}"' in told
    assert "Wants to hear about the router." in told
    stranger = Client()
    sign_in(stranger, cast.dave)
    assert stranger.get(f"/calls/contacts/{contact}").status_code == 404


def test_a_search_that_found_nobody_yet_says_so_and_looks_on(
    carol: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campana.crm.web.contacts.WINDOW", 2)
    for name in ("Řehoř Dvořák", "Anna", "Borek", "Cyril"):
        assert carol.post("/contacts/new", {"name": name, "stage": "lead"}).status_code == 303
    first = body(carol, "/contacts?q=rehor")
    assert "Nobody found yet" in first
    assert "2 contacts were looked through" in first
    onward = re.search(r'href="([^"]+)" data-onward', first)
    assert onward
    second = body(carol, "/contacts" + html.unescape(onward[1]))
    assert "Řehoř Dvořák" in second
    assert "Nobody found" in body(carol, "/contacts" + html.unescape(onward[1]).replace("rehor", "nguyen"))


def test_a_name_of_blanks_is_refused_in_words_and_not_in_a_code(cast: Cast, carol: Client) -> None:
    carol.post("/suppressions", {"number": "601123456", "reason": "opt_out", "note": "by letter"})
    with organisation_scope(cast.lumen.pk):
        row = Suppression.objects.get()
    asked = {
        "/groups": {"name": "   "},
        "/filters/new": {"name": "   ", "word": "all", "field-0": "name", "op-0": "is", "value-0": "Jana"},
        "/suppressions/ticked": {"ids": str(row.pk), "reason": "   "},
    }
    for address, given in asked.items():
        answer = carol.post(address, given)
        assert answer.status_code == 422
        assert "A required value is missing." in answer.content.decode(), address
        assert "can not be taken" not in answer.content.decode()
