"""The living style page: every component in every state. What is not there does not exist.

Its words are specimens, not texts of the product, and stay English. ``access`` is what ``accounts.access.requires``
sets (accounts stand above this app): settings.manage is what an Administrator has and nobody else.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from campana.ui.parts import Bar, Chip, Choice, Column, Figure, Tab, Wrong
from campana.ui.words import AGENT, CAMPAIGN, OUTCOME, RESULT


class Specimen(forms.Form):
    name = forms.CharField(label="Name", help_text="Agents see it.", max_length=60)
    limit = forms.IntegerField(label="Maximum abandonment", max_value=10)
    mode = forms.ChoiceField(label="Mode", choices=[("progressive", "Progressive"), ("preview", "Preview")])
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    required = forms.BooleanField(label="Result is required", required=False)


def specimens(request: HttpRequest) -> dict[str, Any]:
    now = request.now  # type: ignore[attr-defined]
    return {
        "since": now - timedelta(seconds=134),
        "plates": [
            ("ready", "Ready"),
            ("preview", "Preview"),
            ("ringing", "Ringing"),
            ("talking", "Talking"),
            ("wrapup", "Wrap-up"),
            ("paused", "Paused"),
            ("abandoned", "Abandoned"),
        ],
        "vocabularies": [
            ("States of agents", [("agent", code) for code in AGENT]),
            ("Outcomes: what the network said", [("outcome", code) for code in OUTCOME]),
            ("Results: what the agent said", [("result", code) for code in RESULT]),
            ("States of campaigns", [("campaign", code) for code in CAMPAIGN]),
        ],
        "tabs": [
            Tab("Live", "#tabs", True),
            Tab("Contacts", "#tabs", count=4800),
            Tab("Attempts", "#tabs", count=9416),
            Tab("Log", "#tabs"),
        ],
        "chips": [
            Chip("All", "#chips", count=11),
            Chip("Running", "#chips", True, 4, "running"),
            Chip("Paused", "#chips", count=2, kind="paused"),
            Chip("Draft", "#chips", kind="draft"),
        ],
        "bars": [
            Bar("No answer", 548, "noanswer", "41%"),
            Bar("Answered", 412, "answered", "31%", "#bars"),
            Bar("Machine", 187, "machine", "14%"),
            Bar("Abandoned", 6, "abandoned", "0.5%"),
            Bar("Busy", 0, "busy", "0%"),
        ],
        "figures": [
            Figure("Lines out now", "6", "of 20", "Pace allows 6"),
            Figure("Abandoned today", "1.5%", "limit 3.0%", "6 of 412 answers"),
            Figure("Abandoned yesterday", "3.4%", "limit 3.0%", "Over the limit", "fault"),
            Figure("Occupancy", "81%", "30 min", "Last heard at 14:31:08", stale=True),
        ],
        "hours": ["09", "10", "11", "12", "13", "14"],
        "answers": [
            Column("Attempts", [236, 261, 252, 148, 279, 154]),
            Column("Answers", [71, 82, 79, 48, 86, 46], "talking"),
        ],
        "wait": [Column("Wait for an agent, seconds", [4, 6, None, 3, 9, 5], "wrapup")],
        "choices": [
            Choice("1", "Petra Nováková", True, "Czech, Vietnamese", "ready"),
            Choice("2", "Marek Dušek", False, "Czech", "talking"),
            Choice("3", "Anna Vetrova", False, "Russian", "offline"),
            Choice("4", "Lê Thu Hà", False, "", "paused", "Deactivated on Monday"),
        ],
        "form": Specimen({"name": "December move-in", "limit": "11", "mode": "preview"}),
        "fresh_form": Specimen(initial={"name": "December move-in", "limit": 3}),
        "wrongs": [Wrong("At most 10%. Most countries allow 3%.", "Maximum abandonment", "id_limit")],
    }


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/style.html", specimens(request))


style.access = "settings.manage"  # type: ignore[attr-defined]
