"""Doing the waiting jobs here and now, in the order in which a worker would."""

from __future__ import annotations


def do_waiting() -> int:
    """Run every job that waits, also those they leave; returns how many. Rows are gone afterwards."""
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    app.perform_import_paths()
    done = 0
    while jobs := list(ProcrastinateJob.objects.filter(status="todo").order_by("id").values("id", "task_name", "args")):
        for job in jobs:
            _forget(job["id"])
            app.tasks[job["task_name"]].func(**job["args"])
            done += 1
    return done


def _forget(job_id: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job_id])
