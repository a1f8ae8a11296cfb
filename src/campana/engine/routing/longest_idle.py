"""Who gets the call: the preferred agent when free, else who has been idle longest (CAM-287)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from campana.kernel.ids import AgentId


def choose(
    free: Iterable[AgentId], *, preferred: AgentId | None = None, passed_by: Collection[AgentId] = ()
) -> AgentId | None:
    """``free`` comes longest idle first. Agents who let this call pass come last."""
    second: AgentId | None = None
    first: AgentId | None = None
    for agent in free:
        if agent == preferred:
            return agent
        if agent in passed_by:
            second = second or agent
        else:
            first = first or agent
            if preferred is None:
                break
    return first or second
