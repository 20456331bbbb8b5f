"""``industag harvest``: terms to learn from text without labels."""

from __future__ import annotations

from collections.abc import Iterator

import click

from industag.cli.options import note, refuse_to_overwrite, taxonomy_option
from industag.errors import IndustagError


@click.command()
@click.option("--corpus", required=True, multiple=True, metavar="FILE|DIR", help="Text to learn from. Repeat for more.")
@click.option(
    "--text-column", metavar="NAME", help="The column or key with the text, in csv, tsv and jsonl. [default: text]"
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Write the terms, with their counts, to this .tsv file."
)
@click.option("--label", "labels", multiple=True, metavar="ID", help="Show this label only. Repeat for more.")
@click.option(
    "--known",
    type=click.Path(dir_okay=False),
    help="A table of terms learned and read over before: they count like keywords, are counted again and written again.",
)
@taxonomy_option
def harvest(  # noqa: PLR0913 - one argument for each option
    corpus: tuple[str, ...],
    text_column: str | None,
    output: str | None,
    labels: tuple[str, ...],
    known: str | None,
    taxonomy: str | None,
) -> None:
    """Learn from unlabelled text: terms that go with each label, keywords that never occur or mean several things, overlaps.

    The terms are proposals for you to read. Delete the rows of the table that are wrong; give a weight of 1 to what proves
    its label alone, and leave 0.5 to a hint (two of them make a tag). The text is read twice; it takes about half a minute
    for each 100,000 sentences.

    \b
    Examples:
      industag harvest --corpus reports/ --corpus news.jsonl -o terms.tsv
      industag train --terms terms.tsv -o my-model
      industag harvest --corpus more/ --known terms.tsv -o terms.tsv
    """
    from industag.harvest import harvest as harvest_terms
    from industag.learned import read_learned_terms, table_of_terms
    from industag.output.terminal import harvested
    from industag.output.writers import open_output
    from industag.reading.documents import Failure, ReadOptions
    from industag.reading.readers import read_documents
    from industag.taxonomy_files import load_taxonomy

    refuse_to_overwrite(output, corpus)
    loaded = load_taxonomy(taxonomy)
    wanted = [loaded.resolve(label) for label in labels] or list(loaded.ids)

    def texts() -> Iterator[str]:
        for document in read_documents(corpus, ReadOptions(text_column)):
            if isinstance(document, Failure):
                raise IndustagError(document.message)
            yield document.text

    found = harvest_terms(loaded, texts, read_learned_terms(known, loaded) if known else ())
    for line in harvested(found, wanted):
        click.echo(line)
    if output is not None:
        proposed = [each.term for each in found.proposals if each.term.label in wanted]
        with open_output(output) as file:
            file.write(table_of_terms([*found.known, *proposed]).encode("utf-8"))
        counts = f"{len(found.known)} known terms and {len(proposed)} proposals" if known else f"{len(proposed)} proposals"
        note(f"{counts} from {found.sentences:,} sentences written to {output}")
