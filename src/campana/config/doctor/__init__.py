"""What can be wrong with an installation. One file a region; each examines and reports findings."""
