"""Reading contacts and what belongs to them."""
