"""What depends on which roads."""
