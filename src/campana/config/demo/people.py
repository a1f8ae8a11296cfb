"""The people of the demo: those who work there, and those who are called. Nobody of them exists.

Numbers are of the range +1 NPA 555-0100 to 0199, which is kept free for stories.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from campana.accounts import permissions
from campana.sim.laws import stream


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SLUG: Final = "demo"
DOMAIN: Final = "demo.example"
FLOOR: Final = 12
"""Simulated agents. The last chair is for whoever opens the desk."""


@dataclass(frozen=True)
class Colleague:
    key: str
    name: str
    role: str
    words: str
    agent: bool = False
    simulated: bool = False

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


OWNER: Final = Colleague("admin", "Olga Keller", permissions.ADMINISTRATOR, "administrator: everything")
SUPERVISOR: Final = Colleague(
    "supervisor", "Tomas Reyes", permissions.SUPERVISOR, "supervisor: campaigns and the floor"
)
YOU: Final = Colleague("you", "You", permissions.OPERATOR, "agent with the free chair: open the desk", agent=True)

_GIVEN = _words(
    "Ana Ben Chi Dana Eva Farid Gita Hugo Ines Jan Kira Leo Mai Nils Ola Petra Quan Rosa Sami Tuan Uma Vera Wen "
    "Xavi Yara Zoe Alena Boris Carla Diego Emil Fatima Goran Hana Igor Jana Kamil Linh Marek Nora Oskar Pavel"
)
_FAMILY = _words(
    "Adams Baker Cole Dvorak Evans Fischer Garcia Haas Ivanova Jansen Kowalski Lopez Meyer Novak Okafor Petrov "
    "Quist Rossi Silva Tran Urban Vogel Weber Xu Young Zeman Aoki Bauer Costa Dang Engel Ferrari Grant Horak "
    "Imani"
)
_COMPANIES = ("", "", "", "Northwind", "Blue Harbour", "Fir & Sons", "Lumen Works", "Old Mill", "Quarry Lane")
_AREAS = _words(
    "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 "
    "252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 "
    "319 320 321 323 325 330 334 336 337 339 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 "
    "414 415 417 419 423 425 430 432 434 435 440 443 469 478 479 480 484 501 502 503 504 505 507 508 509 510 512 "
    "513 515 516 517"
)
MOST_CONTACTS: Final = len(_AREAS) * 100


@dataclass(frozen=True)
class Callee:
    name: str
    company: str
    number: str
    """International digits."""


def floor(agents: int = FLOOR) -> list[Colleague]:
    """So many of the simulated agents, FLOOR at most."""
    of = stream(7, 0)
    families = of.sample(_FAMILY, FLOOR)
    return [
        Colleague(
            f"agent{n}",
            f"{_GIVEN[n]} {families[n - 1]}",
            permissions.OPERATOR,
            "simulated agent",
            agent=True,
            simulated=True,
        )
        for n in range(1, agents + 1)
    ]


def callees(count: int, seed: int) -> Iterator[Callee]:
    """``count`` different people, at most MOST_CONTACTS; the same seed gives the same people."""
    of = stream(seed, 11)
    for place in of.sample(range(MOST_CONTACTS), count):
        area, last = divmod(place, 100)
        yield Callee(
            name=f"{of.choice(_GIVEN)} {of.choice(_FAMILY)}",
            company=of.choice(_COMPANIES),
            number=f"1{_AREAS[area]}55501{last:02}",
        )
