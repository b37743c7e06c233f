"""Why settlements are not served, and what would change it."""
