"""The shell around the pure engine: one loop per organisation, a journal, a lease, and the choice of a switch."""
