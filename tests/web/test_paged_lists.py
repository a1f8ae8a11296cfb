"""Lists of people and groups come a page at a time, each row once."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from campana.tenancy import system_scope
from campana.workforce.models import Agent, AgentGroup, WorkingHours
from support.cast import Cast, sign_in
from support.floor import floor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/agents", "/agent-groups", "/working-hours"])
def test_every_row_is_on_one_page(cast: Cast, address: str) -> None:
    client = Client()
    with system_scope():
        floor(cast, 60)
        AgentGroup.objects.bulk_create(AgentGroup(organisation=cast.lumen, name=f"Group {n:02}") for n in range(60))
        WorkingHours.objects.bulk_create(
            WorkingHours(organisation=cast.lumen, name=f"Hours {n:02}", periods=[[0, 540, 1020]]) for n in range(60)
        )
        kind = {"/agents": Agent, "/agent-groups": AgentGroup, "/working-hours": WorkingHours}[address]
        total = kind.objects.filter(organisation=cast.lumen).count()
    sign_in(client, cast.ada)
    seen: list[str] = []
    way: str | None = address
    while way:
        page = client.get(way).content.decode()
        rows = re.findall(rf'<th scope="row"><a href="({address}/\d+)">', page)
        assert len(rows) <= 50
        seen += rows
        following = re.search(r'rel="next" href="([^"]+)"', page)
        way = address + following[1] if following else None
    assert len(seen) == len(set(seen)) == total
