"""Pacers judged in a small world of their own: scenarios, an oracle that knows every law, and the figures."""
