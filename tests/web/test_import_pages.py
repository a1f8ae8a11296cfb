"""Imports on their pages and over the API: into a campaign, of a do-not-call list, and tried again."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campana.crm.imports.run import run_import
from campana.crm.models import ContactImport, Suppression
from campana.tenancy import organisation_scope
from support.calls import bare_campaign
from support.cast import NOW, Cast, api_key, sign_in


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def carol(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.carol)
    return client


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_a_file_is_given_to_a_campaign_from_the_upload_on(cast: Cast, carol: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        campaign = bare_campaign(cast.lumen)
        ended = bare_campaign(cast.lumen, name="Ended", state="finished")
    page = body(carol, f"/imports?campaign={campaign.pk}")
    assert f'<option value="{campaign.pk}" selected' in page
    assert f'value="{ended.pk}"' not in page
    refused = carol.post("/imports", {"file": SimpleUploadedFile("x.csv", b"Phone\n1\n"), "campaign": ended.pk})
    assert refused.status_code == 422
    sent = {"file": SimpleUploadedFile("x.csv", b"Phone\r\n601123456\r\n"), "campaign": campaign.pk}
    uploaded = carol.post("/imports", sent)
    assert f'<option value="{campaign.pk}" selected' in body(carol, uploaded.url)
    carol.post(f"{uploaded.url}/run", {"column-0": "phone", "campaign_id": campaign.pk})
    with organisation_scope(cast.lumen.pk):
        imported = run_import(import_id=ContactImport.objects.get().pk, now=NOW)
        assert (imported.added, campaign.tasks.count()) == (1, 1)


def test_a_do_not_call_list_is_imported_from_a_file(cast: Cast, carol: Client) -> None:
    assert "No list imported yet" in body(carol, "/suppressions/imports")
    content = b"Phone,Reason,Until\r\n601123456,complaint,2031-12-31\r\n601123457,because,\r\n"
    uploaded = carol.post("/suppressions/imports", {"file": SimpleUploadedFile("list.csv", content)})
    page = body(carol, uploaded.url)
    assert "This is no reason." in page
    assert "A contact we already know" not in page
    carol.post(f"{uploaded.url}/run", {"column-0": "phone", "column-1": "reason", "column-2": "ends_at"})
    with organisation_scope(cast.lumen.pk):
        imported = run_import(import_id=ContactImport.objects.get().pk, now=NOW)
        assert (imported.kind, imported.added, imported.invalid) == ("do_not_call", 1, 1)
        assert Suppression.objects.get().reason == "complaint"
    assert "To the do-not-call list" in body(carol, uploaded.url)
    assert "This is no reason" in b"".join(carol.get(f"{uploaded.url}/errors").streaming_content).decode()
    template = openpyxl.load_workbook(io.BytesIO(carol.get("/suppressions/imports/template").content))
    assert [cell.value for cell in template.worksheets[0][1]] == ["Phone", "Reason", "Until", "In their words"]


def test_a_failed_import_says_why_and_is_tried_again(cast: Cast, carol: Client) -> None:
    uploaded = carol.post("/imports", {"file": SimpleUploadedFile("x.csv", b"Phone\r\n601123456\r\n")})
    carol.post(f"{uploaded.url}/run", {"column-0": "phone"})
    with organisation_scope(cast.lumen.pk):
        ContactImport.objects.update(state="failed", problem="import_broke")
    page = body(carol, uploaded.url)
    assert "It broke off again and again" in page
    assert "Try again" in page
    carol.post(f"{uploaded.url}/retry")
    with organisation_scope(cast.lumen.pk):
        assert run_import(import_id=ContactImport.objects.get().pk, now=NOW).added == 1


def send(client: Client, key: str, address: str, **form: Any) -> Any:
    data = {"file": SimpleUploadedFile("x.csv", b"Phone\r\n601123456\r\n"), **form}
    return client.post(f"/api/v1{address}", data, headers={"authorization": f"Bearer {key}"})


def test_the_api_gives_a_file_to_a_campaign_that_takes_it(cast: Cast, client: Client) -> None:
    key = api_key(cast.lumen)
    with organisation_scope(cast.lumen.pk):
        campaign = bare_campaign(cast.lumen)
        ended = bare_campaign(cast.lumen, name="Ended", state="finished")
    with organisation_scope(cast.other.pk):
        strange = bare_campaign(cast.other)
    answer = send(client, key, "/contacts/imports", campaign_id=ended.pk)
    assert (answer.status_code, answer.json()["code"]) == (409, "campaign_finished")
    assert send(client, key, "/contacts/imports", campaign_id=strange.pk).status_code == 404
    started = send(client, key, "/contacts/imports", campaign_id=campaign.pk).json()
    assert (started["campaign_id"], started["kind"]) == (campaign.pk, "contacts")
    with organisation_scope(cast.lumen.pk):
        assert ContactImport.objects.count() == 1, "nothing is left of what was refused"
        run_import(import_id=started["id"], now=NOW)
        assert campaign.tasks.get().number == "420601123456"


def test_the_api_imports_a_do_not_call_list(cast: Cast, client: Client) -> None:
    key = api_key(cast.lumen)
    started = send(client, key, "/suppressions/imports", options='{"reason": "complaint"}').json()
    assert (started["kind"], started["state"]) == ("do_not_call", "queued")
    with organisation_scope(cast.lumen.pk):
        run_import(import_id=started["id"], now=NOW)
        assert Suppression.objects.get().reason == "complaint"
        assert not Suppression.objects.exclude(source="import").exists()
    headers = {"authorization": f"Bearer {key}"}
    assert client.get("/api/v1/contacts/imports", headers=headers).json()["items"] == []
    assert len(client.get("/api/v1/suppressions/imports", headers=headers).json()["items"]) == 1
    again = client.put(f"/api/v1/suppressions/imports/{started['id']}/run", headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "import_state")
    assert send(client, key, "/suppressions/imports", options='{"reason": "because"}').status_code == 422
