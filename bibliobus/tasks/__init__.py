"""One module a task of the user: the stages in their order."""
