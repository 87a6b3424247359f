"""`python -m orchestration.cli`: the command without its script."""

from orchestration.cli import main

main()
