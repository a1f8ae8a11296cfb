"""The components as template tags: ``{% load ui %}``. Their looks are in static/ui/css, one file each."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from campana.kernel.phone import masked
from campana.ui import fields, moments
from campana.ui.navigation import groups_for
from campana.ui.words import said
from campana.ui.zones import zone_city, zone_words

register = template.Library()
_FIGURE: Final = re.compile(r"(\d) ")


@register.simple_tag
@lru_cache(500)
def icon(name: str) -> SafeString:
    """A Tabler icon of bin/icons.txt, decoration only. Kept: a page shows hundreds of a few."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("ui/vendor/icons.svg"), name
    )


@register.simple_tag
@lru_cache(500)
def shape(kind: str) -> SafeString:
    return format_html(
        '<svg class="shape" aria-hidden="true"><use href="{}#{}"/></svg>', static("ui/img/shapes.svg"), kind
    )


@register.simple_tag
def state(kind: str, word: str, since: datetime | None = None) -> SafeString:
    """Shape, word and colour: ``{% state "running" _("Running") %}``; ``since`` adds a ticking clock."""
    return format_html('<span class="state is-{}">{}{}{}</span>', kind, shape(kind), word, clock(since))


@register.simple_tag
def state_of(vocabulary: str, code: str, since: datetime | None = None) -> SafeString:
    """The state of a vocabulary of ``ui.words``: ``{% state_of "task" task.state %}``."""
    kind, word = said(vocabulary, code)
    return state(kind, word, since) if kind else format_html("{}", word)


@register.simple_tag
def word(vocabulary: str, code: str) -> str:
    """Only the word: ``{% word "reason" campaign.state_reason %}``; blank for a blank code."""
    return said(vocabulary, code)[1] if code else ""


@register.simple_tag
def kind_of(vocabulary: str, code: str) -> str:
    """Only the kind, for ``class="is-…"``."""
    return said(vocabulary, code)[0]


@register.simple_tag
def tag(kind: str, word: str) -> SafeString:
    """A small label; without a kind it is ink."""
    if not kind:
        return format_html('<span class="tag">{}</span>', word)
    return format_html('<span class="tag is-{}">{}{}</span>', kind, shape(kind), word)


def clock(since: datetime | None, attribute: str = "since") -> SafeString:
    if since is None:
        return SafeString("")
    return format_html(
        ' <time class="since tock" datetime="{}" data-{}="{}"></time>',
        since.isoformat(),
        attribute,
        int(since.timestamp()),
    )


@register.simple_tag
def ticking(since: datetime | None = None, until: datetime | None = None) -> SafeString:
    """A clock that runs in the page: up from ``since`` or down to ``until``."""
    return clock(until, "until") if until else clock(since)


@register.simple_tag
def bar(done: float, total: float, label: str, now: float = 0, retry: float = 0, kind: str = "") -> SafeString:
    """Parts of a whole as SVG; ``label`` says the same in words."""
    x, parts = 0.0, []
    for name, value in (("done", done), ("now", now), ("retry", retry)):
        width = round(100 * value / total, 2) if total else 0
        parts.append(format_html('<rect class="{}" x="{}" width="{}" height="10"/>', name, str(x), str(width)))
        x += width
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        kind,
        label,
        SafeString("".join(parts)),
    )


@register.simple_tag
def field(bound: BoundField | str, **options: Any) -> str:
    """Label, control, hint, error. A field of a Django form, or a name with label, value, type, hint, error,
    options (pairs), rows, required, key and autocomplete."""
    if isinstance(bound, BoundField):
        return render_to_string("ui/_field.html", fields.of_form(bound, **options))
    return render_to_string("ui/_field.html", fields.by_hand(bound, **options))


@register.inclusion_tag("ui/_pages.html")
def pages(previous: str = "", next: str = "", note: str = "") -> dict[str, Any]:
    """Keyset paging: addresses of the neighbours, blank where there is none."""
    return {"previous": previous, "next": next, "note": note}


@register.inclusion_tag("ui/_empty.html")
def empty(title: str, text: str, url: str = "", label: str = "", icon: str = "plus") -> dict[str, Any]:
    """What belongs here, why there is nothing, and the one thing to do."""
    return {"title": title, "text": text, "url": url, "label": label, "icon": icon}


@register.simple_tag(takes_context=True)
def when(context: Context, instant: datetime | date | None, style: str = "") -> SafeString:
    """Local time of the reader with its zone; ``style``: "" (today without the day), "full", "seconds", "day"."""
    if instant is None:
        return SafeString('<span class="quiet">–</span>')
    if not isinstance(instant, datetime):
        return format_html('<time datetime="{}">{}</time>', instant.isoformat(), moments.day(instant, language()))
    now = getattr(context.get("request"), "now", None)
    text = moments.words(instant, timezone.get_current_timezone(), language(), now=now, style=style)
    return format_html('<time class="nowrap" datetime="{}">{}</time>', instant.isoformat(), text)


@register.simple_tag(takes_context=True)
def moment(context: Context, instant: datetime | None, style: str = "") -> str:
    """The same as plain text, for sentences: ``{% moment campaign.end_at as end %}``."""
    if instant is None:
        return "–"
    now = getattr(context.get("request"), "now", None)
    return moments.words(instant, timezone.get_current_timezone(), language(), now=now, style=style)


@register.simple_tag(takes_context=True)
def zone_clock(context: Context, zone: str = "") -> SafeString:
    """What the clock on the wall of a zone (the reader's own when blank) shows, ticking, with the zone's name."""
    now = context["request"].now
    there = ZoneInfo(zone) if zone else timezone.get_current_timezone()
    text = moments.words(now, there, language(), now=now)
    name = moments.zone_name(now, there)
    return format_html('<span class="tock" data-clock="{}" data-name="{}">{}</span>', str(there), name, text)


@register.simple_tag(takes_context=True)
def zone_place(context: Context, zone: str) -> str:
    """A time zone in words: its city and the present offset, for sentences and cells."""
    now = getattr(context.get("request"), "now", None)
    return zone_words(zone, language(), now) if zone and now else zone_city(zone, language())


@register.simple_tag(takes_context=True)
def zone_name(context: Context) -> str:
    """The short name of the reader's zone at the time of the request."""
    return moments.zone_name(context["request"].now, timezone.get_current_timezone())


@register.filter
def bound(sentence: str) -> str:
    """A figure and the word after it stay on one line: "within 2 s"."""
    return _FIGURE.sub("\\1\u00a0", sentence)


@register.simple_tag
def number(value: float | None, decimals: int = 0) -> str:
    """A number the way the language writes it."""
    return "–" if value is None else moments.number(value, language(), decimals)


@register.simple_tag(takes_context=True)
def value(context: Context, given: Any) -> str | SafeString:
    """A value of a custom field: a date in the reader's order, yes or no, a list with commas, a dash for nothing."""
    if isinstance(given, bool):
        return gettext("yes") if given else gettext("no")
    if isinstance(given, date):
        return when(context, given)
    if isinstance(given, (list, tuple)):
        return ", ".join(str(item) for item in given)
    return "–" if given in (None, "") else str(given)


@register.simple_tag
def percent(part: float | None, whole: float | None = 1, decimals: int = 0) -> str:
    if part is None or not whole:
        return "–"
    return moments.percent(part / whole, language(), decimals)


@register.simple_tag
def duration(seconds: float | str | None) -> str:
    """Minutes and seconds, with hours where there are any; a dash for what is not there (a template says "")."""
    return "–" if seconds is None or isinstance(seconds, str) else moments.duration(seconds)


@register.simple_tag
def hours(seconds: float) -> str:
    """A long time as hours with their unit."""
    return moments.hours(seconds, language())


@register.simple_tag
def span(begin: datetime, end: datetime) -> str:
    """How long it was from one moment to another."""
    return moments.duration((end - begin).total_seconds())


@register.simple_tag(takes_context=True)
def phone(context: Context, digits: str) -> str:
    """International digits in readable groups; only the last two for whom the organisation hides numbers."""
    actor = getattr(context.get("request"), "actor", None)
    if actor is not None and actor.masks_numbers:
        return masked(digits)
    return moments.phone(digits)


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Codes and names of the languages, each in its own words whatever the page's language is."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


@register.simple_tag
def events_url() -> str:
    """Where the stream of changes is: beside the pages, by one server or by the proxy in front of two."""
    return "/events"


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[Any]:
    """Groups of links the actor may use and whose page exists."""
    request = context.get("request")
    return groups_for(request) if isinstance(request, HttpRequest) else []


@register.simple_tag
def route(name: str, *arguments: Any) -> str:
    """The address of a page, or blank when there is no such page yet."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def can(context: Context, permission: str) -> bool:
    """Whether the reader holds a permission: ``{% can "campaigns.run" as may %}{% if may %}…``."""
    actor = getattr(context.get("request"), "actor", None)
    return bool(actor and actor.can(permission))


def language() -> str:
    return translation.get_language() or "en"
