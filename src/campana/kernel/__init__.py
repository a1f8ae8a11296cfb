"""What every room stands on: time, identifiers, telephone numbers, time windows. Standard library only."""
