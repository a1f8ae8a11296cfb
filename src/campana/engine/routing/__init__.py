"""Who gets the answered call: one strategy a file, none sees another."""
