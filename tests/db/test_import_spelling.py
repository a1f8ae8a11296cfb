"""Files of old Windows write a letter and its accent apart; what is kept is written as people type it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from campana.accounts.models import User
from campana.crm.imports.run import run_import
from campana.crm.models import Contact
from campana.crm.operations import start_import, upload_import
from campana.crm.operations.imports import look_at
from campana.crm.queries.contacts import matching
from campana.tenancy import organisation_scope
from support.cast import NOW, Cast, actor

FILE = (
    "Ho\u0323 t\u00ean;S\u00f4\u0301 \u0111i\u00ea\u0323n thoa\u0323i;Ng\u01b0\u01a1\u0300i phu\u0323 tra\u0301ch\r\n"
    "Nguy\u00ea\u0303n Thi\u0323 H\u00f4\u0300ng;+84912345678;Tr\u00e2\u0300n \u0110\u01b0\u0301c\r\n"
)


@pytest.fixture
def lumen(cast: Cast, settings: Any, tmp_path: Path) -> Iterator[Cast]:
    settings.MEDIA_ROOT = tmp_path
    with organisation_scope(cast.lumen.pk):
        yield cast


def test_a_file_of_windows_1258_is_kept_and_found_as_people_type_it(lumen: Cast) -> None:
    User.objects.filter(pk=lumen.alice.pk).update(name="Trần Đức")
    chunks = [FILE.encode("cp1258")]
    uploaded = upload_import(actor=actor(lumen.carol), file_name="x.csv", chunks=chunks, now=NOW)
    assert uploaded.encoding == "windows-1258"
    assert look_at(uploaded).headers == ["Họ tên", "Số điện thoại", "Người phụ trách"]
    row = start_import(actor=actor(lumen.carol), imported=uploaded, now=NOW)
    done = run_import(import_id=row.pk, now=NOW)
    assert (done.added, done.invalid) == (1, 0)
    kept = Contact.objects.get()
    assert (kept.name, kept.owner) == ("Nguyễn Thị Hồng", lumen.alice)
    asked = {"all": [{"field": "name", "op": "contains", "value": "nguyễn thị"}]}
    assert list(matching(lumen.lumen, asked, NOW)) == [kept]
