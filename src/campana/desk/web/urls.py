"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from campana.desk.web import place, telephone, work

app_name = "desk"
urlpatterns = [
    path("desk", place.desk, name="desk"),
    path("desk/console", place.console, name="console"),
    path("desk/idle", place.idle, name="idle"),
    path("desk/presence", place.presence, name="presence"),
    path("desk/beat", place.beat, name="beat"),
    path("desk/holder", telephone.holder, name="holder"),
    path("desk/leaving", telephone.leaving, name="leaving"),
    path("desk/telephone", telephone.choice, name="telephone"),
    path("desk/telephone/account", telephone.account, name="account"),
    path("desk/telephone/ringing", telephone.ringing, name="ringing"),
    path("desk/telephone/offer", telephone.offer, name="offer"),
    path("desk/tasks/<int:task_id>/acceptance", work.acceptance, name="acceptance"),
    path("desk/tasks/<int:task_id>/dialling", work.dialling, name="dialling"),
    path("desk/tasks/<int:task_id>/skip", work.skip, name="skip"),
    path("desk/tasks/<int:task_id>/hold", work.hold, name="hold"),
    path("desk/attempts/<int:attempt_id>/refusal", work.refusal, name="refusal"),
    path("desk/attempts/<int:attempt_id>/end", work.end, name="end"),
    path("desk/attempts/<int:attempt_id>/result", work.result, name="result"),
    path("desk/attempts/<int:attempt_id>/answers", work.answers, name="answers"),
    path("desk/attempts/<int:attempt_id>/note", work.note, name="note"),
    path("desk/calls", work.calls, name="calls"),
    path("desk/readiness", work.readiness, name="readiness"),
    path("desk/extension", work.extension, name="extension"),
]
