"""The demo: a whole contact centre on one machine, with a simulated carrier and simulated agents."""
