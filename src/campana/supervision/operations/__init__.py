"""What supervisors do to the floor."""

from campana.supervision.operations.force_presence import NotSignedIn, force_presence

__all__ = ["NotSignedIn", "force_presence"]
