"""Tasks of a finished campaign are closed, also one that somebody else held for a moment."""

from __future__ import annotations

from campana.campaigns.models import Campaign, Task
from campana.runtime import bells, lease
from campana.runtime.shell import Shell
from campana.tenancy import system_scope
from support.calls import attempt, bare_campaign
from support.cast import NOW, make_cast


def test_a_task_that_is_held_while_its_campaign_is_closed_is_closed_later(transactional_db: None) -> None:
    cast = make_cast()
    with system_scope():
        campaign: Campaign = bare_campaign(cast.lumen, state="finished")
        tasks = [attempt(campaign, wrapped_up_at=NOW).task_id for _ in range(3)]
        Task.objects.filter(campaign=campaign).update(state="waiting")
        held = lease.take(cast.lumen.pk, "here:1-of-another-kind")
        assert held is not None
        shell = Shell(held, send=lambda command: None, now=NOW)
        with bells.connect() as other, other.transaction():
            other.execute("SELECT set_config('campana.system', 'on', true)")
            assert other.execute("SELECT 1 FROM campaigns_task WHERE id = %s FOR UPDATE", [tasks[0]]).fetchone()
            assert shell.close_left_over(NOW)
        assert not shell.close_left_over(NOW)
        assert set(Task.objects.values_list("state", flat=True)) == {"not_processed"}
