"""A seeded world in virtual time: carrier, callees, a floor of agents, faults, shifts. No database, no sockets."""
