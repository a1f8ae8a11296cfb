"""The audit log and a campaign's log name people and things, however many, with a query a kind."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campana.accounts.models import AuditEntry
from campana.campaigns.operations import add_sources, change_campaign
from campana.crm.models import SavedFilter
from campana.hotlines.models import Sound
from campana.tenancy import organisation_scope
from campana.workforce.models import AgentGroup
from campana.workforce.operations.groups import create_group, delete_group
from support.campaigns import contacts, draft, group_of, hotline
from support.cast import NOW, Cast, actor, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast: Cast, client: Client) -> Client:
    sign_in(client, cast.ada)
    return client


def entry(cast: Cast, action: str, number: int, **after: Any) -> None:
    AuditEntry.objects.create(
        organisation=cast.lumen,
        at=NOW,
        user=cast.ada,
        action=action,
        object_type=action.split(".")[0],
        object_id=str(number),
        after=after,
    )


def page(client: Client, address: str = "/audit") -> str:
    return client.get(address).content.decode()


def test_a_changed_campaign_is_told_with_names_and_rules(cast: Cast, ada: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        campaign = draft(cast)
        sales = AgentGroup.objects.create(organisation=cast.lumen, name="Sales")
        line = hotline(cast.lumen, "16175550178")
        waltz = Sound.objects.create(
            organisation=cast.lumen, name="Slow waltz", file="w", seconds=1, size=1, source="wav", added_at=NOW
        )
        change_campaign(
            campaign=campaign,
            actor=actor(cast.carol),
            version=None,
            now=NOW,
            values={
                "groups": [sales.pk],
                "hotlines": [line.pk],
                "hold_music": waltz.pk,
                "retries": {"busy": {"attempts": 3, "wait": 300}},
            },
        )
        wanted = {"kind": "group", "id": group_of(cast.lumen, "Old friends", contacts(cast.lumen, 1)).pk}
        everyone = SavedFilter.objects.create(organisation=cast.lumen, name="Prague only", created_at=NOW)
        add_sources(
            campaign=campaign,
            actor=actor(cast.carol),
            sources=[wanted, {"kind": "filter", "id": everyone.pk}],
            now=NOW,
        )
    for address in ("/audit", f"/campaigns/{campaign.pk}/log"):
        told = page(ada, address)
        for words in (
            "groups: – → Sales",
            "→ +1 617-555-0178",
            "Slow waltz",
            "After “Busy”: at most 3, 5 min apart",
            "sources: Group: Old friends; Filter: Prague only",
        ):
            assert words in told, (address, words)
    assert "Spring offer" in page(ada)


def test_an_agent_is_told_by_the_persons_name(cast: Cast, ada: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        create_group(actor=actor(cast.ada), name="Sales", members=[cast.alice_agent.pk], now=NOW)
    assert f"members: {cast.alice.name}" in page(ada)


def test_what_is_gone_keeps_the_name_the_log_knows(cast: Cast, ada: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        sales = create_group(actor=actor(cast.ada), name="Sales", members=[], now=NOW)
        entry(cast, "hotline.answer", 7, groups=[sales.pk], agents=[918_273])
        delete_group(group_id=sales.pk, actor=actor(cast.ada), now=NOW)
    told = page(ada)
    assert "groups: Sales (no longer there)" in told
    assert "agents: no longer there (number 918273)" in told


def test_nobody_who_was_erased_is_named(cast: Cast, ada: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        entry(cast, "contact.create", 918_273, name="Nora Novak")
        entry(cast, "suppression.add", 7, contact=918_273)
    assert "contact: no longer there (number 918273)" in page(ada, "/audit?kind=suppression")


def test_more_entries_ask_no_more_queries(cast: Cast, ada: Client) -> None:
    def queries(many: int) -> int:
        with organisation_scope(cast.lumen.pk):
            for n in range(many):
                entry(cast, "hotline.answer", n, groups=[n + 900], agents=[cast.alice_agent.pk, n + 900])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ada.get("/audit")
        return len(asked)

    queries(1)
    assert queries(1) == queries(60)


def test_a_condition_is_told_by_the_words_of_its_field_and_choice(cast: Cast, ada: Client) -> None:
    with organisation_scope(cast.lumen.pk):
        entry(cast, "filter.save", 7, condition={"field": "owner", "op": "is_not", "value": str(cast.alice.pk)})
    assert f"conditions: Owner is not {cast.alice.name}" in page(ada)
