"""The product's password hash at a hundredth of its price: tests sign in hundreds of times."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class LightArgon2(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 8, 1
