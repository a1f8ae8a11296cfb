"""The answers of a script, kept while they are typed; and what must be answered before an agent leaves (CAM-325)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from campana.accounts.actors import Actor
from campana.calls.models import Attempt
from campana.desk import scripts as shown
from campana.desk.operations.places import Gone, agent_of
from campana.kernel.refusals import Invalid, NotFound
from campana.scripts import queries as scripts
from campana.scripts.models import Result
from campana.scripts.questions import Judged, judge
from campana.workforce.models import Agent


class AnswersMissing(Invalid):
    code = "answers_missing"
    detail = "The script still has questions that must be answered: {questions}."

    judged: Judged


@transaction.atomic
def save_answers(
    *, actor: Actor, attempt_id: int, typed: Mapping[str, Sequence[str]], version_id: int | None = None
) -> Judged:
    """What stands in the fields, as it stands there; the last keystroke wins, and an attempt that has just ended takes
    it as well. ``version_id``: what the page showed, for an attempt that has no answers yet. Raises Gone, NotFound."""
    agent = agent_of(actor)
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("campaign__organisation")
        .filter(organisation=actor.organisation, agent=agent, pk=attempt_id)
        .first()
    )
    if attempt is None:
        raise NotFound(kind="attempt")
    version = None
    if version_id is not None and attempt.script_version_id is None and attempt.campaign_id is not None:
        version = scripts.version_of(attempt.organisation_id, version_id)
    version = version or shown.version_of(attempt.campaign, agent, attempt)
    if version is None:
        raise Gone
    elements = scripts.elements_of(version)
    names = {element.name for element in elements if element.asks}
    judged = judge(elements, {name: texts for name, texts in typed.items() if name in names})
    now = (version.pk, judged.answers or None, judged.drafts or None)
    if now != (attempt.script_version_id, attempt.answers, attempt.answer_drafts) and (
        judged.answers or judged.drafts or attempt.script_version_id is not None
    ):
        attempt.script_version, attempt.answers, attempt.answer_drafts = version, *now[1:]
        attempt.save(update_fields=["script_version", "answers", "answer_drafts"])
    return judged


def check_answers(attempt: Attempt, agent: Agent, result: Result) -> None:
    """Raises AnswersMissing when a required question has no answer and the talk was a success: whoever is refused,
    reached nobody or is to call again could not ask on."""
    if result.result_class != Result.Class.SUCCESS:
        return
    elements, judged = shown.judged(attempt, agent)
    if not judged.missing:
        return
    labels = [element.label for element in elements if element.name in judged.missing]
    refused = AnswersMissing(field=judged.missing[0], questions=", ".join(f"“{label}”" for label in labels[:5]))
    refused.judged = judged
    raise refused
