"""What an agent says aloud, and what he may say about the conversation afterwards."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Lower

from campana.accounts.models import Organisation, User


class ResultSet(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=120)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="result_set_name_once"),
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(is_default=True), name="one_default_result_set"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Result(models.Model):
    """One thing an agent can say; its class tells the engine what follows."""

    class Class(models.TextChoices):
        SUCCESS = "success"
        REFUSAL = "refusal"
        CALL_BACK = "call_back"
        UNREACHABLE = "unreachable"
        WRONG_NUMBER = "wrong_number"
        DO_NOT_CALL = "do_not_call"

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    result_set = models.ForeignKey(ResultSet, models.CASCADE, related_name="results")
    name = models.CharField(max_length=80)
    result_class = models.CharField(max_length=12, choices=Class.choices)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    note_required = models.BooleanField(default=False, db_default=False)
    """The result is not taken without a note."""

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint("result_set", Lower("name"), name="result_name_once")]

    def __str__(self) -> str:
        return self.name


class Script(models.Model):
    """What agents read and ask during a call. Its elements are in versions, of which the newest holds."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=120)
    is_default = models.BooleanField(default=False)
    """Shown in campaigns that chose none (CAM-320)."""
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="script_name_once"),
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(is_default=True), name="one_default_script"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ScriptVersion(models.Model):
    """A script from a moment on. Never changed: who changes an element makes the next version (CAM-326)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    script = models.ForeignKey(Script, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    elements: models.JSONField[Any, Any] = models.JSONField(default=list)
    """Texts and questions in their order: ``scripts.questions.to_rows``."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.SET_NULL, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["script", "number"], name="script_version_once")]

    def __str__(self) -> str:
        return f"version {self.number} of script {self.script_id}"


class Parameter(models.Model):
    """A name under which answers are kept, of any version of any script: what lists and files offer as a column."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    name = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    """Of the question that had the name last."""

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="parameter_once")]

    def __str__(self) -> str:
        return self.name
