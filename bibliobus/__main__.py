"""Run the command line by ``python -m bibliobus``, for machines where the command is not on the path."""

from bibliobus.cli.main import main

if __name__ == "__main__":
    main()
