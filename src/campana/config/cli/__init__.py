"""``bin/campana``: what an operator does. One file a verb, each with ``add(parsers)``."""
