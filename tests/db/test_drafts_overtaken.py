"""What a draft kept as it was typed, when its setting is given elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from campana.campaigns import drafts
from campana.campaigns.models import Campaign
from campana.campaigns.operations import add_sources, change_campaign, finish_draft, save_draft
from campana.tenancy import organisation_scope
from support import campaigns as make
from support.cast import NOW, Cast, actor, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lumen(cast: Cast) -> Iterator[Cast]:
    with organisation_scope(cast.lumen.pk):
        yield cast


def typed_wrong(cast: Cast) -> Campaign:
    """A draft with contacts in whose step "results" the wrap-up and a yes or no could not be taken."""
    campaign = make.draft(cast)
    source = {"kind": "contacts", "ids": [make.contacts(cast.lumen, 1)[0].pk]}
    add_sources(campaign=campaign, actor=actor(cast.carol), sources=[source], now=NOW)
    values = {"wrap_up": "99999", "result_required": "perhaps", "ready_early": "on", "show_script": ""}
    typed = {name: [value] for name, value in values.items()}
    save_draft(campaign=campaign, actor=actor(cast.carol), step="results", values=values, typed=typed, seen="", now=NOW)
    campaign.refresh_from_db()
    return campaign


def changed(cast: Cast, campaign: Campaign, **values: Any) -> Campaign:
    change_campaign(campaign=campaign, actor=actor(cast.ada), values=values, version=None, now=NOW)
    campaign.refresh_from_db()
    return campaign


def test_a_setting_given_over_the_api_is_not_hidden_behind_what_was_typed_before(cast: Cast, client: Client) -> None:
    sign_in(client, cast.carol)
    with organisation_scope(cast.lumen.pk):
        campaign = changed(cast, typed_wrong(cast), wrap_up=60, show_script=True)
    page = client.get(f"/campaigns/{campaign.pk}/settings/results").content.decode()
    assert 'value="60"' in page, "what was given since"
    assert 'value="99999"' not in page
    ticks = {name: page.split(f'id="id_{name}"')[1].split(">")[0] for name in ("show_script", "ready_early")}
    assert all("checked" in tick for tick in ticks.values()), "also what was taken of the form before"
    with organisation_scope(cast.lumen.pk):
        assert drafts.refused(campaign, "results") == {"result_required"}, "what is wrong is still to be mended"


def test_what_is_put_right_over_the_api_keeps_the_draft_back_no_longer(lumen: Cast) -> None:
    campaign = changed(lumen, typed_wrong(lumen), wrap_up=60)
    assert drafts.steps_with_kept(campaign) == {"results"}
    campaign = changed(lumen, campaign, result_required=True)  # as it is: said all the same
    assert drafts.steps_with_kept(campaign) == set()
    assert finish_draft(campaign=campaign, actor=actor(lumen.carol), now=NOW).state == "processing"
