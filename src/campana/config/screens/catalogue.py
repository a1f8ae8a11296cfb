"""The one table of screens: name, address, who looks, and how its prototype and its picture in the guide are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ADMIN, SUPERVISOR, YOU, NOBODY = "admin", "supervisor", "you", ""


@dataclass(frozen=True)
class Screen:
    name: str
    address: str
    """With ``{id}`` of the state where a thing has a page of its own."""
    person: str = ADMIN
    prototype: str = ""
    """The name of the picture in the folder of prototypes, without its size."""
    guide: str = ""
    """The name of its picture in docs/guide; blank: the guide does not show it."""
    desk: str = ""
    """The state in which the agent's desk is put before."""
    press: tuple[str, ...] = ()
    """Keys pressed before the picture is taken."""
    click: str = ""
    """What is clicked before it: a selector."""
    hears: str = ""
    """How the supervisor hears somebody's talk: a mode of engine.words.MonitorMode."""


SCREENS: Final[tuple[Screen, ...]] = (
    Screen("sign-in", "/session", NOBODY, "sign-in"),
    Screen("campaigns", "/campaigns", SUPERVISOR, "campaigns", "campaigns"),
    Screen("campaign", "/campaigns/{campaign}", SUPERVISOR, "campaign", "campaign"),
    Screen("campaign-contacts", "/campaigns/{campaign}/contacts", SUPERVISOR),
    Screen("campaign-contact", "/campaigns/{campaign}/contacts/{task}", SUPERVISOR),
    Screen("campaign-attempts", "/campaigns/{campaign}/attempts", SUPERVISOR),
    Screen("campaign-forecast", "/campaigns/{campaign}/forecast", SUPERVISOR, guide="forecast"),
    Screen("campaign-log", "/campaigns/{campaign}/log", SUPERVISOR),
    Screen("wizard-general", "/campaigns/{draft}/settings/general", SUPERVISOR),
    Screen("wizard-contacts", "/campaigns/{draft}/settings/contacts", SUPERVISOR),
    Screen("wizard-schedule", "/campaigns/{draft}/settings/hours", SUPERVISOR, "wizard-schedule", "wizard-schedule"),
    Screen("wizard-agents", "/campaigns/{draft}/settings/agents", SUPERVISOR),
    Screen("wizard-review", "/campaigns/{draft}/settings/review", SUPERVISOR, "wizard-review", "wizard-review"),
    Screen("predictive-mode", "/campaigns/{ahead_draft}/settings/mode", SUPERVISOR),
    Screen("predictive-pace", "/campaigns/{ahead_draft}/settings/calls", SUPERVISOR, guide="predictive"),
    Screen("predictive-more", "/campaigns/{ahead_draft}/settings/calls", SUPERVISOR, click="details.fold summary"),
    Screen("predictive-message", "/campaigns/{ahead_draft}/settings/message"),
    Screen("predictive-review", "/campaigns/{ahead_draft}/settings/review", SUPERVISOR),
    Screen("predictive-running", "/campaigns/{ahead}", SUPERVISOR),
    Screen("floor", "/floor", SUPERVISOR, "", "floor"),
    Screen("floor-listening", "/floor", SUPERVISOR, "", "floor-listening", hears="whisper"),
    Screen("wallboard", "/wallboard", SUPERVISOR, "wallboard", "wallboard"),
    Screen("wallboard-links", "/wallboard/links", SUPERVISOR, guide="wallboard-links"),
    Screen("calls", "/calls", SUPERVISOR),
    Screen("call", "/calls/{attempt}", SUPERVISOR, "", "call"),
    Screen("contacts", "/contacts", SUPERVISOR, "leads"),
    Screen("contacts-ticked", "/contacts", SUPERVISOR, "leads", click="[data-all]"),
    Screen("contact", "/contacts/{contact}", SUPERVISOR, "contact"),
    Screen("contact-new", "/contacts/new", SUPERVISOR),
    Screen("recycle-bin", "/contacts/recycle-bin"),
    Screen("act-on-all", "/contacts/acts"),
    Screen("imports", "/imports", SUPERVISOR),
    Screen("import-mapping", "/imports/{mapping}", SUPERVISOR, "import", "import-mapping"),
    Screen("import", "/imports/{import}", SUPERVISOR),
    Screen("suppressions", "/suppressions", SUPERVISOR),
    Screen("groups", "/groups", SUPERVISOR),
    Screen("group", "/groups/{contact_group}", SUPERVISOR),
    Screen("filters", "/filters", SUPERVISOR),
    Screen("filter", "/filters/{filter}", SUPERVISOR),
    Screen("desk-ready", "/desk", YOU, "desk-ready", "desk-ready", desk="available"),
    Screen("desk-preview", "/desk", YOU, "desk-preview", "", desk="preview"),
    Screen("desk-off", "/desk", YOU, "", "", desk="off"),
    Screen("desk-ringing", "/desk", YOU, "", "", desk="ringing"),
    Screen("desk-call", "/desk", YOU, "desk-call", "desk-call", desk="in_call"),
    Screen("desk-wrapup", "/desk", YOU, "desk-wrapup", "desk-wrap-up", desk="wrap_up"),
    Screen("desk-callback", "/desk", YOU, desk="wrap_up", press=("3",)),
    Screen("desk-dial", "/desk", YOU, desk="available", press=("k",)),
    Screen("desk-caller", "/desk", YOU, guide="desk-caller", desk="caller"),
    Screen("settings", "/settings", ADMIN, "", "settings"),
    Screen("organisation", "/organisation"),
    Screen("people", "/people", ADMIN),
    Screen("person", "/people/{person}"),
    Screen("roles", "/roles"),
    Screen("role", "/roles/{role}"),
    Screen("agents", "/agents", ADMIN),
    Screen("agent", "/agents/{agent}"),
    Screen("agent-groups", "/agent-groups"),
    Screen("working-hours", "/working-hours/new"),
    Screen("holidays", "/holidays"),
    Screen("hotlines", "/hotlines", ADMIN),
    Screen("hotline", "/hotlines/{hotline}", guide="hotline-answering"),
    Screen("sounds", "/audio", guide="sounds"),
    Screen("sound", "/audio/{sound}"),
    Screen("sound-spoken", "/audio/spoken"),
    Screen("trunks", "/trunks"),
    Screen("trunk", "/trunks/{trunk}", ADMIN, "", "trunk"),
    Screen("result-set", "/result-sets/{result_set}", ADMIN),
    Screen("scripts", "/scripts", ADMIN),
    Screen("script", "/scripts/{script}", ADMIN),
    Screen("script-new", "/scripts/new", ADMIN),
    Screen("fields", "/fields"),
    Screen("api-keys", "/api-keys"),
    Screen("webhooks", "/webhooks"),
    Screen("audit", "/audit", ADMIN),
    Screen("emergency-stop", "/emergency-stop"),
    Screen("profile", "/profile"),
    Screen("keys", "/contacts", SUPERVISOR, press=("?",)),
    Screen("style", "/style", ADMIN, "style"),
)
