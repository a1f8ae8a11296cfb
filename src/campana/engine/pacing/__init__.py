"""How many calls may start: one control law a file, none sees another."""
