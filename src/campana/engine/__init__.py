"""The dialler without I/O: a pure function of inputs and time.

No database, sockets, clock or randomness of its own. ``engine.Engine.handle(input, now=...)`` returns
outputs; ``deadline()`` says when it wants to hear ``TimePassed`` at the latest.
"""
