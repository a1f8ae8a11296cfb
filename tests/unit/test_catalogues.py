"""What the translators get to see, and the compiled files."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS

from campana.ui.catalogues import compile_one, extract_python, extract_template


def python(source: str) -> list[str]:
    return [str(found[2]) for found in extract_python(BytesIO(source.encode()), {"gettext": None}, (), {})]


def test_the_detail_of_a_refusal_is_a_message() -> None:
    source = 'class Busy(Refused):\n    code = "busy"\n    detail = "{name} is " "talking."\n'
    assert python(source) == ["{name} is talking."]


def test_an_empty_detail_and_other_names_are_not() -> None:
    assert python('class Refusal:\n    detail: str = ""\n    code = "x"\n') == []


def test_calls_are_found_beside_refusals() -> None:
    assert python('gettext("Pause")') == ["Pause"]


def test_the_tags_of_templates_are_messages_with_their_placeholders_and_plurals() -> None:
    source = (
        '{% trans "Pause" %}{% state "running" _("Running") %}'
        "{% blocktrans count n=rows %}{{ n }} contact{% plural %}{{ n }} contacts{% endblocktrans %}"
    )
    found = [found[2] for found in extract_template(BytesIO(source.encode()), DEFAULT_KEYWORDS, (), {})]
    assert found[:2] == ["Pause", "Running"]
    assert tuple(found[2])[:2] == ("%(n)s contact", "%(n)s contacts")


def test_a_catalogue_is_compiled_beside_its_source(tmp_path: Path) -> None:
    source = tmp_path / "cs" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Pause"\nmsgstr "Pozastavit"\n'
    )
    compiled = compile_one(source)
    assert compiled.name == "django.mo"
    assert b"Pozastavit" in compiled.read_bytes()
    assert [path.name for path in source.parent.iterdir() if path.suffix not in {".po", ".mo"}] == []
