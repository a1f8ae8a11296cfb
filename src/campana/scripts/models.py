"""Result sets: what an agent may say about a conversation."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from campana.accounts.models import Organisation


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

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint("result_set", Lower("name"), name="result_name_once")]

    def __str__(self) -> str:
        return self.name
