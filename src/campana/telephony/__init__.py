"""The Switch port and its drivers. Only the runtime chooses a driver."""
