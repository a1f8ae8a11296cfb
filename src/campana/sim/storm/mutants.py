"""Engines, databases and processes that are wrong in one way each: a storm has to catch every one of them.

``bin/sim storm --mutants`` runs seeds against each until a rule is broken, and says how many it took. What a mutant
changes is a small function or table, swapped for the time of its run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

from campana.engine import agent, calls, due, engine, floor, restart, tasks, wrap_up
from campana.engine import inputs as i
from campana.engine.inbound import queue
from campana.engine.lines import Trunk
from campana.engine.outputs import AgentSetNotReady
from campana.engine.prediction import record
from campana.engine.rules import caps, clear, retry, windows
from campana.engine.table import Table
from campana.engine.words import AgentState, AttemptState, Outcome, Presence, RefusalCode, RetryEvent
from campana.sim.directory import Directory
from campana.sim.faults import CrashPhase, Fault
from campana.sim.shift import outputs
from campana.sim.shift.outputs import Outputs
from campana.sim.storm.draw import draw_storm
from campana.sim.storm.run import run_plan

Swap = tuple[Any, str, Any]
"""Of what, which attribute, by what."""


def _without(rule: str) -> Swap:
    return clear, "OF_NUMBER", tuple(pair for pair in clear.OF_NUMBER if pair[0] != rule)


def _deaf(code: RefusalCode) -> Swap:
    """A database that does not object for this reason."""
    plain = Directory._objection
    return Directory, "_objection", lambda self, fact: None if (found := plain(self, fact)) is code else found


def _ignoring(kind: type) -> Swap:
    return engine, "_HANDLERS", engine._HANDLERS | {kind: lambda s, given: None}


def _careless_struck(fault: CrashPhase | Fault) -> Swap:
    """Commands leave although the batch never came to disk."""
    plain = Outputs._struck

    def struck(self: Outputs, process: Any, blow: Any, now: Any) -> None:
        if blow is not fault:
            plain(self, process, blow, now)
            return
        _, commands, requests = outputs._sorted_out(process.pending)
        process.pending = []
        self._send(process, commands, requests, None, now)

    return Outputs, "_struck", struck


def _unfenced() -> Swap:
    plain = Directory.apply
    return Directory, "apply", lambda self, facts, *, fencing: plain(self, facts, fencing=self.fencing)


def _careless_lease() -> Swap:
    def take(self: Directory, fencing: int, now: Any) -> None:
        self.fencing = fencing

    return Directory, "_take_lease", take


def _anything_goes() -> Table[Any, Any]:
    """Agents who can be taken from any work to any other."""
    rows = {(state, event): to for state in AgentState for (_, event), to in agent.AGENT_TABLE.rows.items()}
    return Table(rows)


def _one_more_call() -> Swap:
    plain = caps.check

    def check(*given: Any, live: int, **more: Any) -> RefusalCode | None:
        return plain(*given, live=live - 1, **more)

    return caps, "check", check


def _one_round_more() -> Swap:
    plain = retry.after_outcome

    def after_outcome(card: Any, index: int, outcome: Any, campaign: Any, now: Any) -> retry.Next:
        plan = replace(campaign.retry, max_attempts=campaign.retry.max_attempts + 1)
        return plain(card, index, outcome, replace(campaign, retry=plan), now)

    return calls.customer, "after_outcome", after_outcome


def _forgets_results() -> Swap:
    plain = Directory.open_wrap_ups
    return Directory, "open_wrap_ups", lambda self, now: [replace(each, result=None) for each in plain(self, now)]


def _never_together_again() -> Swap:
    plain = restart._reconcile_agent

    def reconcile(s: Any, attempt: Any, up: Any) -> None:
        if attempt.state is not AttemptState.CONNECTED or attempt.agent_leg not in up:
            plain(s, attempt, up)

    return restart, "_reconcile_agent", reconcile


def _counts_lost_talks() -> Swap:
    plain = calls.customer._abandoned

    def abandoned(s: Any, attempt: Any, outcome: Any) -> bool:
        back, attempt.connected_at = attempt.connected_at, None
        found = plain(s, attempt, outcome)
        attempt.connected_at = back
        return found

    return calls.customer, "_abandoned", abandoned


def _forgets_what_was_said() -> Swap:
    plain = calls.offers._agent_lost

    def lost(s: Any, attempt: Any, who: Any) -> None:
        s.early_results.pop(attempt.id, None)
        plain(s, attempt, who)

    return calls.offers, "_agent_lost", lost


def _keeping_results(plain: Any) -> Any:
    def begin(s: Any, attempt: Any, campaign: Any, who: Any) -> None:
        said = s.early_results.get(attempt.id)
        plain(s, attempt, campaign, who)
        if said is not None:
            s.early_results[attempt.id] = said

    return begin


def _keeps_the_unready() -> Swap:
    def missed(s: Any, who: Any) -> None:
        who.misses += 1
        if who.misses >= s.organisation.missed_offers:
            who.misses, who.presence = 0, Presence.NOT_READY
            s.emit(AgentSetNotReady(who.id, s.now))

    return floor, "missed", missed


MUTANTS: Final[Mapping[str, Callable[[], list[Swap]]]] = {
    "forgets that one number has one live attempt": lambda: [_deaf(RefusalCode.IN_ANOTHER_CALL)],
    "does not ask for suppressions": lambda: [_without("suppression"), _deaf(RefusalCode.SUPPRESSED)],
    "dials what was suppressed after its task was read": lambda: [_deaf(RefusalCode.SUPPRESSED)],
    "dials contacts deleted after their task was read": lambda: [_deaf(RefusalCode.INVALID_NUMBER)],
    "dials blocked prefixes": lambda: [_without("blocked_prefix")],
    "dials outside the hours": lambda: [_without("hours"), (windows, "open_zones", lambda campaign, zone, now: None)],
    "exceeds the licence by one": lambda: [_one_more_call()],
    "exceeds the trunk's channels by one": lambda: [
        (Trunk, "full", property(lambda self: self.busy > self.config.channels))
    ],
    "forgets the trunk's pace": lambda: [(Trunk, "paced_until", lambda self, now: None)],
    "makes one round more than the plan": lambda: [
        _one_round_more(),
        (clear, "OF_TASK", tuple(pair for pair in clear.OF_TASK if pair[0] != "rounds")),
    ],
    "counts a busy number as not answering": lambda: [
        (retry, "EVENTS", {**retry.EVENTS, Outcome.BUSY: RetryEvent.NO_ANSWER})
    ],
    "dials again at once after a crash": lambda: [(retry, "AFTER_SYSTEM_ERROR", timedelta(0))],
    "takes a failed commit for a good one": lambda: [_careless_struck(Fault.COMMIT_LOST)],
    "dials before the attempt is on disk": lambda: [_careless_struck(CrashPhase.BEFORE_FACTS)],
    "forgets reserved tasks after a crash": lambda: [_careless_lease()],
    "forgets live attempts after a crash": lambda: [_ignoring(i.AttemptRestored)],
    "forgets wrap-ups after a crash": lambda: [_ignoring(i.WrapUpRestored)],
    "forgets results said before a crash": lambda: [_forgets_results()],
    "writes and dials without its lease": lambda: [
        _unfenced(),
        (Outputs, "_may_send", lambda self, process, now: True),
    ],
    "dials under an old lease": lambda: [(Outputs, "_may_send", lambda self, process, now: True)],
    "connects one agent with two customers": lambda: [
        (floor, "_unlist", lambda s, who: None),
        (floor, "AGENT_TABLE", _anything_goes()),
    ],
    "waits for ever for a hang-up": lambda: [(due, "_TIMERS", due._TIMERS | {"hang": lambda s, subject: None})],
    "waits for ever for a call's end": lambda: [(due, "_TIMERS", due._TIMERS | {"ring": lambda s, subject: None})],
    "connects what was taken for a machine": lambda: [(calls.detection, "MACHINES", frozenset())],
    "listens for ever when detection says nothing": lambda: [
        (due, "_TIMERS", due._TIMERS | {"detect": lambda s, subject: None})
    ],
    "does not look again at tasks that come back": lambda: [(tasks, "expect", lambda s, campaign, at: None)],
    "does not let two together again after a restart": lambda: [_never_together_again()],
    "turns in a circle where hours never come": lambda: [(windows, "NEVER_OPEN", timedelta(0))],
    "counts lost talks as abandoned": lambda: [_counts_lost_talks()],
    "forgets what was said when the telephone is lost": lambda: [_forgets_what_was_said()],
    "takes the unready for people at work": lambda: [_keeps_the_unready()],
    "forgets the lock-out of numbers": lambda: [(tasks, "needs_agent", lambda card, now: card.guaranteed)],
    "reckons with an empty budget after a crash": lambda: [
        (record.Prediction, "remember", lambda self, history, config: None)
    ],
    "never ends a wrap-up": lambda: [(due, "_TIMERS", due._TIMERS | {"wrap_up": lambda s, subject: None})],
    "offers callers to nobody": lambda: [(queue, "serve", lambda s: setattr(s, "callers_may_be_served", False))],
    "forgets callers after a crash": lambda: [_ignoring(i.ArrivalRestored)],
    "keeps what was said for nobody": lambda: [
        (wrap_up, "begin", _keeping_results(wrap_up.begin)),
    ],
    "never asks the switch after a restart": lambda: [_ignoring(i.SwitchReturned)],
}


@contextmanager
def mutated(name: str) -> Iterator[None]:
    with ExitStack() as undo:
        for target, attribute, value in MUTANTS[name]():
            own = vars(target)
            back = (
                partial(setattr, target, attribute, own[attribute])
                if attribute in own
                else partial(delattr, target, attribute)
            )
            undo.callback(back)
            setattr(target, attribute, value)
        yield


def caught(name: str, seeds: Iterable[int]) -> tuple[int, str] | None:
    """After how many seeds, and by which rule; None when none of them noticed."""
    with mutated(name):
        for count, seed in enumerate(seeds, start=1):
            violations = run_plan(draw_storm(seed)).violations
            if violations:
                return count, violations[0].rule
    return None
