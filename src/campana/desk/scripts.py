"""The script on the desk: which version a conversation has, and what stands in its fields (CAM-326)."""

from __future__ import annotations

from collections.abc import Mapping

from campana.calls.models import Attempt
from campana.campaigns.models import Campaign
from campana.campaigns.queries.scripts import script_for
from campana.kernel.clock import Instant
from campana.scripts import queries as scripts
from campana.scripts.models import ScriptVersion
from campana.scripts.panel import Panel, panel_of
from campana.scripts.questions import Element, Judged, judge, typed_of
from campana.workforce.models import Agent


def version_of(campaign: Campaign | None, agent: Agent, attempt: Attempt | None) -> ScriptVersion | None:
    """The version answered already, else the one there was when the attempt began; None where none is shown."""
    if attempt is not None and attempt.script_version_id is not None:
        return scripts.version_of(attempt.organisation_id, attempt.script_version_id)
    if campaign is None or not campaign.show_script:
        return None
    at: Instant | None = attempt.began_at if attempt is not None else None
    return scripts.shown_version(campaign.organisation, script_for(campaign, agent), at)


def panel(campaign: Campaign | None, agent: Agent, attempt: Attempt | None, values: Mapping[str, str]) -> Panel | None:
    version = version_of(campaign, agent, attempt)
    if version is None:
        return None
    typed = typed_of(attempt.answers, attempt.answer_drafts) if attempt is not None else {}
    return panel_of(scripts.elements_of(version), values, typed, version=version.pk)


def judged(attempt: Attempt, agent: Agent) -> tuple[tuple[Element, ...], Judged]:
    """The elements of a conversation's script and what is kept of its answers, judged anew; no elements, and nothing
    missing, where no script is shown."""
    version = version_of(attempt.campaign, agent, attempt)
    elements = scripts.elements_of(version) if version is not None else ()
    return elements, judge(elements, typed_of(attempt.answers, attempt.answer_drafts))
