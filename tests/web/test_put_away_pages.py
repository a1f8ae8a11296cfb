"""What a manager can do with a campaign stands on its page: put it away, and nothing that does nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from campana.campaigns.models import Campaign
from campana.tenancy import system_scope
from support import campaigns as make
from support.cast import Cast, sign_in

pytestmark = pytest.mark.django_db


def test_a_draft_can_be_deleted_and_a_finished_campaign_archived_from_the_page(cast: Cast, client: Client) -> None:
    with system_scope():
        campaign = make.draft(cast)
    sign_in(client, cast.carol)
    for page in (f"/campaigns/{campaign.pk}", f"/campaigns/{campaign.pk}/settings/mode"):
        assert f'action="/campaigns/{campaign.pk}/removal"' in client.get(page).content.decode()
    with system_scope():
        Campaign.objects.update(state="finished")
    page = client.get(f"/campaigns/{campaign.pk}").content.decode()
    assert f'action="/campaigns/{campaign.pk}/archive"' in page
    assert f'action="/campaigns/{campaign.pk}/removal"' not in page


@pytest.mark.parametrize(("wanted", "offered"), [("run", False), ("pause", True)])
def test_resume_is_not_offered_where_the_hours_alone_are_awaited(
    cast: Cast, client: Client, wanted: str, offered: bool
) -> None:
    with system_scope():
        campaign = make.draft(cast)
        Campaign.objects.update(state="paused", state_reason="outside_hours", wanted=wanted)
    sign_in(client, cast.carol)
    assert ('value="start"' in client.get(f"/campaigns/{campaign.pk}").content.decode()) is offered


def test_a_do_not_call_again_mark_is_told_as_what_it_is() -> None:
    from campana.engine.words import RefusalCode
    from campana.ui.words import REFUSAL

    assert str(REFUSAL[RefusalCode.DO_NOT_CALL_AGAIN][1]) == "Asked not to be called again"
