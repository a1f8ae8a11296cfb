"""What the field component shows, from a Django form or by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.safestring import SafeString

from campana.ui.widgets import Choice


def of_form(bound: BoundField, *, hint: str = "", key: str = "", **attributes: Any) -> dict[str, Any]:
    widget = bound.field.widget
    several = isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))
    tick = isinstance(widget, forms.CheckboxInput)
    given: dict[str, Any] = {name.replace("_", "-"): value for name, value in attributes.items()}
    if not several:
        given["class"] = "form-check-input" if tick else _css(widget)
    hint = hint or str(bound.help_text or "")
    described = [f"{bound.id_for_label}-hint"] if hint else []
    if bound.errors:
        described.append(f"{bound.id_for_label}-wrong")
        given["aria-invalid"] = "true"
    if described:
        given["aria-describedby"] = " ".join(described)
    if key:
        given["data-key"] = key
    return {
        "id": bound.id_for_label,
        "label": bound.label,
        "hint": hint,
        "errors": list(bound.errors),
        "tick": tick,
        "several": several,
        "optional": not bound.field.required,
        "control": SafeString(bound.as_widget(attrs=given)),
    }


def _css(widget: forms.Widget) -> str:
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def by_hand(
    name: str,
    *,
    label: str,
    value: Any = "",
    type: str = "text",
    hint: str = "",
    error: str = "",
    options: list[tuple[str, str]] | None = None,
    rows: int = 0,
    id: str = "",
    **attributes: Any,
) -> dict[str, Any]:
    """``options`` makes a choice, ``rows`` a text area, ``type="checkbox"`` a tick (``value`` is its state)."""
    widget: forms.Widget
    given = {key.replace("_", "-"): word for key, word in attributes.items() if word not in (None, False)}
    given |= {"id": id or f"id_{name}"}
    if options is not None:
        widget = Choice(choices=options)
    elif rows:
        widget, given["rows"] = forms.Textarea(), rows
    elif type == "checkbox":
        widget = forms.CheckboxInput()
    else:
        widget = forms.TextInput(attrs={"type": type})
        widget.input_type = type
    tick = type == "checkbox"
    given["class"] = "form-check-input" if tick else _css(widget)
    described = [f"{given['id']}-hint"] * bool(hint) + [f"{given['id']}-wrong"] * bool(error)
    if described:
        given["aria-describedby"] = " ".join(described)
    if error:
        given["aria-invalid"] = "true"
    return {
        "id": given["id"],
        "label": label,
        "hint": hint,
        "errors": [error] if error else [],
        "tick": tick,
        "several": False,
        "optional": False,
        "control": widget.render(name, value, attrs=given),
    }
