"""`python -m kg`: the command line from a checkout, without an install."""

from kg.cli import main

main()
