"""The rules a call must pass. Each file is one rule with its source; ``clear`` asks them in order."""
