"""What the first hour of an installation does."""
