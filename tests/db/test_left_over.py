"""Tasks of a finished campaign are closed, also one that somebody else held for a moment."""

from __future__ import annotations

from django.db import transaction

from campana.automation.models import Delivery
from campana.automation.operations import add_webhook
from campana.campaigns.models import Campaign, Task
from campana.engine import outputs as o
from campana.kernel.ids import CampaignId, TaskId
from campana.relay import facts
from campana.runtime import bells, lease, selection, wire
from campana.runtime.shell import Shell
from campana.tenancy import system_scope
from support.calls import attempt, bare_campaign
from support.cast import NOW, Cast, actor, make_cast


def engine_of(cast: Cast) -> Shell:
    held = lease.take(cast.lumen.pk, "here:1-of-another-kind")
    assert held is not None
    return Shell(held, send=lambda command: None, now=NOW)


def heard_of(cast: Cast) -> Campaign:
    """A finished campaign whose closed contacts somebody listens for, with one contact."""
    add_webhook(url="https://example.com/hook", events=[facts.TASK_FINAL], actor=actor(cast.ada), now=NOW)
    campaign: Campaign = bare_campaign(cast.lumen, state="finished")
    attempt(campaign, wrapped_up_at=NOW)
    return campaign


def test_a_task_that_is_held_while_its_campaign_is_closed_is_closed_later(transactional_db: None) -> None:
    cast = make_cast()
    with system_scope():
        campaign: Campaign = bare_campaign(cast.lumen, state="finished")
        tasks = [attempt(campaign, wrapped_up_at=NOW).task_id for _ in range(3)]
        Task.objects.filter(campaign=campaign).update(state="waiting")
        shell = engine_of(cast)
        with bells.connect() as other, other.transaction():
            other.execute("SELECT set_config('campana.system', 'on', true)")
            assert other.execute("SELECT 1 FROM campaigns_task WHERE id = %s FOR UPDATE", [tasks[0]]).fetchone()
            assert shell.close_left_over(NOW)
        assert not shell.close_left_over(NOW)
        assert set(Task.objects.values_list("state", flat=True)) == {"not_processed"}


def test_whoever_listens_hears_of_the_closed_ones(transactional_db: None) -> None:
    cast = make_cast()
    with system_scope():
        campaign = heard_of(cast)
        Task.objects.update(state="waiting")
        engine_of(cast).close_left_over(NOW)
        task, told = Task.objects.get().pk, Delivery.objects.get().payload
        assert told == {
            "task_id": task, "campaign_id": campaign.pk, "state": "not_processed", "at": NOW.isoformat()
        }  # fmt: skip


def test_one_that_was_reserved_while_its_campaign_finished_is_closed_and_told_as_well(transactional_db: None) -> None:
    cast = make_cast()
    with system_scope():
        campaign = heard_of(cast)
        shell = engine_of(cast)
        Task.objects.update(state="reserved", reserved_by=shell.lease.fencing, finished_at=None)
        row = Task.objects.get()
        with transaction.atomic(), wire.together():
            shell._write([o.ReleaseTasks(CampaignId(campaign.pk), (TaskId(row.pk),))], NOW, [], [])
        shell.close_left_over(NOW)
        row.refresh_from_db()
        assert (row.state, row.finished_at) == ("not_processed", NOW)
        assert Delivery.objects.get().payload["task_id"] == row.pk


def test_an_engine_lets_go_of_nothing_that_another_one_holds(transactional_db: None) -> None:
    cast = make_cast()
    with system_scope():
        campaign: Campaign = bare_campaign(cast.lumen, state="running")
        task = TaskId(attempt(campaign, wrapped_up_at=NOW).task_id or 0)
        Task.objects.filter(campaign=campaign).update(state="reserved", reserved_by=8)
        for fencing, state in ((7, "reserved"), (8, "waiting")):
            with transaction.atomic(), wire.together():
                selection.release(o.ReleaseTasks(CampaignId(campaign.pk), (task,)), fencing=fencing)
            assert Task.objects.get().state == state
