"""Tables and sections in Markdown, for the pages that benchmarks write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path


def table(rows: Mapping[str, Mapping[str, str]], first: str) -> list[str]:
    """Return rows as a Markdown table; ``first`` is the heading of their names."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    lines = [f"| {' | '.join([first, *columns])} |", f"|{'---|' * (len(columns) + 1)}"]
    return lines + [f"| {' | '.join([name, *(row.get(c, '') for c in columns)])} |" for name, row in rows.items()]


def write_section(path: Path, heading: str, lines: Sequence[str]) -> None:
    """Put a section into a page, in the place of the one with the same heading, or at its end."""
    before = path.read_text(encoding="utf-8") if path.is_file() else "# Benchmarks\n"
    sections = before.rstrip("\n").split("\n## ")
    section = "\n".join([heading, "", *lines, ""])
    places = [number for number, each in enumerate(sections) if number and each.split("\n")[0] == heading]
    if places:
        sections[places[0]] = section
    else:
        sections.append(section)
    head, *rest = (each.rstrip("\n") + "\n" for each in sections)
    path.write_text("\n## ".join([head, *rest]), encoding="utf-8")
