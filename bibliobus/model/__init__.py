"""The planning problem in whole numbers and indices."""
