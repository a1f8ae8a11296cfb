"""``bin/screens``: every screen of the product photographed, from a state that is made the same way each time."""
