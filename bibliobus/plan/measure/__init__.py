"""What a plan does: figures, reach and coverage."""
