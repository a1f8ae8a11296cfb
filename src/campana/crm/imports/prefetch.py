"""Making the next item while the last one is used."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
_POLL = 0.1


def prefetched(source: Iterator[T]) -> Iterator[T]:
    """The items of ``source``, one made ahead in a thread. Its exceptions are raised here."""
    queue: Queue[tuple[str, T | BaseException | None]] = Queue(maxsize=1)
    stop = Event()

    def offer(kind: str, item: T | BaseException | None) -> None:
        while not stop.is_set():
            try:
                queue.put((kind, item), timeout=_POLL)
            except Full:
                continue
            return

    def produce() -> None:
        try:
            for item in source:
                offer("item", item)
                if stop.is_set():
                    return
        except BaseException as problem:
            offer("raise", problem)
        else:
            offer("end", None)

    thread = Thread(target=produce, name="import-reader", daemon=True)
    thread.start()
    try:
        while True:
            kind, item = queue.get()
            if kind == "end":
                return
            if kind == "raise":
                assert isinstance(item, BaseException)
                raise item
            yield item  # type: ignore[misc]
    finally:
        stop.set()
        _make_room(queue)
        thread.join()


def _make_room(queue: Queue[tuple[str, T | BaseException | None]]) -> None:
    try:
        queue.get_nowait()
    except Empty:
        return
