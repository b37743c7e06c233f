"""What a reader is shown of a plan: decided once, before any paper is drawn."""
