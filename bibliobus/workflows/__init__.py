"""One module a user task: the stages in their order."""
