"""The driver: one thread with an event loop of its own around the client and the exchange."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog

from campana.engine.outputs import Command
from campana.telephony.asterisk.client import Client, Reply
from campana.telephony.asterisk.commands import Call
from campana.telephony.asterisk.events import UNWANTED, News, news
from campana.telephony.asterisk.exchange import Exchange
from campana.telephony.asterisk.names import Names
from campana.telephony.asterisk.reconcile import take_stock
from campana.telephony.port import Listener, SwitchEvent

log = structlog.get_logger("campana.telephony")


class AsteriskSwitch:
    """One organisation's calls on one Asterisk.

    ``url`` is the ARI root (``http://127.0.0.1:8088/ari``); ``app`` is the organisation's application,
    ``campana-<organisation id>``: legs of other applications are neither told nor touched.
    """

    def __init__(self, url: str, user: str, password: str, app: str, *, sounds: str = "") -> None:
        """``sounds``: the folder of the audio library, as Asterisk sees it."""
        self._names = Names(app)
        self._client = Client(url, user, password, app, hears=self._hears, up=self._up, down=self._down)
        self._exchange = Exchange(
            self._names,
            tell=self._tell,
            call=self._client.call,
            later=self._later,
            replaced=self._client.was_replaced,
            sounds=sounds,
        )
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._commands: deque[Command] = deque()
        self._early: list[News] | None = None
        """Events that came while we were still taking stock."""

    # --- the port -----------------------------------------------------------------------------------

    def start(self, listener: Listener) -> None:
        assert self._thread is None, "a driver is started once"
        self._listener = listener
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(self._loop,), name="asterisk", daemon=True)
        self._thread.start()

    def send(self, command: Command) -> None:
        if self._loop is None:
            return
        self._commands.append(command)
        with contextlib.suppress(RuntimeError):  # closed: nobody is left to carry it out
            self._loop.call_soon_threadsafe(self._carry_out)

    def close(self) -> None:
        self._listener = None
        if self._thread is None or self._loop is None:
            return
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stop)
        if self._thread is not threading.current_thread():
            self._thread.join(timeout=5)

    # --- inside the thread --------------------------------------------------------------------------

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                self._task = loop.create_task(self._client.run())
                loop.run_until_complete(self._task)
        finally:
            loop.close()

    def _stop(self) -> None:
        self._task.cancel()

    def _carry_out(self) -> None:
        while self._commands:
            command = self._commands.popleft()
            try:
                self._exchange.carry_out(command)
            except Exception:
                log.exception("switch.command_failed", command=type(command).__name__)

    def _later(self, seconds: float, action: Any) -> None:
        assert self._loop is not None
        self._loop.call_later(seconds, action)

    def _tell(self, event: SwitchEvent) -> None:
        listener = self._listener
        if listener is not None:
            listener(event)

    # --- the connection -----------------------------------------------------------------------------

    def _down(self) -> None:
        self._early = None
        self._exchange.lost()

    def _up(self) -> None:
        """Take stock before anything is told. Asterisk may still be starting: its SIP must be ready."""
        self._early = []
        unwanted = {"disallowed": [{"type": kind} for kind in UNWANTED]}
        self._client.call(Call("PUT", f"applications/{self._names.app}/eventFilter", body=unwanted), self._filtered)
        self._client.call(Call("GET", "asterisk/modules/chan_pjsip.so"), self._ready)

    def _filtered(self, reply: Reply) -> None:
        if not reply.ok and not reply.lost:
            log.info("ari.no_event_filter", status=reply.status)

    def _ready(self, reply: Reply) -> None:
        if reply.lost:
            return
        if not reply.ok or reply.json().get("status") != "Running":
            self._client.drop()
            return
        seen: dict[str, Any] = {}
        for what in ("bridges", "channels"):
            self._client.call(Call("GET", what), partial(self._listed, what, seen))

    def _listed(self, what: str, seen: dict[str, Any], reply: Reply) -> None:
        if reply.lost:
            return
        if not reply.ok:
            log.warning("ari.no_stock", status=reply.status)
            self._client.drop()
            return
        seen[what] = reply.json()
        if len(seen) == 2:
            exchange, legs = self._exchange, self._exchange.legs
            stock = take_stock(
                seen["channels"], seen["bridges"], self._names, ended=legs.ended, undialled=legs.undialled
            )
            exchange.returned(stock)
            early, self._early = self._early or [], None
            for item in early:
                exchange.heard(item)

    def _hears(self, event: Mapping[str, Any]) -> None:
        item = news(event, self._names)
        if item is None:
            return
        if self._early is not None:
            self._early.append(item)
        else:
            self._exchange.heard(item)
