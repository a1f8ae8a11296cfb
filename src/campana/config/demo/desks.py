"""What the simulated agents ask for, done as the desk does it: through its operations, on the database."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog
from django.db import DatabaseError, connection

from campana.accounts.actors import Actor
from campana.accounts.queries import actor_of_user
from campana.campaigns.models import Campaign
from campana.config.demo.people import SLUG
from campana.desk import operations as desk
from campana.desk.operations.results import Callback
from campana.engine import inputs as i
from campana.engine.words import Presence, ResultClass
from campana.kernel.clock import Clock
from campana.kernel.ids import AgentId, ResultId
from campana.kernel.refusals import Refused
from campana.scripts.models import Result
from campana.sim.floor import Seat, Wish
from campana.tenancy import system_scope
from campana.workforce.models import Agent

log = structlog.get_logger("campana.demo")
BEAT: Final = 5.0


class Desks:
    """The screens of the simulated agents of the demo organisation. Call inside the system scope."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._actors: dict[AgentId, Actor] = {}
        self.seats: list[Seat] = []
        self._mine = Agent.objects.filter(organisation__slug=SLUG, endpoint__startswith="floor/")
        for agent in self._mine.select_related("user").order_by("pk"):
            actor = actor_of_user(agent.user, None)
            if actor is not None:
                self._actors[AgentId(agent.pk)] = actor
                self.seats.append(Seat(AgentId(agent.pk), agent.endpoint))
        chosen = Campaign.objects.filter(organisation__slug=SLUG).order_by("pk").values_list("result_set_id", flat=True)
        self.results = {
            ResultClass(result.result_class): ResultId(result.pk)
            for result in Result.objects.filter(result_set_id=chosen.first(), active=True).order_by("-position")
        }

    def beat(self) -> None:
        """The screens are open."""
        self._mine.filter(online=True).update(seen_at=self._clock())

    def do(self, wish: Wish) -> None:
        """A refusal is what a person would have read on the screen: the moment had passed."""
        try:
            self._do(self._actors[wish.agent_id], wish)
        except Refused as refused:
            log.info("agent refused", wish=type(wish).__name__, code=refused.code)

    def _do(self, actor: Actor, wish: Wish) -> None:
        now = self._clock()
        match wish:
            case i.PresenceChanged(presence=presence, online=online):
                wanted = presence if online else Presence.OFF
                desk.change_presence(actor=actor, presence=wanted, now=now)
            case i.PreviewAccepted(task_id=task):
                desk.accept(actor=actor, task_id=task, now=now)
            case i.DialNowRequested(task_id=task):
                desk.dial_now(actor=actor, task_id=task, now=now)
            case i.SkipRequested(task_id=task):
                desk.skip(actor=actor, task_id=task, reason="not_now", now=now)
            case i.HoldRequested(task_id=task):
                desk.hold(actor=actor, task_id=task, now=now)
            case i.HangUpRequested(attempt_id=attempt):
                desk.hang_up(actor=actor, attempt_id=attempt, now=now)
            case i.ResultEntered():
                soonest = now + timedelta(minutes=2)
                callback = Callback(max(soonest, wish.callback_at), wish.callback_to_me) if wish.callback_at else None
                self._answer(actor, wish)
                desk.enter_result(
                    actor=actor, attempt_id=wish.attempt_id, result_id=wish.result_id, callback=callback, now=now
                )
            case i.ReadyRequested():
                desk.ready(actor=actor, now=now)
            case i.ExtendRequested():
                desk.extend(actor=actor, now=now)

    def _answer(self, actor: Actor, wish: i.ResultEntered) -> None:
        """What the demo's script must have, after a talk."""
        interest = {ResultClass.SUCCESS: "Yes", ResultClass.REFUSAL: "No"}.get(wish.result_class)
        if interest is None:
            return
        typed = {"interest": [interest]}
        if interest == "Yes":
            typed["budget"] = [str(20 + wish.attempt_id % 9 * 5)]
        with suppress(Refused):  # a campaign without a script
            desk.save_answers(actor=actor, attempt_id=wish.attempt_id, typed=typed)


class LiveDesks:
    """The same in a thread of its own, so that neither the world nor the engine waits for the database."""

    def __init__(self, desks: Desks, *, speed: float = 1.0) -> None:
        self._desks = desks
        self._every = BEAT / speed
        self._wishes: queue.SimpleQueue[Wish] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="simulated-desks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask(self, wish: Wish) -> None:
        self._wishes.put(wish)

    def _work(self) -> None:
        while True:
            try:
                with system_scope():
                    self._serve()
            except DatabaseError as problem:
                log.warning("simulated desks begin anew", problem=type(problem).__name__)
                connection.close()
                time.sleep(1)

    def _serve(self) -> None:
        beaten = 0.0
        while True:
            moment = time.monotonic()
            if moment - beaten >= self._every:
                self._desks.beat()
                beaten = moment
            try:
                self._desks.do(self._wishes.get(timeout=self._every))
            except queue.Empty:
                continue
