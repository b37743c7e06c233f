"""Reports as tables and sentences, before any file is written."""
