"""What may be done with a campaign in which state (appendix C.1), as one table.

The first states are moved here. From Scheduled on the engine moves them: what people do then is a wish
(``wanted``) that it carries out. A pair that is not in the table is refused with the state's own code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from campana.engine.words import CampaignReason, Wanted
from campana.engine.words import CampaignState as S
from campana.kernel.refusals import Refused


class Verb(StrEnum):
    EDIT = "edit"
    CREATE = "create"
    BUILT = "built"
    APPROVE = "approve"
    REJECT = "reject"
    START = "start"
    PAUSE = "pause"
    FINISH = "finish"
    STOP = "stop"
    ARCHIVE = "archive"
    DELETE = "delete"
    ADD_TASKS = "add_tasks"
    REMOVE_TASKS = "remove_tasks"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Move:
    """``to``: the state this app writes; None leaves it alone. ``wanted``: the wish left for the engine."""

    to: S | None = None
    wanted: Wanted | None = None


_STAY = Move()
_LIVE = (S.SCHEDULED, S.RUNNING, S.PAUSED)

TABLE: Final[Mapping[tuple[S, Verb], Move]] = {
    (S.DRAFT, Verb.EDIT): _STAY,
    (S.DRAFT, Verb.CREATE): Move(to=S.PROCESSING),
    (S.DRAFT, Verb.DELETE): _STAY,
    (S.DRAFT, Verb.ADD_TASKS): _STAY,
    (S.DRAFT, Verb.REMOVE_TASKS): _STAY,
    (S.PROCESSING, Verb.BUILT): Move(to=S.NOT_APPROVED),  # or Scheduled, or back to Draft: see build_tasks
    (S.NOT_APPROVED, Verb.EDIT): _STAY,
    (S.NOT_APPROVED, Verb.APPROVE): Move(to=S.SCHEDULED),
    (S.NOT_APPROVED, Verb.REJECT): Move(to=S.DRAFT),
    (S.NOT_APPROVED, Verb.DELETE): _STAY,
    (S.NOT_APPROVED, Verb.ADD_TASKS): _STAY,
    (S.NOT_APPROVED, Verb.REMOVE_TASKS): _STAY,
    (S.SCHEDULED, Verb.REJECT): Move(to=S.DRAFT),  # the approval is withdrawn; only before the first call
    (S.SCHEDULED, Verb.DELETE): _STAY,  # only before the first call
    (S.SCHEDULED, Verb.START): Move(wanted=Wanted.RUN),
    (S.PAUSED, Verb.START): Move(wanted=Wanted.RUN),
    (S.RUNNING, Verb.START): Move(wanted=Wanted.RUN),  # takes back a pause that was not carried out yet
    (S.SCHEDULED, Verb.PAUSE): Move(wanted=Wanted.PAUSE),
    (S.RUNNING, Verb.PAUSE): Move(wanted=Wanted.PAUSE),
    (S.PAUSED, Verb.PAUSE): Move(wanted=Wanted.PAUSE),  # an automatic pause becomes a person's
    **{(state, Verb.FINISH): Move(wanted=Wanted.FINISH) for state in _LIVE},
    **{(state, Verb.EDIT): _STAY for state in _LIVE},
    **{(state, Verb.ADD_TASKS): _STAY for state in _LIVE},
    **{(state, Verb.REMOVE_TASKS): _STAY for state in _LIVE},
    (S.RUNNING, Verb.STOP): Move(wanted=Wanted.PAUSE),
    (S.PAUSED, Verb.STOP): Move(wanted=Wanted.PAUSE),  # calls of before the pause may still ring
    (S.PAUSED, Verb.RESTART): Move(to=S.SCHEDULED),
    (S.FINISHED, Verb.RESTART): Move(to=S.SCHEDULED),
    (S.FINISHED, Verb.ARCHIVE): Move(to=S.ARCHIVED),
    (S.FINISHED, Verb.DELETE): Move(to=S.ARCHIVED),
    (S.FINISHED, Verb.REMOVE_TASKS): _STAY,
}


class WrongState(Refused):
    """The campaign's state does not allow it; ``state`` and ``verb`` are among the facts."""

    code = "campaign_state"
    detail = "The state of the campaign does not allow this."


class IsDraft(WrongState):
    code = "campaign_is_draft"
    detail = "The campaign is a draft. Create it first."


class IsProcessing(WrongState):
    code = "campaign_is_processing"
    detail = "The contacts of the campaign are being processed. Wait until that is done."


class IsNotApproved(WrongState):
    code = "campaign_not_approved"
    detail = "The campaign is not approved. Have it approved first."


class IsScheduled(WrongState):
    code = "campaign_is_scheduled"
    detail = "The campaign is scheduled already."


class IsRunning(WrongState):
    code = "campaign_is_running"
    detail = "The campaign is running. Finish it first."


class IsPaused(WrongState):
    code = "campaign_is_paused"
    detail = "The campaign is paused. Finish it first."


class IsFinished(WrongState):
    code = "campaign_finished"
    detail = "The campaign is finished. Return contacts to dialling, or make a new campaign from them."


class IsArchived(WrongState):
    code = "campaign_archived"
    detail = "The campaign is archived: it can be read only."


class AlreadyWanted(Refused):
    code = "already_asked"
    detail = "Somebody asked for this already."


class Finishing(Refused):
    code = "campaign_finishing"
    detail = "The campaign is being finished; that can not be taken back."


REFUSALS: Final[Mapping[S, type[WrongState]]] = {
    S.DRAFT: IsDraft,
    S.PROCESSING: IsProcessing,
    S.NOT_APPROVED: IsNotApproved,
    S.SCHEDULED: IsScheduled,
    S.RUNNING: IsRunning,
    S.PAUSED: IsPaused,
    S.FINISHED: IsFinished,
    S.ARCHIVED: IsArchived,
}


def allowed(state: str, verb: Verb) -> bool:
    return (S(state), verb) in TABLE


def move(state: str, wanted: str, verb: Verb, *, reason: str = "") -> Move:
    """What ``verb`` does now; ``reason`` is why the state is what it is.

    Raises WrongState, AlreadyWanted, Finishing.
    """
    found = TABLE.get((S(state), verb))
    if found is None:
        raise REFUSALS[S(state)](state=state, verb=verb.value)
    if wanted == Wanted.FINISH and S(state) in _LIVE and verb is not Verb.EDIT:
        raise AlreadyWanted() if verb is Verb.FINISH else Finishing()
    if found.wanted is not None and verb is not Verb.STOP and _idle(S(state), reason, wanted, found.wanted):
        raise AlreadyWanted()
    return found


def _idle(state: S, reason: str, wanted: str, asked: Wanted) -> bool:
    """Whether asking changes nothing: it was asked already, or it runs and nobody wants it to pause.

    A campaign that was paused for a fault while people want it to run may be asked again: that is how a
    person says that the fault is removed (CAM-062).
    """
    if asked is Wanted.RUN and state is S.RUNNING:
        return wanted != Wanted.PAUSE
    if asked is Wanted.RUN and state is S.PAUSED and reason != CampaignReason.BY_USER:
        return False
    return wanted == asked
