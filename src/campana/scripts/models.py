"""What an agent says aloud, and what he may say about the conversation afterwards."""

from __future__ import annotations

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
    """What agents read during a call. Its words are in versions, of which the newest holds."""

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
    """The words of a script from a moment on. Never changed: who changes the words makes the next version."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    script = models.ForeignKey(Script, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=20_000)
    """Paragraphs are said aloud; see ``scripts.words`` for the marks."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.SET_NULL, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["script", "number"], name="script_version_once")]

    def __str__(self) -> str:
        return f"version {self.number} of script {self.script_id}"
