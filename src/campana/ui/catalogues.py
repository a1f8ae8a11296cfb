"""Message catalogues: what is collected from Python beside gettext calls, and the compiled files.

Only the ``.po`` files are kept in the repository. The first process that starts after a change compiles them,
so that nobody runs a catalogue that is older than its source.
"""

from __future__ import annotations

import ast
import logging
import os
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.extract import extract_python as extract_calls
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.utils.translation.template import templatize

log = logging.getLogger("campana.ui")
FOLDER = Path(__file__).resolve().parents[1] / "locale"

Found = tuple[int, str, Any, list[str]]


def extract_python(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Babel's extraction, and the ``detail`` of every refusal, which is the message people read."""
    source = file.read()
    yield from extract_calls(BytesIO(source), keywords, comment_tags, options)  # type: ignore[misc, arg-type]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            yield from _details(node)


def extract_template(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Django turns its template tags into calls, which Babel reads like those of Python."""
    calls = templatize(file.read().decode(), origin=getattr(file, "name", None))
    yield from extract_calls(BytesIO(calls.encode()), keywords, comment_tags, {"encoding": "utf-8"})  # type: ignore[misc]


def _details(node: ast.ClassDef) -> Iterator[Found]:
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            continue
        named = any(isinstance(target, ast.Name) and target.id == "detail" for target in targets)
        if named and isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield statement.lineno, "gettext", value.value, []


def compile_one(catalogue: Path) -> Path:
    """Write the ``.mo`` beside the ``.po``, in one step for whoever reads it meanwhile."""
    compiled = catalogue.with_suffix(".mo")
    with catalogue.open("rb") as file:
        messages = read_po(file, locale=catalogue.parts[-3])
    fresh = compiled.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, messages)
    fresh.replace(compiled)
    return compiled


def compile_stale() -> None:
    """Compile what changed since. Where we may not write, the installation has compiled it before; a damaged
    catalogue costs its translations, not the product (``bin/translations check`` says where it is wrong)."""
    for catalogue in FOLDER.glob("*/LC_MESSAGES/django.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            try:
                compile_one(catalogue)
            except (OSError, ValueError, PoFileError) as problem:
                log.warning("catalogue not compiled: %s: %s", catalogue, problem)
