"""The shell of one engine: inputs in, facts journalled, then and only then commands out.

It is the same in life, in lock-step and in tests: whoever drives it says what time it is. Everything that a batch
of inputs brings forth is one transaction, in which the lease is checked; when it fails, the engine is thrown away,
for its memory is ahead of the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Final

import structlog
from django.db import connection, transaction

from campana.campaigns import snapshot
from campana.engine import inputs as i
from campana.engine import outputs as o
from campana.engine.engine import Engine
from campana.engine.words import CampaignState
from campana.kernel.clock import Instant, earliest
from campana.kernel.ids import AttemptId, leg_attempt
from campana.relay import facts as told
from campana.relay.models import Message
from campana.runtime import arrivals, messages, restore, selection, statements, wire
from campana.runtime.beside import marked
from campana.runtime.journal import Journal
from campana.runtime.lease import Fenced, Lease
from campana.runtime.monitors import Monitors
from campana.runtime.test_calls import TestCalls

log = structlog.get_logger("campana.engine")

CLOSE_AT_ONCE: Final = 2000
"""Left-over tasks of a finished campaign that are closed per turn, so that no turn becomes long."""
_COMMANDS = (
    o.Originate, o.RingAgent, o.AnswerCall, o.DetectMachine, o.Bridge, o.PlayHoldMusic, o.PlaySound, o.PlayRinging,
    o.Monitor, o.StartRecording, o.HangUp,
)  # fmt: skip
_BESIDE: Final = {*TestCalls.kinds, *Monitors.kinds}
_MARKS: Final = {TestCalls.mark, Monitors.mark}

Hear = Callable[[o.Fact], None]


class Shell:
    """Takes an organisation over from whoever had it, and drives its engine."""

    def __init__(
        self, lease: Lease, *, send: Callable[[o.Command], None], now: Instant, hear: Hear | None = None
    ) -> None:
        """``send``: hands a command to the switch; ``hear``: is told every fact once it is on disk."""
        self.lease = lease
        self._send = send
        self._hear = hear
        self._known = messages.Known()
        self._closing: set[int] = set()
        organisation_id = lease.organisation_id
        self._sides = (TestCalls(organisation_id), Monitors(organisation_id))
        wire.keep_plans()
        with transaction.atomic():
            lease.still_held()
            ends = restore.countdowns(organisation_id)
            restore.clear_the_desk(organisation_id, now)
            for side in self._sides:
                side.left_open(now)
        given = list(restore.configuration(organisation_id, now))
        organisation = next(each.organisation for each in given if isinstance(each, i.OrganisationConfigured))
        self.engine = Engine(organisation, fencing=lease.fencing, now=now)
        self.journal = Journal(organisation)
        self._find_unclosed()
        given += restore.open_work(organisation_id, now, ends)
        given += restore.calls_by_hand(organisation_id)
        given += restore.calls_that_came_in(organisation_id)
        given += restore.presences(organisation_id)
        self.step(given, now)

    def step(self, given: Sequence[i.Input], now: Instant, read: Sequence[Message] = ()) -> None:
        """Let the engine have the inputs (and the messages), journal what follows, let commands leave."""
        queue = arrivals.read(self._beside(given, now), self.lease.organisation_id)
        outputs = [] if read else self._think(queue, now)
        if not outputs and not read:
            return  # most moments change nothing, and nothing needs no transaction
        commands: list[o.Command] = []
        facts: list[o.Fact] = []
        refused: set[AttemptId] = set()
        with transaction.atomic(), wire.together():
            held = self.lease.ask()
            if read:
                outputs = self._think([*queue, i.TimePassed()], now)
            for message in read:
                if message.kind == "result" and any(isinstance(output, o.WrapUpEnded) for output in outputs):
                    refused |= self._settle(outputs, now, commands, facts)  # it may be of a talk closed just now
                    outputs = []
                outputs += self._think(self._understand([message], now), now)
            if read:
                Message.objects.filter(pk__in=[message.pk for message in read]).delete()
            refused |= self._settle(outputs, now, commands, facts)
            self.lease.check(held)
        never = refused | {fact.attempt_id for fact in facts if isinstance(fact, o.AttemptEnded)}
        self._command(commands, never, refused)
        if self._hear is not None:
            for fact in facts:
                self._hear(fact)

    def read_mailbox(self, now: Instant) -> bool:
        """Take what people left in the mailbox; whether more may be waiting."""
        unread = messages.read(self.lease.organisation_id)
        beside = [message for message in unread if message.kind in _BESIDE]
        if beside:
            self.step(self._aside(now, read=beside), now)
        rest = [message for message in unread if message.kind not in _BESIDE]
        if rest:
            self.step([], now, rest)
        return len(unread) == messages.MOST

    def deadline(self) -> Instant | None:
        """When time alone makes something happen."""
        return earliest(self.engine.deadline(), *(side.deadline() for side in self._sides))

    def close_left_over(self, now: Instant) -> bool:
        """Close a helping of tasks of finished campaigns; whether more remain."""
        if not self._closing:
            return False
        campaign_id = next(iter(self._closing))
        with transaction.atomic(), connection.cursor() as cursor:
            self.lease.still_held()
            cursor.execute(statements.CLOSE_TASKS, {"campaign": campaign_id, "limit": CLOSE_AT_ONCE, "now": now})
            closed = cursor.fetchall()
            events = [told.task_final(task, campaign_id, state, now) for task, state in closed]
            told.publish(self.lease.organisation_id, events, now)
            cursor.execute(statements.ANY_LEFT_OVER, {"campaign": campaign_id})
            more = cursor.fetchone()[0]
        if not more:
            self._closing.discard(campaign_id)
        self.journal.changed_campaigns.add(campaign_id)
        return bool(self._closing)

    # --- calls which the engine knows nothing of -------------------------------------------------------

    def _beside(self, given: Sequence[i.Input], now: Instant) -> list[i.Input]:
        """The inputs without the events of such calls, which are dealt with here."""
        due = earliest(*(side.deadline() for side in self._sides))
        engines: list[i.Input] = []
        events: list[i.Input] = []
        for each in given:
            theirs = marked(each)[0] in _MARKS
            if not theirs:
                engines.append(each)
            shared = isinstance(each, i.SwitchLost | i.SwitchReturned) or any(s.hears_of(each) for s in self._sides)
            if theirs or shared:
                events.append(each)
        if not events and (due is None or due > now):
            return engines
        return engines + self._aside(now, events=events)

    def _aside(self, now: Instant, *, read: Sequence[Message] = (), events: Iterable[i.Input] = ()) -> list[i.Input]:
        """Go on with them; the engine learns how many channels they leave."""
        with transaction.atomic():
            self.lease.still_held()
            commands: list[o.Command] = []
            for side in self._sides:
                commands += side.read([message for message in read if message.kind in side.kinds], now)
                for event in events:
                    if isinstance(event, i.SwitchReturned):
                        commands += side.switch_returned(now)
                    elif isinstance(event, i.SwitchLost):
                        side.switch_lost(now)
                    else:
                        commands += side.hear(event, now)
                commands += side.overdue(now)
            Message.objects.filter(pk__in=[message.pk for message in read]).delete()
            trunks = snapshot.trunks(self.lease.organisation_id)
        self._command(commands, set())
        return [i.TrunkConfigured(trunk) for trunk in trunks]

    def _settle(
        self, outputs: list[o.Output], now: Instant, commands: list[o.Command], facts: list[o.Fact]
    ) -> set[AttemptId]:
        """Write, and think about what the database answers, until nothing follows; the attempts it refused."""
        refused: set[AttemptId] = set()
        while outputs:
            answers = self._write(outputs, now, commands, facts)
            refused |= {each.attempt_id for each in answers if isinstance(each, i.AttemptRefused)}
            outputs = self._think(answers, now)
        return refused

    # --- the pieces -----------------------------------------------------------------------------------

    def _understand(self, unread: Iterable[Message], now: Instant) -> list[i.Input]:
        """A message that makes no sense is an error of ours; it must not stop the dialling for good."""
        given: list[i.Input] = []
        for message in unread:
            try:
                given += messages.inputs(self.lease.organisation_id, message, self.engine, self._known, now)
            except (KeyError, ValueError, TypeError):
                log.exception("message not understood", organisation=self.lease.organisation_id, kind=message.kind)
        return given

    def _think(self, given: Iterable[i.Input], now: Instant) -> list[o.Output]:
        outputs: list[o.Output] = []
        for each in given:
            self._known.note(each)
            if isinstance(each, i.OrganisationConfigured):
                self._organisation_changed(each)
            outputs += self.engine.handle(each, now=now)
        return outputs

    def _organisation_changed(self, given: i.OrganisationConfigured) -> None:
        if hasattr(self, "journal"):
            self.journal.organisation = given.organisation

    def _write(
        self, outputs: Iterable[o.Output], now: Instant, commands: list[o.Command], facts: list[o.Fact]
    ) -> list[i.Input]:
        """One journey of outputs to the database; what it answers the engine."""
        batch: list[o.Fact] = []
        wishes: list[o.Request] = []
        for output in outputs:
            if isinstance(output, _COMMANDS):
                commands.append(output)
            elif isinstance(output, o.ReserveTasks | o.ReleaseTasks):
                wishes.append(output)
            else:
                batch.append(output)
                self._notice(output)
        facts += batch
        answers: list[i.Input] = list(self.journal.write(batch, now))
        for wish in wishes:
            if isinstance(wish, o.ReleaseTasks):
                if selection.release(wish, fencing=self.lease.fencing):
                    self._closing.add(wish.campaign_id)
            else:
                cap = self.journal.organisation.frequency_cap
                answers.append(selection.reserve(wish, fencing=self.lease.fencing, frequency_cap=cap, now=now))
        return answers

    def _notice(self, fact: o.Fact) -> None:
        if isinstance(fact, o.InputRefused):
            log.info("input refused", organisation=self.lease.organisation_id, input=fact.input, code=fact.code)
        elif isinstance(fact, o.CampaignMoved):
            log.info(
                "campaign moved", organisation=self.lease.organisation_id, campaign=fact.campaign_id,
                state=fact.state, reason=fact.reason,
            )  # fmt: skip
            if fact.state is CampaignState.FINISHED:
                self._closing.add(fact.campaign_id)

    def _command(
        self, commands: Iterable[o.Command], never: set[AttemptId], refused: Container[AttemptId] = ()
    ) -> None:
        """Commands leave only while the lease surely holds. After a long wait, as for a slow commit, it is renewed
        first; when that does not help, the engine is thrown away, and what is not sent is settled by the next one.

        ``never``: attempts that were refused or ended in this very batch; they must not be dialled any more.
        ``refused``: for those nobody's telephone rings either.
        """
        for command in commands:
            if isinstance(command, o.Originate) and leg_attempt(command.leg) in never:
                continue
            if isinstance(command, o.RingAgent) and leg_attempt(command.leg) in refused:
                continue
            if not self.lease.fresh():
                self.lease.renew()
                if not self.lease.fresh():
                    raise Fenced(f"the lease of organisation {self.lease.organisation_id} is too old to dial under")
            self._send(command)

    def _find_unclosed(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.id FROM campaigns_campaign c WHERE c.organisation_id = %s AND c.state = 'finished' AND EXISTS"
                " (SELECT 1 FROM campaigns_task t WHERE t.campaign_id = c.id"
                " AND t.state IN ('waiting', 'planned', 'skipped'))",
                [self.lease.organisation_id],
            )
            self._closing = {row[0] for row in cursor.fetchall()}
