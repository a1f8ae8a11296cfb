"""What the agent says of a conversation from his desk: result, note, planned call back (CAM-342 to CAM-344)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from campana.accounts.actors import Actor
from campana.calls import operations as calls
from campana.calls.models import Attempt
from campana.calls.operations.hours import check_hours
from campana.campaigns.models import Campaign
from campana.desk.operations.answers import check_answers
from campana.desk.operations.places import agent_of
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, NotFound
from campana.scripts.models import Result, ResultSet


class ResultNotChosen(Invalid):
    code = "result_not_chosen"
    detail = "Choose a result."


@dataclass(frozen=True, slots=True)
class Callback:
    at: Instant
    to_me: bool = False


@transaction.atomic
def enter_result(
    *,
    actor: Actor,
    attempt_id: int,
    result_id: int | None,
    callback: Callback | None = None,
    note: str | None = None,
    now: Instant,
) -> Attempt:
    """``calls.operations.enter_result`` with the calling hours kept (CAM-344) and the script answered (CAM-325). None
    keeps the note as it is."""
    attempt = (
        Attempt.objects.filter(organisation=actor.organisation, pk=attempt_id)
        .select_related("campaign__organisation", "campaign__working_hours", "task", "agent")
        .first()
    )
    if attempt is None:
        raise NotFound(kind="attempt")
    chosen = next((result for result in results_of(attempt) if result.pk == result_id), None)
    if chosen is None:
        raise ResultNotChosen(field="result")
    if chosen.result_class != Result.Class.CALL_BACK:
        callback = None
    if callback is not None and callback.at != attempt.callback_at:
        check_hours(attempt, callback.at)
    if attempt.agent is not None and actor.user is not None and attempt.agent.user_id == actor.user.pk:
        check_answers(attempt, attempt.agent, chosen)  # who corrects what others said was not in the conversation
    return calls.enter_result(
        attempt_id=attempt_id,
        result_id=chosen.pk,
        actor=actor,
        now=now,
        note=attempt.note if note is None else note[:10_000],
        callback_at=callback.at if callback else None,
        callback_to_me=bool(callback and (callback.to_me or attempt.campaign is None)),  # nobody else would call
    )


def save_note(*, actor: Actor, attempt_id: int, note: str) -> None:
    """The draft of the note, saved while it is typed; the last keystroke wins."""
    rows = Attempt.objects.filter(organisation=actor.organisation, agent=agent_of(actor), pk=attempt_id)
    if not rows.update(note=note[:10_000]):
        raise NotFound(kind="attempt")


def results_of(of: Campaign | Attempt) -> list[Result]:
    """What may be chosen: the campaign's result set, or the organisation's standard one."""
    campaign = of.campaign if isinstance(of, Attempt) else of
    chosen = campaign.result_set_id if campaign else None
    if chosen is None:
        standard = ResultSet.objects.filter(organisation_id=of.organisation_id, is_default=True)
        chosen = standard.values_list("pk", flat=True).first()
    rows = Result.objects.filter(result_set=chosen or 0, active=True)
    return list(rows)
