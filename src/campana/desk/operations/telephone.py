"""The browser's telephone: whose tab it is, its short-lived account, and its return after it was away."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction

from campana.accounts.actors import Actor
from campana.calls.operations.end_listening import end_listening
from campana.desk.operations.places import agent_of, wish
from campana.desk.telephones import Telephone, accounts, telephone_of
from campana.engine.words import AgentState
from campana.kernel.clock import Instant
from campana.kernel.refusals import Invalid, Refused
from campana.relay import mailbox
from campana.workforce.models import Agent

ACCOUNT_GOOD_FOR: Final = timedelta(minutes=15)
LAPSED: Final = timedelta(seconds=15)
"""A tab that has not been heard of for so long holds the desk no more."""
LINE: Final = {AgentState.RINGING, AgentState.IN_CALL}
_TAB = re.compile(r"[A-Za-z0-9-]{8,40}")


class DeskTaken(Refused):
    code = "desk_taken"
    detail = "Your desk is open in another tab or on another device."


class NoTelephoneHere(Refused):
    code = "no_telephone_here"
    detail = "Your calls do not come to a browser."


class ExchangeSilent(Refused):
    code = "exchange_silent"
    detail = "The telephone exchange does not answer. The desk tries again by itself."


class NameYourTab(Invalid):
    code = "name_your_tab"
    detail = "The page did not say which tab it is. Load it again."


class OnTheLine(Refused):
    code = "on_the_line"
    detail = "Change the telephone after this call."


@dataclass(frozen=True, slots=True)
class Account:
    """Handed to one tab, kept nowhere: the exchange has the password in its memory alone."""

    agent: Agent
    name: str
    password: str
    until: Instant


@transaction.atomic
def take_desk(*, actor: Actor, tab: str, force: bool = False, now: Instant) -> Agent:
    """One desk per agent: a free one is taken, one that is open elsewhere only with ``force``. Raises DeskTaken."""
    if not _TAB.fullmatch(tab):
        raise NameYourTab(field="tab")
    agent = agent_of(actor, locked=True)
    if agent.desk == tab:
        return agent
    if agent.desk and not force and agent.online and agent.seen_at and now - agent.seen_at < LAPSED:
        raise DeskTaken
    agent.desk = tab
    agent.save(update_fields=["desk"])
    mailbox.ring_screens(organisation_id=agent.organisation_id, agents=[agent.pk])
    return agent


def leave_desk(*, actor: Actor, tab: str) -> None:
    """The tab goes; the desk is free for the next one, which is mostly the same page loaded anew."""
    Agent.objects.filter(organisation=actor.organisation, user=actor.user, desk=tab).update(desk="")


def holds(agent: Agent, tab: str) -> bool:
    """Whether this tab is the agent's desk. A page that names no tab (a program, an old browser) is none to refuse."""
    return not tab or not agent.desk or agent.desk == tab


def open_account(*, actor: Actor, tab: str, now: Instant) -> Account:
    """A fresh password for the browser's telephone; whoever had the last one can not register with it any more."""
    with transaction.atomic():
        agent = agent_of(actor, locked=True)
        _check_tab(agent, tab)
        exchange = accounts()
        if exchange is None or telephone_of(agent) is not Telephone.BROWSER:
            raise NoTelephoneHere
        agent.account_until = now + ACCOUNT_GOOD_FOR
        agent.save(update_fields=["account_until"])
        password = secrets.token_urlsafe(32)
        try:
            exchange.open(agent.account, password)
        except OSError:
            raise ExchangeSilent from None
    return Account(agent, agent.account, password, agent.account_until)


def close_accounts(*, now: Instant) -> int:
    """Passwords that are past their time open nothing any more. Call in the system's scope."""
    exchange = accounts()
    if exchange is None:
        return 0
    closed = 0
    for agent in Agent.objects.filter(account_until__lt=now)[:500]:
        try:
            exchange.close(agent.account)
        except OSError:
            break
        closed += Agent.objects.filter(pk=agent.pk, account_until=agent.account_until).update(account_until=None)
    return closed


@transaction.atomic
def ring_again(*, actor: Actor, tab: str, now: Instant) -> bool:
    """The telephone is back, or about to leave with its page: a call that is up comes to it again. Somebody else's
    talk does not: hearing it is over."""
    agent = agent_of(actor, locked=True)
    _check_tab(agent, tab)
    if not agent.in_browser:
        return False
    if agent.state not in LINE or agent.attempt_id is None:
        end_listening(listener=agent, now=now)
        return False
    wish(agent, "ring_again", now, attempt=agent.attempt_id)
    return True


@transaction.atomic
def choose_telephone(*, actor: Actor, browser: bool, now: Instant) -> Agent:
    """Calls come to the browser, or to the telephone on the table where there is one."""
    agent = agent_of(actor, locked=True)
    if not agent.endpoint or agent.softphone == browser:
        return agent
    if agent.state in LINE:
        raise OnTheLine
    agent.softphone = browser
    agent.save(update_fields=["softphone"])
    mailbox.post(organisation_id=agent.organisation_id, kind="agent", now=now, id=agent.pk)
    return agent


def _check_tab(agent: Agent, tab: str) -> None:
    if not tab or not holds(agent, tab):
        raise DeskTaken
