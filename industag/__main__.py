"""``python -m industag``."""

from industag.cli import main

main(prog_name="industag")
