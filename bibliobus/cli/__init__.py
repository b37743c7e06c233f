"""Commands: words in, one workflow call, words out."""
