"""What every page needs around it: security headers, the reader's language and zone, refusals in words."""
