"""What screens and the API read about campaigns."""
