"""What changed, in the words of the audit log and of a campaign's log: names of fields and their values."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from campana.accounts.labels import permission_label, preset_label
from campana.ui import moments
from campana.ui.kinds import FIELD_TYPES, OPERATORS
from campana.ui.week import typed_days
from campana.ui.words import said

_FIELDS: Final[dict[str, str | Promise]] = {
    "name": gettext_lazy("name"),
    "email": gettext_lazy("e-mail"),
    "role": gettext_lazy("role"),
    "state": gettext_lazy("state"),
    "owner": gettext_lazy("owner"),
    "language": gettext_lazy("language"),
    "time_zone": gettext_lazy("time zone"),
    "theme": gettext_lazy("colours"),
    "prefix": gettext_lazy("begins with"),
    "scopes": gettext_lazy("limited to"),
    "limited_to": gettext_lazy("limited to groups"),
    "permissions": gettext_lazy("permissions"),
    "expires_at": gettext_lazy("ends"),
    "slug": gettext_lazy("short name"),
    "default_country": gettext_lazy("country"),
    "campaigns_need_approval": gettext_lazy("campaigns need approval"),
    "approver_is_not_author": gettext_lazy("nobody approves his own campaign"),
    "supervisors_approve": gettext_lazy("supervisors may approve"),
    "mask_numbers": gettext_lazy("numbers hidden"),
    "licence_calls": gettext_lazy("calls at once"),
    "reserved_calls": gettext_lazy("kept free of campaigns"),
    "frequency_cap": gettext_lazy("attempts per number in 24 hours"),
    "do_not_call_again_days": gettext_lazy("days of rest after a campaign"),
    "blocked_prefixes": gettext_lazy("blocked prefixes"),
    "campaigns_limit": gettext_lazy("most campaigns"),
    "campaign_contacts_limit": gettext_lazy("most contacts in a campaign"),
    "campaign_agents_limit": gettext_lazy("most agents in a campaign"),
    "recordings_days": gettext_lazy("days that recordings are kept"),
    "machine_detection": gettext_lazy("answering machines may be detected"),
    "record_by_hand": gettext_lazy("calls by hand are recorded"),
    "calls": gettext_lazy("calls"),
    "before": gettext_lazy("older than"),
    "ring": gettext_lazy("seconds one agent is rung"),
    "caller_id": gettext_lazy("number shown"),
    "number": gettext_lazy("number"),
    "label": gettext_lazy("label"),
    "version": gettext_lazy("version"),
    "entries": gettext_lazy("entries"),
    "shows_names": gettext_lazy("agents’ names shown"),
    "mode": gettext_lazy("Mode"),
    "type": gettext_lazy("Type"),
    "kind": gettext_lazy("Type"),
    "key": gettext_lazy("Key"),
    "url": gettext_lazy("Address"),
    "events": gettext_lazy("Events"),
    "note": gettext_lazy("Note"),
    "comment": gettext_lazy("Note"),
    "reason": gettext_lazy("Reason"),
    "contact": gettext_lazy("Contact"),
    "contacts": gettext_lazy("Contacts"),
    "items": gettext_lazy("Contacts"),
    "removed": gettext_lazy("Contacts"),
    "ids": gettext_lazy("Contacts"),
    "company": gettext_lazy("Organisation"),
    "position": gettext_lazy("Position"),
    "additional_info": gettext_lazy("Additional info"),
    "owner_id": gettext_lazy("Owner"),
    "phones": gettext_lazy("Numbers"),
    "fields": gettext_lazy("Contact fields"),
    "stage": gettext_lazy("Stage"),
    "condition": gettext_lazy("Conditions"),
    "field": gettext_lazy("Field"),
    "op": gettext_lazy("Comparison"),
    "value": gettext_lazy("Value"),
    "all": gettext_lazy("all conditions hold"),
    "any": gettext_lazy("any condition holds"),
    "sources": gettext_lazy("Sources"),
    "id": gettext_lazy("Number"),
    "file": gettext_lazy("File"),
    "campaign": gettext_lazy("Campaign"),
    "campaign_id": gettext_lazy("Campaign"),
    "group_id": gettext_lazy("Group"),
    "existing": gettext_lazy("A contact we already know"),
    "keep_unreadable": gettext_lazy("Keep the contact, marked invalid and never called"),
    "settings": gettext_lazy("Settings"),
    "approve": gettext_lazy("Create and approve"),
    "start_now": gettext_lazy("Start now"),
    "start_kind": gettext_lazy("Begins"),
    "start_at": gettext_lazy("Start"),
    "end_at": gettext_lazy("End"),
    "starts_at": gettext_lazy("Since"),
    "ends_at": gettext_lazy("Until"),
    "goal": gettext_lazy("Goal"),
    "priority": gettext_lazy("Priority"),
    "max_calls": gettext_lazy("Most calls at once"),
    "recording": gettext_lazy("Recording"),
    "script": gettext_lazy("Script"),
    "script_id": gettext_lazy("Script"),
    "show_script": gettext_lazy("Agents see the script"),
    "other_scripts": gettext_lazy("Another script for some"),
    "result_set": gettext_lazy("Results"),
    "result_set_id": gettext_lazy("Results"),
    "result_required": gettext_lazy("Result needed"),
    "wrap_up": gettext_lazy("Wrap-up"),
    "auto_answer": gettext_lazy("Browsers answer by themselves"),
    "agents": gettext_lazy("Agents"),
    "groups": gettext_lazy("Groups"),
    "members": gettext_lazy("Members"),
    "hours": gettext_lazy("Hours"),
    "working_hours": gettext_lazy("Working hours"),
    "holidays": gettext_lazy("Holidays"),
    "local_time": gettext_lazy("Whose clock?"),
    "hotlines": gettext_lazy("Hotlines"),
    "answer_wait": gettext_lazy("Wait for an answer"),
    "agent_ring": gettext_lazy("Ring an agent"),
    "max_wait": gettext_lazy("Customer waits at most"),
    "hold_music": gettext_lazy("Music while a customer waits"),
    "hold_music_id": gettext_lazy("Music while a customer waits"),
    "abandoned_message": gettext_lazy("Message when no agent came"),
    "abandoned_message_id": gettext_lazy("Message when no agent came"),
    "several_numbers": gettext_lazy("Numbers of a contact"),
    "max_attempts": gettext_lazy("Attempts"),
    "description": gettext_lazy("Description"),
    "ready_early": gettext_lazy("Agents may end the wrap-up early"),
    "extend_once": gettext_lazy("Agents may extend the wrap-up once"),
    "only_with_agent": gettext_lazy("Run only while an agent is available"),
    "no_agent_grace": gettext_lazy("Pause when nobody is available for"),
    "coefficient": gettext_lazy("Calls for each free agent"),
    "pacing": gettext_lazy("Pace"),
    "pickup_rate": gettext_lazy("Of 100 calls are answered"),
    "pace_start": gettext_lazy("Adaptive begins"),
    "max_abandon": gettext_lazy("Abandoned calls at most"),
    "short_hang_up": gettext_lazy("Not counted: who hangs up within"),
    "governed": gettext_lazy("What counts as abandoned"),
    "budget_window": gettext_lazy("The limit is counted over"),
    "detect_machines": gettext_lazy("Detect answering machines"),
    "detection_time": gettext_lazy("Listen at most"),
    "false_machines": gettext_lazy("People among calls taken for machines"),
    "preview_time": gettext_lazy("Preview time"),
    "preview_start": gettext_lazy("The preview time begins"),
    "accept_timeout": gettext_lazy("Time to accept"),
    "may_skip": gettext_lazy("Agents may skip a contact"),
    "may_hold": gettext_lazy("Agents may stop the countdown"),
    "gap": gettext_lazy("Wait between attempts"),
    "wait": gettext_lazy("Wait between attempts"),
    "attempts": gettext_lazy("Attempts"),
    "retries": gettext_lazy("Retries"),
    "presence": gettext_lazy("Presence"),
    "enabled": gettext_lazy("May be used"),
    "trunk": gettext_lazy("Trunk"),
    "trunk_id": gettext_lazy("Trunk"),
    "endpoint": gettext_lazy("Endpoint"),
    "quota": gettext_lazy("Outbound quota a day"),
    "day": gettext_lazy("Day"),
    "country": gettext_lazy("Country"),
}
"""Names of columns and settings. One that nobody has said is told with its words apart."""
_VALUES: Final[dict[tuple[str, str], str | Promise]] = {
    ("state", "active"): gettext_lazy("active"),
    ("state", "invited"): gettext_lazy("invited"),
    ("state", "inactive"): gettext_lazy("inactive"),
    ("theme", "light"): gettext_lazy("light"),
    ("theme", "dark"): gettext_lazy("dark"),
    ("reason", "opt_out"): gettext_lazy("Asked not to be called"),
    ("reason", "complaint"): gettext_lazy("Complaint"),
    ("reason", "register"): gettext_lazy("On a public register"),
    ("reason", "other"): gettext_lazy("Other reason"),
    ("start_kind", "automatic"): gettext_lazy("By itself at the start time"),
    ("start_kind", "manual"): gettext_lazy("When somebody presses Start"),
    ("goal", "exhaust"): gettext_lazy("Exhaust contacts"),
    ("goal", "none"): gettext_lazy("None, endless"),
    ("local_time", "off"): gettext_lazy("The organisation’s"),
    ("local_time", "callee"): gettext_lazy("The contact’s only"),
    ("local_time", "both"): gettext_lazy("Both: the contact’s and the organisation’s"),
    ("caller_id", "single"): gettext_lazy("One hotline"),
    ("caller_id", "random_chosen"): gettext_lazy("One of the chosen hotlines at random"),
    ("caller_id", "random_all"): gettext_lazy("One of all hotlines at random"),
    ("preview_start", "accepted"): gettext_lazy("When the agent accepts"),
    ("preview_start", "shown"): gettext_lazy("When the contact is shown"),
    ("pacing", "adaptive"): gettext_lazy("Adaptive"),
    ("pacing", "pickup_rate"): gettext_lazy("By the share that answers"),
    ("pacing", "coefficient"): gettext_lazy("Fixed coefficient"),
    ("pace_start", "careful"): gettext_lazy("Carefully"),
    ("pace_start", "fast"): gettext_lazy("At once"),
    ("governed", "abandoned"): gettext_lazy("No agent took the call"),
    ("governed", "late"): gettext_lazy("No agent within 2 seconds of the answer"),
    ("budget_window", "30_days"): gettext_lazy("30 days"),
    ("budget_window", "24_hours"): gettext_lazy("24 hours"),
    ("budget_window", "day"): gettext_lazy("The day"),
    ("kind", "group"): gettext_lazy("group of contacts"),
    ("kind", "filter"): gettext_lazy("filter"),
    ("kind", "file"): gettext_lazy("file"),
    ("kind", "import"): gettext_lazy("import"),
    ("kind", "campaign"): gettext_lazy("campaign"),
    ("kind", "contacts"): gettext_lazy("Contacts"),
    **{("type", code): word for code, word in FIELD_TYPES},
    **{("op", code): word for code, word in OPERATORS},
}
_DECIMAL: Final = re.compile(r"\d+\.\d+")
_SECONDS: Final = frozenset(
    {
        "accept_timeout",
        "agent_ring",
        "answer_wait",
        "detection_time",
        "gap",
        "max_wait",
        "no_agent_grace",
        "preview_time",
        "short_hang_up",
        "wait",
        "wrap_up",
    }
)
_SHARES: Final = frozenset({"max_abandon", "false_machines"})
_PHONES: Final = frozenset({"phones", "caller_id", "number"})
_DIGITS: Final = re.compile(r"[1-9]\d{7,14}")
_SAID: Final = {"mode": "mode", "presence": "presence"}
"""Fields whose codes have a vocabulary of ``ui.words``."""


def field_words(name: str) -> str:
    words = str(_FIELDS.get(name, name.replace("_", " ")))
    return words[:1].lower() + words[1:]


def value_words(name: str, value: Any) -> str:
    if not is_said(value):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return (
            "; ".join(f"{field_words(key)}: {value_words(key, each)}" for key, each in value.items() if is_said(each))
            or "–"
        )
    if name == "hours" and _is_week(value):
        return "; ".join(f"{days} {line}" for days, line in typed_days(value))
    if isinstance(value, list | tuple):
        return ", ".join(value_words(name, each) for each in value)
    if name in {"permissions", "scopes"}:
        return permission_label(str(value))
    if name in _SAID:
        return said(_SAID[name], str(value))[1]
    if name == "field":
        return field_words(str(value))
    if name == "role":
        return preset_label(str(value))
    if name.endswith("_at"):
        return _instant_words(str(value))
    if name in _PHONES and _DIGITS.fullmatch(str(value)):
        return moments.phone(str(value))
    return str(_VALUES.get((name, str(value)), _measured(name, value)))


def _is_week(value: Any) -> bool:
    """Weekday, first and last minute of each period."""
    return isinstance(value, list) and all(
        isinstance(row, list | tuple) and len(row) == 3 and all(isinstance(n, int) for n in row) for row in value
    )


def _measured(name: str, value: Any) -> Any:
    """A time with its unit, a share in percent, where the name says that it is one."""
    measure = moments.span if name in _SECONDS else moments.share if name in _SHARES else None
    try:
        return measure(float(value), get_language() or "en") if measure else _decimal_words(value)
    except (TypeError, ValueError, OverflowError):
        return value


def _decimal_words(value: Any) -> Any:
    """A share or a coefficient as the reader's language writes it; everything else as it is."""
    text = str(value)
    return number_format(text) if isinstance(value, float | str) and _DECIMAL.fullmatch(text) else value


def _instant_words(text: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    if instant.tzinfo is None:
        return text
    return moments.words(instant, get_current_timezone(), get_language() or "en", style="full")


def is_said(value: Any) -> bool:
    return value is not None and value not in ("", [], {})
