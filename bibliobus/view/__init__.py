"""What a reader may know of a plan: one view for all papers, redacted and refused while it is built."""
