"""The agent's desk as the cast sees it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campana.calls.models import Attempt, CallRequest
from campana.calls.operations import CallbackTooLate, CallbackTooSoon, ResultClosed
from campana.calls.operations.hours import CallbackOutsideHours
from campana.campaigns.models import Campaign, CampaignAgent, Task
from campana.crm.models import Contact, ContactNumber, CustomField
from campana.desk import operations
from campana.desk.operations.places import Gone, NotInThisCampaign
from campana.desk.operations.results import Callback, ResultNotChosen
from campana.desk.operations.wishes import ResultMissing, SkipWithoutReason
from campana.engine.words import AgentState, Presence
from campana.hotlines.models import Hotline, Trunk
from campana.kernel.refusals import NotAllowed, NotFound
from campana.relay.models import Message
from campana.scripts.models import Result, ResultSet
from campana.tenancy import system_scope
from campana.workforce.models import Agent
from support.cast import NOW, Cast, actor, sign_in


@pytest.fixture
def scene(cast: Cast) -> Iterator[Scene]:
    with system_scope():
        yield Scene(cast)


class Scene:
    """A preview campaign of Lumen with one contact in Ho Chi Minh City; Alice is ready at her desk."""

    def __init__(self, cast: Cast) -> None:
        self.cast, lumen = cast, cast.lumen
        trunk = Trunk.objects.create(organisation=lumen, name="carrier", endpoint="carrier")
        self.hotline = Hotline.objects.create(organisation=lumen, number="420910000100", trunk=trunk)
        chosen = ResultSet.objects.create(organisation=lumen, name="Standard", is_default=True)
        self.yes, self.later, self.never = (
            Result.objects.create(organisation=lumen, result_set=chosen, name=name, result_class=kind, position=place)
            for place, (name, kind) in enumerate(
                (("Renewed", "success"), ("Call back", "call_back"), ("Never again", "do_not_call"))
            )
        )
        self.campaign = Campaign.objects.create(
            organisation=lumen, name="Fibre renewal", mode="preview", state="running", created_at=NOW, state_since=NOW
        )
        CampaignAgent.objects.create(organisation=lumen, campaign=self.campaign, agent=cast.alice_agent)
        CustomField.objects.create(organisation=lumen, key="plan", label="Plan now")
        self.contact = Contact.objects.create(
            organisation=lumen, name="Nguyễn Thị Nhung", fields={"plan": "Fibre 300"}, created_at=NOW, updated_at=NOW
        )
        ContactNumber.objects.create(organisation=lumen, contact=self.contact, position=1, number="84901234567")
        self.task = Task.objects.create(
            organisation=lumen,
            campaign=self.campaign,
            contact=self.contact,
            rank=1,
            position=1,
            time_zone="Asia/Ho_Chi_Minh",
            number="84901234567",
            created_at=NOW,
        )
        self.alice = actor(cast.alice)
        self.bob = actor(cast.bob)
        self.carol = actor(cast.carol)

    def at(self, state: AgentState, attempt: Attempt | None = None) -> None:
        Agent.objects.filter(pk=self.cast.alice_agent.pk).update(
            state=state,
            state_since=NOW,
            wanted="ready",
            online=True,
            dialling=True,
            campaign_id=self.campaign.pk,
            task_id=self.task.pk,
            attempt_id=attempt.pk if attempt else None,
        )

    def talk(self, **fields: Any) -> Attempt:
        given = {"state": "ended", "outcome": "answered", "answered_at": NOW, "connected_at": NOW, "ended_at": NOW}
        return Attempt.objects.create(
            id=1 << 32 | 1,
            organisation=self.cast.lumen,
            campaign=self.campaign,
            task=self.task,
            contact=self.contact,
            number="84901234567",
            hotline=self.hotline,
            trunk=self.hotline.trunk,
            agent=self.cast.alice_agent,
            mode="preview",
            began_at=NOW,
            **(given | fields),
        )

    def posted(self) -> list[tuple[str, dict[str, Any]]]:
        return [(message.kind, message.payload) for message in Message.objects.order_by("id")]


def test_readiness_asked_twice_rings_the_engine_once(scene: Scene) -> None:
    for _ in range(2):
        operations.change_presence(actor=scene.alice, presence=Presence.READY, now=NOW)
    assert scene.posted() == [("presence", {"agent": scene.cast.alice_agent.pk})]
    agent = Agent.objects.get(pk=scene.cast.alice_agent.pk)
    assert (agent.wanted, agent.online, agent.dialling) == ("ready", True, True)


def test_off_closes_the_screen_and_a_beat_does_not_open_it_again(scene: Scene) -> None:
    operations.change_presence(actor=scene.alice, presence=Presence.OFF, now=NOW)
    operations.beat(actor=scene.alice, now=NOW + timedelta(seconds=5))
    agent = Agent.objects.get(pk=scene.cast.alice_agent.pk)
    assert (agent.online, agent.dialling) == (True, False)
    assert len(scene.posted()) == 1


def test_the_first_beat_opens_the_screen_and_the_next_only_keep_it_open(scene: Scene) -> None:
    Agent.objects.filter(pk=scene.cast.alice_agent.pk).update(wanted="ready")
    for seconds in (0, 5, 10):
        operations.beat(actor=scene.alice, now=NOW + timedelta(seconds=seconds))
    agent = Agent.objects.get(pk=scene.cast.alice_agent.pk)
    assert agent.dialling
    assert agent.seen_at == NOW + timedelta(seconds=10)
    assert scene.posted() == [("presence", {"agent": agent.pk})]


def test_accepting_twice_leaves_one_wish(scene: Scene) -> None:
    scene.at(AgentState.OFFERED)
    for _ in range(2):
        operations.accept(actor=scene.alice, task_id=scene.task.pk, now=NOW)
    assert scene.posted() == [("accept", {"agent": scene.cast.alice_agent.pk, "task": scene.task.pk})]


def test_accepting_what_is_accepted_already_is_no_mistake(scene: Scene) -> None:
    scene.at(AgentState.PREVIEW)
    operations.accept(actor=scene.alice, task_id=scene.task.pk, now=NOW)
    assert scene.posted() == []


def test_a_contact_that_has_moved_on_can_not_be_dialled_from_the_old_tab(scene: Scene) -> None:
    scene.at(AgentState.PREVIEW)
    with pytest.raises(Gone):
        operations.dial_now(actor=scene.alice, task_id=scene.task.pk + 1, now=NOW)
    with pytest.raises(Gone):
        operations.dial_now(actor=scene.bob, task_id=scene.task.pk, now=NOW)
    assert scene.posted() == []


def test_a_preview_is_skipped_with_a_reason_where_the_campaign_lets_you(scene: Scene) -> None:
    scene.at(AgentState.PREVIEW)
    with pytest.raises(SkipWithoutReason):
        operations.skip(actor=scene.alice, task_id=scene.task.pk, now=NOW)
    operations.skip(actor=scene.alice, task_id=scene.task.pk, reason="wrong_data", now=NOW)
    assert scene.posted()[0][1]["reason"] == "wrong_data"
    Campaign.objects.update(may_skip=False)
    with pytest.raises(NotInThisCampaign):
        operations.skip(actor=scene.alice, task_id=scene.task.pk, reason="wrong_data", now=NOW)


def test_an_offer_is_declined_without_a_reason(scene: Scene) -> None:
    scene.at(AgentState.OFFERED)
    operations.skip(actor=scene.alice, task_id=scene.task.pk, now=NOW)
    assert scene.posted()[0][0] == "skip"


def test_hanging_up_twice_leaves_one_wish(scene: Scene) -> None:
    attempt = scene.talk(state="connected", outcome="", ended_at=None)
    scene.at(AgentState.IN_CALL, attempt)
    for _ in range(2):
        operations.hang_up(actor=scene.alice, attempt_id=attempt.pk, now=NOW)
    assert scene.posted() == [("hang_up", {"agent": scene.cast.alice_agent.pk, "attempt": attempt.pk})]


def test_a_result_is_written_and_told_to_the_engine(scene: Scene) -> None:
    attempt = scene.talk()
    scene.at(AgentState.WRAP_UP, attempt)
    operations.enter_result(actor=scene.alice, attempt_id=attempt.pk, result_id=scene.yes.pk, note="Glad", now=NOW)
    attempt.refresh_from_db()
    assert (attempt.result, attempt.note) == (scene.yes, "Glad")
    kind, payload = scene.posted()[0]
    assert (kind, payload["result_class"], payload["callback_at"]) == ("result", "success", None)


def test_a_call_back_is_planned_on_the_clock_of_the_callee(
    scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campana.desk.web.work.utc_now", lambda: NOW)
    attempt = scene.talk()
    scene.at(AgentState.WRAP_UP, attempt)
    sign_in(client, scene.cast.alice)
    answer = client.post(
        f"/desk/attempts/{attempt.pk}/result",
        {"result": scene.later.pk, "callback_at": "2030-01-08T10:30", "callback_to": "me"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200
    payload = scene.posted()[0][1]
    assert payload["callback_at"] == "2030-01-08T03:30:00+00:00"
    assert payload["callback_to_me"] is True
    page = answer.content.decode()
    assert "10:30 GMT+7 their time" in page
    assert "04:30 CET yours" in page


def test_a_call_back_must_lie_ahead_within_hours_and_before_the_end(scene: Scene) -> None:
    attempt = scene.talk()
    scene.at(AgentState.WRAP_UP, attempt)
    Campaign.objects.update(
        hours=[[day, 8 * 60, 20 * 60] for day in range(7)], local_time="callee", end_at=NOW + timedelta(days=3)
    )
    for at, refusal in (
        (NOW - timedelta(minutes=1), CallbackTooSoon),
        (NOW + timedelta(days=3), CallbackTooLate),
        (NOW.replace(hour=14), CallbackOutsideHours),  # nine in the evening there
    ):
        with pytest.raises(refusal):
            operations.enter_result(
                actor=scene.alice, attempt_id=attempt.pk, result_id=scene.later.pk, callback=Callback(at), now=NOW
            )
    assert scene.posted() == []


def test_results_of_other_sets_and_calls_of_other_people_are_refused(scene: Scene) -> None:
    attempt = scene.talk()
    scene.at(AgentState.WRAP_UP, attempt)
    with pytest.raises(ResultNotChosen):
        operations.enter_result(actor=scene.alice, attempt_id=attempt.pk, result_id=0, now=NOW)
    for stranger, refusal in ((scene.bob, NotAllowed), (actor(scene.cast.dave), NotFound)):
        with pytest.raises(refusal):
            operations.enter_result(actor=stranger, attempt_id=attempt.pk, result_id=scene.yes.pk, now=NOW)


def test_a_result_is_corrected_until_the_end_of_the_next_day_and_later_by_a_supervisor(scene: Scene) -> None:
    attempt = scene.talk(wrapped_up_at=NOW)
    late = NOW.replace(hour=23) + timedelta(days=1)  # past midnight in Prague
    in_time = late - timedelta(minutes=1)
    operations.enter_result(actor=scene.alice, attempt_id=attempt.pk, result_id=scene.yes.pk, now=in_time)
    with pytest.raises(ResultClosed):
        operations.enter_result(actor=scene.alice, attempt_id=attempt.pk, result_id=scene.never.pk, now=late)
    operations.enter_result(actor=scene.carol, attempt_id=attempt.pk, result_id=scene.never.pk, now=late)
    assert [payload["agent"] for _, payload in scene.posted()] == [scene.cast.alice_agent.pk] * 2


def test_wrap_up_does_not_end_early_without_the_result_that_is_required(scene: Scene) -> None:
    attempt = scene.talk()
    scene.at(AgentState.WRAP_UP, attempt)
    with pytest.raises(ResultMissing):
        operations.ready(actor=scene.alice, now=NOW)
    Attempt.objects.update(result=scene.yes)
    operations.ready(actor=scene.alice, now=NOW)
    assert scene.posted()[-1][0] == "ready"


def test_a_note_is_kept_while_it_is_typed(scene: Scene, client: Client) -> None:
    attempt = scene.talk(state="connected", outcome="", ended_at=None)
    sign_in(client, scene.cast.alice)
    answer = client.post(f"/desk/attempts/{attempt.pk}/note", {"note": "<b>two children"})
    assert "Saved at" in answer.content.decode()
    attempt.refresh_from_db()
    assert attempt.note == "<b>two children"


def test_the_desk_shows_the_contact_its_fields_and_no_markup_of_a_note(scene: Scene, client: Client) -> None:
    attempt = scene.talk(note="<script>alert(1)</script>")
    scene.at(AgentState.WRAP_UP, attempt)
    sign_in(client, scene.cast.alice)
    page = client.get("/desk").content.decode()
    for text in ("Nguyễn Thị Nhung", "Fibre 300", "+84 901 234 567", "GMT+7", "Save and next", "Renewed"):
        assert text in page
    assert "<script>alert" not in page


def test_the_console_answers_nothing_while_nothing_has_changed(scene: Scene, client: Client) -> None:
    scene.at(AgentState.PREVIEW)
    sign_in(client, scene.cast.alice)
    page = client.get("/desk/console", {"work": "idle"})
    assert 'id="work" hx-swap-oob="true"' in page.content.decode()
    seen = page.context["seen"]
    assert client.get("/desk/console", {"work": f"task-{scene.task.pk}", "seen": seen}).status_code == 204
    scene.at(AgentState.RESERVED)
    changed = client.get("/desk/console", {"work": f"task-{scene.task.pk}", "seen": seen})
    assert changed.status_code == 200
    assert 'id="work"' not in changed.content.decode()


@pytest.mark.parametrize("state", [AgentState.WRAP_UP, AgentState.READY])
def test_a_console_that_changed_asks_nothing_twice(scene: Scene, client: Client, state: AgentState) -> None:
    """What tells whether it changed is what it is drawn from."""
    scene.at(state, scene.talk())
    sign_in(client, scene.cast.alice)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/desk/console", {"work": "idle", "seen": "something else"}).status_code == 200
    questions = Counter(re.sub(r"'[^']*'", "?", each["sql"]) for each in asked if "FROM" in each["sql"])
    assert [sql for sql, times in questions.items() if times > 1] == []


def test_somebody_without_a_place_is_told_so(scene: Scene, client: Client) -> None:
    sign_in(client, scene.cast.carol)
    answer = client.get("/desk")
    assert answer.status_code == 403
    assert "You have no place on the floor" in answer.content.decode()


def test_a_refused_wish_says_why_in_the_place_for_it(scene: Scene, client: Client) -> None:
    scene.at(AgentState.PREVIEW)
    sign_in(client, scene.cast.alice)
    answer = client.post(f"/desk/tasks/{scene.task.pk}/skip", {}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#says"
    assert "Choose why you skip this contact." in answer.content.decode()
    assert json.dumps(scene.posted()) == "[]"


def test_calling_from_a_contacts_page_answers_in_words_and_shows_on_the_desk(scene: Scene, client: Client) -> None:
    scene.at(AgentState.NOT_READY)
    Agent.objects.filter(pk=scene.cast.alice_agent.pk).update(online=True, wanted=Presence.NOT_READY)
    sign_in(client, scene.cast.alice)
    answer = client.post(
        "/desk/calls",
        {"contact": scene.contact.pk, "number": "+84901234567"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 204
    told = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert (told["url"], told["label"]) == ("/desk", "Desk")
    request = CallRequest.objects.get()
    assert (request.number, request.contact) == ("84901234567", scene.contact)
