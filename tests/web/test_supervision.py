"""The supervisor's pages as the cast sees them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from campana.calls.models import Skip
from campana.campaigns.models import Campaign
from campana.campaigns.operations import add_tasks
from campana.crm.models import Contact
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.calls import attempt, bare_campaign, results
from support.campaigns import built, contacts, hotline, in_state
from support.cast import NOW, Cast, actor, sign_in


@pytest.fixture
def cast_open(cast: Cast) -> Iterator[Cast]:
    with system_scope():
        yield cast


def read(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_the_list_shows_state_progress_and_the_verb_that_is_possible(cast_open: Cast, client: Client) -> None:
    built(cast_open, contacts(cast_open.lumen, 3))
    sign_in(client, cast_open.ada)
    page = read(client, "/campaigns")
    for words in ("Spring offer", "Not approved", "Progressive", "Approve"):
        assert words in page
    sign_in(client, cast_open.carol)
    assert ">Approve<" not in read(client, "/campaigns")


def test_a_refresh_brings_the_table_alone(cast_open: Cast, client: Client) -> None:
    bare_campaign(cast_open.lumen)
    sign_in(client, cast_open.carol)
    fragment = read(client, "/campaigns", **{"HX-Request": "true", "HX-Target": "campaigns"})
    assert fragment.lstrip().startswith('<div id="campaigns"')
    assert "<html" not in fragment


def test_a_refresh_of_the_figures_brings_the_counts_of_the_tabs(cast_open: Cast, client: Client) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 2))
    sign_in(client, cast_open.carol)
    at = f"/campaigns/{campaign.pk}"
    assert '<span class="count" id="count-contacts">2</span>' in read(client, at)
    fragment = read(client, at, **{"HX-Request": "true", "HX-Target": "live"})
    assert '<span class="count" id="count-contacts" hx-swap-oob="true">2</span>' in fragment
    assert 'id="count-attempts"' in fragment
    assert "<html" not in fragment


def test_a_floor_narrowed_to_nobody_leads_back_to_all(cast_open: Cast, client: Client) -> None:
    sign_in(client, cast_open.carol)
    page = read(client, "/floor?state=wrap_up")
    assert "Nobody is in this state now." in page
    assert "<tbody>" not in page


def test_pausing_says_that_it_was_asked_for_until_it_is_so(cast_open: Cast, client: Client) -> None:
    campaign = in_state(built(cast_open, contacts(cast_open.lumen, 2)), "running")
    sign_in(client, cast_open.carol)
    answer = client.post(f"/campaigns/{campaign.pk}/run", {"verb": "pause", "next": "/campaigns"})
    assert answer.headers["Location"] == "/campaigns"
    assert "pausing, calls that ring ring out" in read(client, f"/campaigns/{campaign.pk}")
    again = client.post(f"/campaigns/{campaign.pk}/run", {"verb": "pause"})
    assert again.status_code == 409
    assert "Somebody asked for this already." in again.content.decode()
    in_state(campaign, "paused", state_reason="by_user")
    page = read(client, f"/campaigns/{campaign.pk}")
    assert "by a person" in page
    assert "Resume" in page


def test_approval_asks_whether_to_start_when_the_time_has_come(cast_open: Cast, client: Client) -> None:
    campaign = in_state(built(cast_open, contacts(cast_open.lumen, 2)), "not_approved", start_at=None)
    sign_in(client, cast_open.ada)
    page = read(client, f"/campaigns/{campaign.pk}")
    assert "Approve and start" in page
    assert "Approve only" in page
    client.post(f"/campaigns/{campaign.pk}/approval", {"start_now": "no"})
    campaign.refresh_from_db()
    assert (campaign.state, campaign.start_kind) == ("scheduled", "manual")


def test_a_campaign_goes_back_to_its_author_with_words(cast_open: Cast, client: Client) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 2))
    sign_in(client, cast_open.ada)
    client.post(f"/campaigns/{campaign.pk}/rejection", {"comment": "Hours are missing"})
    campaign.refresh_from_db()
    assert campaign.state == "draft"
    assert campaign.approvals.get().comment == "Hours are missing"


def test_the_live_page_says_what_keeps_it_from_dialling(cast_open: Cast, client: Client) -> None:
    campaign = in_state(built(cast_open, contacts(cast_open.lumen, 3)), "running")
    attempt(campaign, cast_open.alice_agent, outcome="no_answer", connected_at=None, answered_at=None)
    sign_in(client, cast_open.carol)
    page = read(client, f"/campaigns/{campaign.pk}")
    for words in ("The dialler does not run", "No agent ready", "Could be called now", "No answer", "Alice"):
        assert words in page


def test_a_campaign_that_only_just_began_says_its_state_in_words(cast_open: Cast, client: Client) -> None:
    campaign = in_state(built(cast_open, contacts(cast_open.lumen, 3)), "processing", start_at=None)
    sign_in(client, cast_open.carol)
    page = read(client, f"/campaigns/{campaign.pk}")
    assert "The campaign does not run" in page
    assert "Not known" not in page


def test_contacts_are_found_by_state_name_and_number_and_paged_without_counting(
    cast_open: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campana.supervision.queries.tasks.PAGE", 2)
    campaign = built(cast_open, contacts(cast_open.lumen, 5))
    sign_in(client, cast_open.carol)
    base = f"/campaigns/{campaign.pk}/contacts"
    seen, address = [], base
    while address:
        answer = client.get(address)
        seen += [task.pk for task in answer.context["page"].rows]
        address = base + answer.context["next"] if answer.context["next"] else ""
    assert seen == sorted(campaign.tasks.values_list("pk", flat=True))
    back = client.get(f"{base}?before={seen[4]}").context["page"]
    assert [task.pk for task in back.rows] == seen[2:4]
    assert "Person 420601000003" in read(client, f"{base}?q=420601000003")
    assert "No contact fits" in read(client, f"{base}?state=completed")


def test_words_among_many_contacts_are_looked_for_in_stretches_that_follow_by_themselves(
    cast_open: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campana.supervision.queries.tasks.WINDOW", 2)
    line, people = hotline(cast_open.lumen), contacts(cast_open.lumen, 15)
    built(cast_open, people[:3], hotlines=[line.pk])
    campaign = built(cast_open, people[3:7], hotlines=[line.pk])
    built(cast_open, people[7:10], hotlines=[line.pk])  # in the midst of the campaign's
    items = [{"contact_id": each.pk} for each in people[10:]]
    add_tasks(campaign=campaign, actor=actor(cast_open.carol), items=items, now=NOW)
    Contact.objects.filter(pk=people[12].pk).update(name="Zeno")
    sign_in(client, cast_open.carol)
    base = f"/campaigns/{campaign.pk}/contacts"

    def walk(way: str, address: str) -> list[tuple[list[str], bool]]:
        """Names of every page, and whether it looks on by itself."""
        seen = []
        while address:
            answer = client.get(base + address)
            address = answer.context[way]
            onward = re.search(r'href="([^"]+)" data-onward', answer.content.decode())
            seen.append(([task.contact.name for task in answer.context["page"].rows], onward is not None))
            assert onward is None or html.unescape(onward[1]) == address
        return seen

    nobody, found, no_more = ([], True), (["Zeno"], False), ([], False)
    assert walk("next", "?q=zeno") == [nobody, nobody, nobody, found, no_more]
    last = campaign.tasks.latest("pk").pk
    assert walk("previous", f"?q=zeno&before={last + 1}") == [nobody, found, nobody, nobody, no_more]
    assert "2 contacts were looked through" in read(client, f"{base}?q=zeno")


def test_a_page_of_contacts_whose_rows_are_gone_leads_back(cast_open: Cast, client: Client) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 2))
    sign_in(client, cast_open.carol)
    first, last = sorted(campaign.tasks.values_list("pk", flat=True))
    base = f"/campaigns/{campaign.pk}/contacts"
    gone = client.get(f"{base}?state=waiting&after={last}")
    assert "No contact fits" in gone.content.decode()
    back = client.get(base + gone.context["previous"])
    assert [task.pk for task in back.context["page"].rows] == [first]
    onward = client.get(base + back.context["next"])
    assert [task.pk for task in onward.context["page"].rows] == [last]


def test_the_way_of_a_contact_shows_attempts_and_the_times_it_was_passed_over(cast_open: Cast, client: Client) -> None:
    campaign = bare_campaign(cast_open.lumen)
    call = attempt(campaign, cast_open.alice_agent, note="Wants a letter")
    until = NOW + timedelta(hours=1)
    skipped = {"organisation": cast_open.lumen, "campaign": campaign, "task": call.task, "at": NOW}
    Skip.objects.create(**skipped, code="outside_hours", until=until)
    sign_in(client, cast_open.carol)
    page = read(client, f"/campaigns/{campaign.pk}/contacts/{call.task_id}")
    for words in ("Answered", "Wants a letter", "Passed over: Outside the calling hours", "Asked again"):
        assert words in page


def test_stopping_a_contact_needs_the_permission_and_says_no_during_a_call(cast_open: Cast, client: Client) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 1))
    task = campaign.tasks.get()
    address = f"/campaigns/{campaign.pk}/contacts/{task.pk}/stop"
    sign_in(client, cast_open.alice)
    assert client.post(address).status_code == 403
    sign_in(client, cast_open.carol)
    campaign.tasks.update(state="in_call")
    assert client.post(address).status_code == 409
    campaign.tasks.update(state="waiting")
    assert client.post(address).status_code == 302
    task.refresh_from_db()
    assert task.state == "stopped"


def test_the_attempt_log_is_paged_both_ways(cast_open: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from campana.calls.queries import lists

    monkeypatch.setattr(lists.page, "__kwdefaults__", {**(lists.page.__kwdefaults__ or {}), "size": 2})
    campaign = bare_campaign(cast_open.lumen)
    made = sorted((attempt(campaign, cast_open.alice_agent).pk for _ in range(5)), reverse=True)
    sign_in(client, cast_open.carol)
    base = f"/campaigns/{campaign.pk}/attempts"
    first = client.get(base)
    second = client.get(base + first.context["listing"].next)
    assert [row.pk for row, _ in second.context["listing"].rows] == made[2:4]
    back = client.get(base + second.context["listing"].previous)
    assert [row.pk for row, _ in back.context["listing"].rows] == made[:2]
    assert back.context["listing"].previous == ""


def test_the_attempts_of_a_number_are_found_in_its_campaign_alone(cast_open: Cast, client: Client) -> None:
    campaign, other = bare_campaign(cast_open.lumen), bare_campaign(cast_open.lumen)
    mine = [attempt(campaign, cast_open.alice_agent, number=f"42060100000{n}").pk for n in (2, 1)]
    attempt(other, cast_open.alice_agent, number="420601000001")
    sign_in(client, cast_open.carol)
    found = client.get(f"/campaigns/{campaign.pk}/attempts?q=4206010").context["listing"]
    assert [row.pk for row, _ in found.rows] == mine[::-1]
    assert {head.address for head in found.heads} == {""}


def test_an_attempt_tells_its_moments_cause_and_permit_in_words(cast_open: Cast, client: Client) -> None:
    campaign = bare_campaign(cast_open.lumen)
    call = attempt(
        campaign,
        cast_open.alice_agent,
        cause="hung_up",
        sip_code=200,
        permit={"hours": "Europe/Prague", "rounds": "1/3 agreed", "suppression": "passed"},
    )
    results(cast_open.lumen)
    sign_in(client, cast_open.carol)
    page = read(client, f"/calls/{call.pk}")
    for words in (
        "It ended because the other side hung up (the carrier said 200).",
        "Within the calling hours of the zone",
        "1/3, an agreed call back",
        "Connected to an agent",
        "Enter the result",
    ):
        assert words in page
    for raw in ("hung_up", "suppression<", "rounds<"):
        assert raw not in page


def test_an_agent_sees_his_own_calls_and_no_other(cast_open: Cast, client: Client) -> None:
    campaign = bare_campaign(cast_open.lumen)
    own, others = attempt(campaign, cast_open.alice_agent), attempt(campaign, cast_open.bob_agent)
    sign_in(client, cast_open.alice)
    assert [row.pk for row, _ in client.get("/calls").context["listing"].rows] == [own.pk]
    assert client.get(f"/calls/{own.pk}").status_code == 200
    assert client.get(f"/calls/{others.pk}").status_code == 404
    assert client.get(f"/campaigns/{campaign.pk}/attempts").status_code == 403


def test_a_result_can_be_entered_afterwards(cast_open: Cast, client: Client) -> None:
    chosen = results(cast_open.lumen)
    call = attempt(bare_campaign(cast_open.lumen), cast_open.alice_agent)
    sign_in(client, cast_open.carol)
    answer = client.post(f"/calls/{call.pk}/result", {"result": chosen["success"].pk, "note": "Late but true"})
    assert answer.status_code == 302
    call.refresh_from_db()
    assert (call.result, call.note) == (chosen["success"], "Late but true")


def test_the_floor_shows_what_everybody_does(cast_open: Cast, client: Client) -> None:
    campaign = bare_campaign(cast_open.lumen)
    call = attempt(campaign, cast_open.alice_agent, ended_at=None)
    Agent.objects.filter(pk=cast_open.alice_agent.pk).update(
        state="in_call", state_since=NOW, campaign_id=campaign.pk, attempt_id=call.pk, online=True, wanted="ready"
    )
    sign_in(client, cast_open.carol)
    page = read(client, "/floor")
    for words in ("Talking", "Offline", "Spring offer", call.contact.name, "Alice", "Bob"):
        assert words in page
    sign_in(client, cast_open.alice)
    assert client.get("/floor").status_code == 403


def test_the_log_names_who_did_what(cast_open: Cast, client: Client) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 1))
    sign_in(client, cast_open.ada)
    client.post(f"/campaigns/{campaign.pk}/approval", {})
    page = read(client, f"/campaigns/{campaign.pk}/log")
    for words in ("Approved", "Ada", "Created", "Carol"):
        assert words in page
    assert "campaign.approve" not in page


def test_dave_finds_nothing_of_lumen(cast_open: Cast, client: Client) -> None:
    campaign = built(cast_open, contacts(cast_open.lumen, 1))
    call = attempt(campaign, cast_open.alice_agent)
    task = campaign.tasks.first()
    assert task is not None
    sign_in(client, cast_open.dave)
    base = f"/campaigns/{campaign.pk}"
    ways = ("", "/contacts", "/attempts", "/log", f"/contacts/{task.pk}")
    for address in (*(base + way for way in ways), f"/calls/{call.pk}", f"/calls/{call.pk}/recording"):
        assert client.get(address).status_code == 404, address
    for address in (f"{base}/run", f"{base}/approval", f"{base}/rejection", f"{base}/contacts/{task.pk}/stop"):
        assert client.post(address, {"verb": "start"}).status_code == 404, address
    assert "Spring offer" not in read(client, "/campaigns")
    assert Campaign.objects.get(pk=campaign.pk).state == "not_approved"


def test_somebody_begins_where_his_work_is(cast_open: Cast, client: Client) -> None:
    for person, place in ((cast_open.alice, "/desk"), (cast_open.carol, "/campaigns")):
        sign_in(client, person)
        assert client.get("/").headers["Location"] == place
