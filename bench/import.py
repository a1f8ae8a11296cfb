"""``bin/bench import``: a CSV to callable tasks, against a bare COPY of the same file in the same run; an XLSX likewise.

A file given to a campaign becomes tasks in the transaction of each batch. Two floors, neither a rival: a bare COPY of
the file into a plain table without index or constraint, and a bare COPY of the very rows the import wrote into empty
tables like the product's own, with their indexes and constraints (contact, number and task of each row).
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench._base import NOW, ROOT, fresh_organisation, own_database, present
from campana.sim.arguments import some

FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Novák",
    "Svoboda",
    "Иванов",
    "Петров",
    "Smith",
    "Jones",
    "Đặng",
    "Řehoř",
]
GIVEN = ["An", "Bình", "Hồng", "Jana", "Petr", "Алёна", "Сергей", "John", "Mary", "Lan", "Minh", "Quân"]
HEAD = ["Full name", "Phone", "E-mail", "Organisation", "Debt"]
MAPPING = ["name", "phone", "email", "company", "fields.debt"]


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="bin/bench import")
    parser.add_argument("--rows", type=some, default=1_000_000)
    parser.add_argument("--xlsx", type=some, default=100_000)
    parser.add_argument("--directory", action="store_true", help="contacts only, no campaign")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    with own_database():
        return _measure(folder, options.rows, options.xlsx, options.directory)


def _measure(folder: Path, rows: int, xlsx: int, directory: bool) -> dict[str, Any]:
    small, large = folder / "import-small.csv", folder / "import.csv"
    _write_csv(small, rows // 10)
    _write_csv(large, rows)
    figures: dict[str, Any] = {"rows": rows, "bytes": large.stat().st_size}
    floors = {"plain_table": _bare_copy(large)}
    figures["csv_tenth"] = _import(small, rows // 10, directory)
    figures["csv"] = csv_figures = _import(large, rows, directory)
    floors["own_tables"] = _copy_to_own_tables(folder, directory)
    for floor, (seconds, cpu) in floors.items():
        figures[f"bare_copy_to_{floor}"] = {
            "rows_per_second": round(rows / seconds),
            "postgres_cpu_seconds": round(cpu, 1),
        }
        figures[f"ratio_to_bare_copy_to_{floor}"] = round(csv_figures["rows_per_second"] * seconds / rows, 3)
        figures[f"ratio_to_bare_copy_to_{floor}_by_cpu"] = round(cpu / csv_figures["postgres_cpu_seconds"], 3)
    figures["search"] = _search()
    if xlsx:
        for name, count in (("xlsx_tenth", xlsx // 10), ("xlsx", xlsx)):
            book = folder / f"import-{name}.xlsx"
            _write_xlsx(book, count)
            figures[name] = {"bytes": book.stat().st_size, **_import(book, count, directory)}
    figures["bounded_by"] = (
        "PostgreSQL, which writes three rows and a dozen index entries a row; reading overlaps with it"
    )
    return figures


def _rows(count: int) -> Iterator[list[str]]:
    chance = random.Random(7)
    for n in range(count):
        name = f"{chance.choice(FAMILY)} {chance.choice(GIVEN)} {chance.choice(GIVEN)}"
        yield [name, f"849{n * 7919 % 100_000_000:08}", f"c{n}@example.org", f"Company {n % 5000}", str(n % 1000)]


def _write_csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows(_rows(count))


def _write_xlsx(path: Path, count: int) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEAD)
    for row in _rows(count):
        sheet.append(row)
    book.save(path)


def _postgres_cpu() -> float:
    """Seconds of processor our connection's server process has used: says more than the clock on a busy machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _bare_copy(path: Path) -> tuple[float, float]:
    """Seconds by the clock and of PostgreSQL's processor."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS bench_copy; CREATE TABLE bench_copy (a text, b text, c text, d text, e text)"
        )
        cpu, began = _postgres_cpu(), time.perf_counter()
        with path.open("rb") as file, cursor.copy("COPY bench_copy FROM STDIN (FORMAT csv, HEADER)") as copy:
            while chunk := file.read(1024 * 1024):
                copy.write(chunk)
        took, cpu = time.perf_counter() - began, _postgres_cpu() - cpu
        cursor.execute("DROP TABLE bench_copy")
    return took, cpu


def _copy_to_own_tables(folder: Path, directory: bool) -> tuple[float, float]:
    """Seconds of COPY alone, by the clock and of PostgreSQL's processor, for the rows the import wrote, into tables with the product's indexes and constraints."""
    from django.db import connection

    took = used = 0.0
    tables = ["crm_contact", "crm_contactnumber"] + ([] if directory else ["campaigns_task"])
    with connection.cursor() as cursor:
        for table in tables:
            path = folder / f"{table}.copy"
            with path.open("wb") as file, cursor.copy(f"COPY (SELECT * FROM {table} ORDER BY id) TO STDOUT") as copy:
                for chunk in copy:
                    file.write(chunk)
            cursor.execute(f"DROP TABLE IF EXISTS bench_own; CREATE TABLE bench_own (LIKE {table} INCLUDING ALL)")
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
                [table],
            )
            for (definition,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE bench_own ADD {definition}")
            cpu, began = _postgres_cpu(), time.perf_counter()
            with path.open("rb") as file, cursor.copy("COPY bench_own FROM STDIN") as copy:
                while chunk := file.read(1024 * 1024):
                    copy.write(chunk)
            took, used = took + time.perf_counter() - began, used + _postgres_cpu() - cpu
            cursor.execute("DROP TABLE bench_own")
            path.unlink()
    return took, used


def _import(path: Path, rows: int, directory: bool) -> dict[str, Any]:
    from django.conf import settings

    from campana.accounts.models import Organisation
    from campana.campaigns.models import Campaign
    from campana.crm.imports.run import run_import
    from campana.crm.models import ContactImport, CustomField
    from campana.tenancy import organisation_scope

    organisation = fresh_organisation("import")
    limit = 2_000_000_000
    Organisation.objects.filter(pk=organisation.pk).update(default_country="VN", campaign_contacts_limit=limit)
    CustomField.objects.create(organisation=organisation, key="debt", label="Debt", type="number")
    campaign = None
    if not directory:
        campaign = Campaign.objects.create(
            organisation=organisation,
            name="import",
            mode="progressive",
            state="running",
            state_since=NOW,
            created_at=NOW,
        )
    settings.MEDIA_ROOT = path.parent
    imported = ContactImport.objects.create(
        organisation=organisation, file_name=path.name, path=path.name, state="queued", mapping=MAPPING, created_at=NOW,
        campaign_id=campaign.pk if campaign else None,
    )  # fmt: skip
    with organisation_scope(organisation.pk), _PeakMemory() as memory:
        cpu, postgres, began = time.process_time(), _postgres_cpu(), time.perf_counter()
        ended = run_import(import_id=imported.pk, now=NOW)
        took = time.perf_counter() - began
        cpu, postgres = time.process_time() - cpu, _postgres_cpu() - postgres
        tasks = campaign.tasks.filter(state="waiting").count() if campaign else 0
    if ended.state != "finished" or ended.added != rows:
        raise SystemExit(f"the import ended as {ended.state} {ended.problem} with {ended.added} of {rows} added")
    return {
        "rows": rows,
        "seconds": round(took, 1),
        "rows_per_second": round(rows / took),
        "tasks_waiting": tasks,
        "python_cpu_seconds": round(cpu, 1),
        "postgres_cpu_seconds": round(postgres, 1),
        "memory_before_mb": memory.before,
        "memory_peak_mb": memory.peak,
    }


def _search() -> dict[str, float]:
    """Milliseconds of the first page of a search over the directory just filled."""
    from campana.accounts.models import Organisation
    from campana.crm.queries.contacts import search
    from campana.tenancy import organisation_scope

    organisation = Organisation.objects.get(slug="import")
    figures = {}
    with organisation_scope(organisation.pk):
        for label, text in (
            ("common_word", "nguyen"),
            ("two_words", "rehor jana"),
            ("whole_number", "+84 900 007 919"),
            ("part_of_an_email", "c123456@"),
            ("nobody", "zzzzzz"),
        ):
            list(search(organisation, text).order_by("-pk")[:51])
            began = time.perf_counter()
            list(search(organisation, text).order_by("-pk")[:51])
            figures[f"{label}_ms"] = round((time.perf_counter() - began) * 1000, 1)
    return figures


class _PeakMemory:
    """The highest resident memory of this process while it is entered, sampled twenty times a second."""

    def __enter__(self) -> _PeakMemory:
        self.before = self.peak = _resident()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            self.peak = max(self.peak, _resident())


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024 // 1024


if __name__ == "__main__":
    present(main())
