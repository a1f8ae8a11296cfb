"""Calls that come in: a caller on one of our numbers waits for an agent of that number, and talks.

One record (``call``), one table, and a file a step: ``arrive`` judges and opens, ``queue`` offers to one agent after
the other, ``legs`` follows the two legs, ``restore`` takes over after a crash. What comes after the talk is the same
as for calls by hand (``by_hand.after``).
"""
