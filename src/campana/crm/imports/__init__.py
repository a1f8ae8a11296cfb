"""From a file to contacts: reading, mapping, checking, staging, merging, and what was wrong."""
