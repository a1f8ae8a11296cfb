"""Every place of the administration: what it is for in a sentence, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campana.accounts import permissions as may
from campana.accounts.actors import Actor
from campana.onboarding.queries import Stock

MISSING, LOOK, FINE = "missing", "look", "fine"
Standing = tuple[str, str]
"""Whether something is to be done here, and what there is, in words."""


@dataclass(frozen=True, slots=True)
class Place:
    route: str
    word: Promise | str
    sentence: Promise | str
    permission: str
    standing: Callable[[Stock], Standing]


def _fine(_stock: Stock) -> Standing:
    return FINE, ""


def _people(stock: Stock) -> Standing:
    if stock.people + stock.invited < 2:
        return MISSING, _("Nobody but you is here yet.")
    text = ngettext("%(n)d person", "%(n)d people", stock.people) % {"n": stock.people}
    if stock.invited:
        text += ", " + ngettext("%(n)d invited", "%(n)d invited", stock.invited) % {"n": stock.invited}
    return FINE, text


def _roles(stock: Stock) -> Standing:
    return FINE, ngettext("%(n)d role", "%(n)d roles", stock.roles) % {"n": stock.roles}


def _agents(stock: Stock) -> Standing:
    if not stock.agents:
        return MISSING, _("Nobody takes calls yet.")
    if stock.agents_without_telephone:
        n = stock.agents_without_telephone
        return LOOK, ngettext("%(n)d agent has no telephone", "%(n)d agents have no telephone", n) % {"n": n}
    return FINE, ngettext("%(n)d agent", "%(n)d agents", stock.agents) % {"n": stock.agents}


def _agent_groups(stock: Stock) -> Standing:
    return FINE, ngettext("%(n)d group", "%(n)d groups", stock.agent_groups) % {"n": stock.agent_groups}


def _trunks(stock: Stock) -> Standing:
    if not stock.trunks:
        return MISSING, _("No trunk: nothing can be dialled.")
    return FINE, ngettext("%(n)d trunk", "%(n)d trunks", stock.trunks) % {"n": stock.trunks}


def _hotlines(stock: Stock) -> Standing:
    if not stock.hotlines:
        return MISSING, _("No hotline: there is no number to show.")
    if stock.resting:
        n = stock.resting
        return LOOK, ngettext("%(n)d hotline rests after failures", "%(n)d hotlines rest after failures", n) % {"n": n}
    return FINE, ngettext("%(n)d hotline", "%(n)d hotlines", stock.hotlines) % {"n": stock.hotlines}


def _sounds(stock: Stock) -> Standing:
    return FINE, ngettext("%(n)d sound", "%(n)d sounds", stock.sounds) % {"n": stock.sounds}


def _hours(stock: Stock) -> Standing:
    if not stock.hours:
        return MISSING, _("No profile: only each campaign’s own hours hold.")
    return FINE, ngettext("%(n)d profile", "%(n)d profiles", stock.hours) % {"n": stock.hours}


def _holidays(stock: Stock) -> Standing:
    n = stock.holidays_ahead
    if not n:
        return MISSING, _("No holiday lies ahead: campaigns call on every day.")
    return FINE, ngettext("%(n)d day ahead", "%(n)d days ahead", n) % {"n": n}


def _results(stock: Stock) -> Standing:
    n = stock.result_sets
    return FINE, ngettext("%(n)d result set", "%(n)d result sets", n) % {"n": n} if n else ""


def _scripts(stock: Stock) -> Standing:
    n = stock.scripts
    if not n:
        return MISSING, _("No script: agents read only what the campaign says of itself.")
    return FINE, ngettext("%(n)d script", "%(n)d scripts", n) % {"n": n}


def _fields(stock: Stock) -> Standing:
    return FINE, ngettext("%(n)d field of your own", "%(n)d fields of your own", stock.fields) % {"n": stock.fields}


def _keys(stock: Stock) -> Standing:
    return FINE, ngettext("%(n)d valid key", "%(n)d valid keys", stock.api_keys) % {"n": stock.api_keys}


def _webhooks(stock: Stock) -> Standing:
    n = stock.webhooks_failing
    if n:
        return LOOK, ngettext("%(n)d webhook gets no answer", "%(n)d webhooks get no answer", n) % {"n": n}
    return FINE, ngettext("%(n)d webhook", "%(n)d webhooks", stock.webhooks) % {"n": stock.webhooks}


SECTIONS: Final[tuple[tuple[Promise | str, tuple[Place, ...]], ...]] = (
    (
        gettext_lazy("Organisation"),
        (
            Place(
                "accounts:organisation",
                gettext_lazy("Organisation settings"),
                gettext_lazy("Name, country, zone, languages, approval, limits and how long recordings are kept."),
                may.SETTINGS_MANAGE,
                _fine,
            ),
            Place(
                "accounts:audit",
                gettext_lazy("Audit log"),
                gettext_lazy("Who did what, when, and what it was before."),
                may.AUDIT_VIEW,
                _fine,
            ),
            Place(
                "accounts:emergency_stop",
                gettext_lazy("Emergency stop"),
                gettext_lazy("One button that keeps every campaign from starting another call."),
                may.CAMPAIGNS_RUN,
                _fine,
            ),
        ),
    ),
    (
        gettext_lazy("People"),
        (
            Place(
                "accounts:people",
                gettext_lazy("People"),
                gettext_lazy("Who may sign in, with which role. Invite somebody or take somebody out."),
                may.USERS_MANAGE,
                _people,
            ),
            Place(
                "accounts:roles",
                gettext_lazy("Roles"),
                gettext_lazy("What each role may do. Four come with the product and may be changed."),
                may.USERS_MANAGE,
                _roles,
            ),
            Place(
                "workforce:agents",
                gettext_lazy("Agents"),
                gettext_lazy("The people who take calls, and the telephone of each."),
                may.AGENTS_VIEW,
                _agents,
            ),
            Place(
                "workforce:groups",
                gettext_lazy("Groups of agents"),
                gettext_lazy("Agents that are given to campaigns as one."),
                may.AGENTS_VIEW,
                _agent_groups,
            ),
        ),
    ),
    (
        gettext_lazy("Telephone"),
        (
            Place(
                "hotlines:trunks",
                gettext_lazy("Trunks"),
                gettext_lazy("The lines to your carriers, how much each bears, and a test call."),
                may.HOTLINES_VIEW,
                _trunks,
            ),
            Place(
                "hotlines:hotlines",
                gettext_lazy("Hotlines"),
                gettext_lazy("The numbers customers see when they are called."),
                may.HOTLINES_VIEW,
                _hotlines,
            ),
            Place(
                "hotlines:sounds",
                gettext_lazy("Audio library"),
                gettext_lazy("Announcements and music, in the form the telephone switch plays."),
                may.HOTLINES_VIEW,
                _sounds,
            ),
        ),
    ),
    (
        gettext_lazy("Hours"),
        (
            Place(
                "workforce:hours",
                gettext_lazy("Working hours"),
                gettext_lazy("Named weeks that campaigns choose from: nobody is called outside them."),
                may.AGENTS_VIEW,
                _hours,
            ),
            Place(
                "workforce:holidays",
                gettext_lazy("Holidays"),
                gettext_lazy("Days on which campaigns do not call, by country and of your own."),
                may.AGENTS_VIEW,
                _holidays,
            ),
        ),
    ),
    (
        gettext_lazy("Conversations"),
        (
            Place(
                "scripts:result_sets",
                gettext_lazy("Results"),
                gettext_lazy("What agents may say about a conversation, and what follows from it."),
                may.RESULTS_MANAGE,
                _results,
            ),
            Place(
                "scripts:scripts",
                gettext_lazy("Scripts"),
                gettext_lazy("What agents say aloud, with the contact’s words in it, in versions."),
                may.RESULTS_MANAGE,
                _scripts,
            ),
            Place(
                "crm:fields",
                gettext_lazy("Contact fields"),
                gettext_lazy("What you keep of a contact beside name and numbers."),
                may.FIELDS_MANAGE,
                _fields,
            ),
        ),
    ),
    (
        gettext_lazy("Other programs"),
        (
            Place(
                "accounts:api_keys",
                gettext_lazy("API keys"),
                gettext_lazy("Keys with which your programs use the API, with the rights you give them."),
                may.KEYS_MANAGE,
                _keys,
            ),
            Place(
                "automation:webhooks",
                gettext_lazy("Webhooks"),
                gettext_lazy("Programs that are told at once what happens here, and the log of what was sent."),
                may.WEBHOOKS_MANAGE,
                _webhooks,
            ),
        ),
    ),
)


def places_of(actor: Actor) -> list[tuple[str, list[Place]]]:
    """The sections with the places the actor may open; empty sections are left out."""
    found = ((str(word), [place for place in places if actor.can(place.permission)]) for word, places in SECTIONS)
    return [(word, places) for word, places in found if places]
