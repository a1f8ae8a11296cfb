"""Calls asked for by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from campana.calls.models import CallRequest
from campana.kernel.clock import Instant
from campana.workforce.models import Agent

NEWS: Final = timedelta(seconds=30)
"""How long a refusal is worth showing."""


def latest(agent: Agent, now: Instant) -> CallRequest | None:
    """The agent's last request while it is news: waiting for the engine, begun, or refused a moment ago."""
    rows = CallRequest.objects.filter(organisation=agent.organisation_id, agent=agent, asked_at__gt=now - NEWS)
    return rows.select_related("contact", "attempt").order_by("-pk").first()
