"""Trunks and hotlines. Whatever is changed, the engine hears of it in the same transaction."""

from campana.hotlines.operations.hotlines import change_hotline, create_hotline, delete_hotline, release_hotline
from campana.hotlines.operations.trunks import change_trunk, create_trunk, delete_trunk

__all__ = [
    "change_hotline",
    "change_trunk",
    "create_hotline",
    "create_trunk",
    "delete_hotline",
    "delete_trunk",
    "release_hotline",
]
