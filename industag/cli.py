"""The command line: each command has the name of the function that it calls."""

from __future__ import annotations

import io
import json
import logging
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from industag import __version__
from industag.errors import IndustagError
from industag.reading.documents import DEFAULT_SECONDS
from industag.reading.formats import FORMATS

if TYPE_CHECKING:
    from industag.output.writers import Layout
    from industag.tagger import Tagger
    from industag.taxonomy import Taxonomy

F = TypeVar("F", bound=Callable[..., Any])

_SOME_FAILED = 1
_WRONG_USE = 2
_INTERRUPTED = 130
_MEASURED = {"seeds": "sentences written for training", "labelled": "labelled texts"}

_model_option = click.option(
    "--model",
    metavar="DIR",
    type=click.Path(),
    envvar="INDUSTAG_MODEL",
    help="The model folder; by default the one that came with industag (or INDUSTAG_MODEL).",
)
_taxonomy_option = click.option(
    "--taxonomy",
    metavar="PATH",
    type=click.Path(),
    help="A folder of taxonomy files, or one file; by default the one that came with industag.",
)


class _Commands(click.Group):
    """Commands whose errors are one line each, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what click returns
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except IndustagError as error:
            for line in str(error).splitlines():
                click.echo(f"industag: {line}", err=True)
            ctx.exit(_WRONG_USE)
        except MemoryError:
            click.echo("industag: out of memory; give smaller files", err=True)
            ctx.exit(_SOME_FAILED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="industag")
def main() -> None:
    """Tag English and Chinese text with strategic emerging and future industries.

    \b
    Begin with:
      industag tag report.txt              the sentences that name an industry, and why
      industag tag folder/ -o tags.csv     the same as a table for a spreadsheet
      industag explain "A 6G satellite"    the sum behind each tag
      industag taxonomy show               what there is to find
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Chinese comes out whole whatever the locale says
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    log = logging.getLogger("industag")
    log.handlers = [_Notes()]  # not one more for each command that a test runs
    log.propagate = False


class _Notes(logging.Handler):
    """Prints what the library warns of."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a warning as a note."""
        _note(record.getMessage())


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE|DIR|-...")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file, whole or not at all.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "csv", "xlsx", "parquet"]),
    help="By default what the name of the output ends in, or else table, which is text for a person to read.",
)
@click.option(
    "--rows",
    type=click.Choice(["sentence", "tag", "document"]),
    default="sentence",
    show_default=True,
    help="A row for each sentence with its tags, for each tag, or for each document (see above).",
)
@click.option(
    "--level",
    type=click.Choice(["class", "field", "document"]),
    default="class",
    help="Answer with the finest classes, or fields; or with the finest classes of each document, as --rows document does.",
)
@click.option("--min-probability", type=click.FloatRange(0, 1), help="Give every label from this probability on.")
@click.option("--include", multiple=True, metavar="ID", help="Only this label and those below it. Repeat for more.")
@click.option("--exclude", multiple=True, metavar="ID", help="Not this label and those below it. Repeat for more.")
@click.option(
    "--text-column",
    metavar="NAME",
    help="The column or key with the text, in csv, tsv, jsonl, xlsx and parquet. [default: text]",
)
@click.option(
    "--stdin-format",
    type=click.Choice(FORMATS),
    default="txt",
    help="What '-' is. [default: txt]",
)
@click.option(
    "--file-limit",
    metavar="SECONDS",
    type=click.FloatRange(0, min_open=True),
    default=DEFAULT_SECONDS,
    show_default=True,
    help="A pdf, docx, xlsx or parquet file that takes longer to read has failed.",
)
@click.option(
    "--workers",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="So many processes do the work; 0: one for each core. The result is the same.",
)
@click.option(
    "--resume/--no-resume",
    default=True,
    help="Go on where the same command was cut short (the default), or begin anew.",
)
@click.option(
    "--progress",
    type=click.Choice(["bar", "json", "none"]),
    help="How far it is, on standard error: a bar, or a line of JSON each second. [default: bar on a terminal]",
)
@_model_option
def tag(files: tuple[str, ...], output: str | None, form: str | None, model: str | None, **given: Any) -> None:  # noqa: ANN401 - the other options
    """Tag documents sentence by sentence: files, folders of them, patterns ('reports/**/*.pdf'), or - for standard input.

    It reads txt, md, html, csv, tsv and jsonl (also packed with gzip) and docx; and pdf, xlsx and parquet with the libraries
    that pip install 'industag[all]' brings.

    The result has one row for each sentence: where it is, its tags with their probability and the words that earned them,
    or "review" where a person should look. Other columns of a table are passed through. A file that cannot be read is one
    row with its error; the others are tagged all the same.

    With --rows document, a label's probability is the highest that one of the document's sentences has for it; beside it
    stand how many of its sentences carry the label, which share of them that is, and the three likeliest as quotations.

    An output file appears when all of it is written, with its counts and failures in OUTPUT.summary.json. Until then the
    work is kept in hidden files beside it: after a crash or Ctrl-C the same command goes on from there.

    Exit code: 0, or 1 if some input failed, or 2 for wrong use, or 130 after Ctrl-C.

    \b
    Examples:
      industag tag plan.txt
      industag tag 'reports/**/*.pdf' --level field -o fields.csv
      industag tag reports/ --workers 0 --rows tag -o tags.xlsx
      industag tag news.csv --text-column body --include biotechnology -o bio.jsonl
      cat speech.txt | industag tag -
    """
    from industag.answers import TagOptions
    from industag.batch.progress import ProgressReport
    from industag.batch.run import Job, run
    from industag.batch.workers import Setup, cores
    from industag.reading.documents import ReadOptions

    rows = "document" if given["level"] == "document" else given["rows"]
    layout = _layout(form or _format_of(output), rows, output)
    tagger = _load(model)
    options = TagOptions(
        level="field" if given["level"] == "field" else "segment",
        min_probability=given["min_probability"],
        include=frozenset(tagger.taxonomy.resolve(label) for label in given["include"]),
        exclude=frozenset(tagger.taxonomy.resolve(label) for label in given["exclude"]),
    )
    _refuse_to_overwrite(output, files)
    _warn_of_others(files)
    read = ReadOptions(given["text_column"], given["stdin_format"], seconds=given["file_limit"])
    setup = Setup(model, tagger.fingerprint, options, read)
    job = Job(files, setup, layout, output, given["workers"] or cores(), given["resume"])
    watched = sys.stderr.isatty() and (output is not None or not sys.stdout.isatty())
    report = ProgressReport(given["progress"] or ("bar" if watched else "none"), sys.stderr)
    try:
        tally = run(job, tagger, sys.stdout.buffer, report)
    except KeyboardInterrupt:
        report.say("stopped" + ("; the same command goes on from here" if output is not None else ""))
        sys.exit(_INTERRUPTED)
    finally:
        report.clear()
    if output is not None:
        counts = ", ".join(f"{tally.statuses[status]} {status}" for status in ("tagged", "review", "none"))
        _note(f"{tally.sentences} sentences ({counts}) written to {output}")
    if tally.incomplete:
        _note(f"{tally.incomplete} documents were read in part")
    if tally.statuses["error"]:
        _note(f"{tally.statuses['error']} documents or rows failed")
        sys.exit(_SOME_FAILED)


@main.command()
@click.argument("tags", metavar="TAGS.JSONL", type=click.Path())
@click.option("-o", "--output", default="report.html", show_default=True, type=click.Path(dir_okay=False), help="The page.")
@click.option("--title", default="", help="The title. [default: one in English and Chinese]")
@click.option("--date", default="", help="A date, or other words, to stand below the title. [default: none]")
@_model_option
def report(tags: str, output: str, title: str, date: str, model: str | None) -> None:
    """Make a page for the browser of TAGS.JSONL, which 'industag tag ... -o tags.jsonl' wrote.

    One file that needs no network: counts by field and class, and the tagged sentences with their evidence in colour, to
    filter, read and quote, in English or Chinese. The model gives the tree of labels.

    \b
    Example:
      industag tag folder/ -o tags.jsonl
      industag report tags.jsonl -o report.html
    """
    from industag.output.jsonl_rows import read_rows
    from industag.output.report import make_report
    from industag.output.writers import open_output

    _refuse_to_overwrite(output, [tags])
    made = make_report(read_rows(tags), _load(model).taxonomy)
    with open_output(output) as file:
        file.write(made.to_html(title, date).encode("utf-8"))
    if made.strangers:
        listed = ", ".join(made.strangers[:5]) + (", ..." if len(made.strangers) > 5 else "")
        _note(f"outside the model's tree of labels: {listed}; give --model with the one that made the tags")
    _note(f"{len(made.sentences)} sentences of {len(made.documents)} documents written to {output}")


@main.command()
@click.argument("text")
@click.option("--all", "show_all", is_flag=True, help="Every label, not only those from a probability of 0.05 on.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object from label to probability, with every label.")
@_model_option
def score(text: str, show_all: bool, as_json: bool, model: str | None) -> None:
    """Print the probability of each label for TEXT (- for standard input), the likeliest first.

    \b
    Example:
      industag score "A pilot line for perovskite solar cells"
    """
    from industag.output.terminal import rank

    tagger = _load(model)
    scores = tagger.score(_text(text))
    if as_json:
        click.echo(json.dumps({label: round(probability, 6) for label, probability in scores.items()}))
        return
    shown = [(label, probability) for label, probability in scores.items() if show_all or probability >= 0.05]
    lines = list(rank(shown, tagger.taxonomy))
    click.echo("\n".join(lines) if lines else "no label reaches a probability of 0.05 (--all shows every label)")


@main.command()
@click.argument("text")
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="ID",
    help="Explain this label, tagged or not. Repeat for more.",
)
@_model_option
def explain(text: str, labels: tuple[str, ...], model: str | None) -> None:
    """Print, for each tag of TEXT (- for standard input), the sentence with its evidence and the sum that makes the score.

    \b
    Example:
      industag explain "量子密钥分发网络开通" --label quantum-communication
    """
    tagger = _load(model)
    explanations = tagger.explain(_text(text), labels or None)
    terminal = _terminal(colour=sys.stdout.isatty())
    for explanation in explanations:
        for line in terminal.explanation(explanation, tagger.taxonomy):
            click.echo(line)
        click.echo()
    if not explanations:
        click.echo("no tag, and nothing to review (--label ID explains any label)")


@main.command()
@_taxonomy_option
@click.option("--seeds", type=click.Path(), help="The seeds folder; by default the one that came with industag.")
@click.option(
    "--without-seeds",
    is_flag=True,
    help="Train from keywords (and --labels) alone, as for a taxonomy of your own.",
)
@click.option(
    "--labels",
    "label_files",
    multiple=True,
    metavar="FILE",
    help="Labelled sentences, jsonl or csv. Repeat for more.",
)
@click.option(
    "--terms",
    "term_files",
    multiple=True,
    metavar="FILE",
    help="Terms that a person has read over, in a table as `industag harvest` writes it. Repeat for more.",
)
@click.option(
    "--weights",
    "weight_files",
    multiple=True,
    metavar="FILE",
    help="Weights of terms to begin with, in a table as `industag model weights` writes it. Repeat for more.",
)
@click.option(
    "--precision",
    type=click.FloatRange(0.5, 0.99),
    default=0.9,
    show_default=True,
    help="What thresholds aim at, where there are 200 labelled sentences or more to fit them to.",
)
@click.option("-o", "--output", default="model", show_default=True, type=click.Path(), help="The model folder to write.")
def train(  # noqa: PLR0913 - one argument for each option
    taxonomy: str | None,
    seeds: str | None,
    without_seeds: bool,
    label_files: tuple[str, ...],
    term_files: tuple[str, ...],
    weight_files: tuple[str, ...],
    precision: float,
    output: str,
) -> None:
    """Train a model: taxonomy + seeds (+ labelled sentences) -> a model folder. The same input gives the same bytes.

    Labelled sentences are lines of JSON, {"text": "...", "labels": ["wind-power"]}, or a CSV file with the columns text and
    labels (ids separated by ;). An empty list of labels says that the sentence carries none, which helps as much.

    \b
    Examples:
      industag train --labels mine.jsonl -o my-model
      industag train --taxonomy my-taxonomy/ -o my-model
      industag tag plan.txt --model my-model
    """
    from industag.artefact import check_replaceable, save
    from industag.card import card, metrics
    from industag.evaluation import format_quality
    from industag.labelled import read_labelled
    from industag.learned import read_learned_terms, read_term_weights
    from industag.seeds import load_learned_terms, load_measured, load_seed_sentences, load_term_weights
    from industag.taxonomy_files import load_taxonomy
    from industag.training import train as train_tagger

    started = time.monotonic()
    check_replaceable(output)
    loaded = load_taxonomy(taxonomy)
    sentences = [] if without_seeds else load_seed_sentences(loaded, seeds)
    learned = [] if without_seeds else load_learned_terms(loaded, seeds)
    learned += [term for file in term_files for term in read_learned_terms(file, loaded)]
    starts = [] if without_seeds else load_term_weights(loaded, seeds)
    starts += [weight for file in weight_files for weight in read_term_weights(file, loaded)]
    labelled = [text for file in label_files for text in read_labelled(file, loaded)]
    _note(f"training on {len(loaded)} labels, {len(sentences)} seed sentences and {len(labelled)} labelled texts ...")
    trained = train_tagger(loaded, sentences, labelled, precision=precision, learned=learned, starts=starts)
    recorded = None if without_seeds or labelled or term_files or weight_files else load_measured(seeds)
    extras = {"card.md": card(trained, recorded), "metrics.json": metrics(trained)}
    fingerprint = save(trained.tagger, output, extras)
    if trained.quality:
        _note(f"by cross-validation on the {_MEASURED[trained.measured_on]}:\n" + format_quality(trained.quality))
    if labelled:
        _note(_learned(trained_tagger=trained.tagger, before=_load(None), labelled=labelled))
    _note(f"model {fingerprint} written to {output} in {time.monotonic() - started:.1f} s; use it with --model {output}")


@main.command()
@click.argument("gold", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@click.option("--errors", is_flag=True, help="Show each text whose labels differ.")
@click.option("--details", is_flag=True, help="By label and source, how far probabilities hold, and what is confused.")
@click.option(
    "--predictions",
    type=click.Path(dir_okay=False),
    help="Write the predicted labels of each text to this jsonl file.",
)
@click.option(
    "--record",
    nargs=2,
    metavar="FILE TEXT",
    help="Write the figures to FILE, with a few words on what GOLD is; as seeds/measured.json they go into the model card.",
)
@_model_option
def evaluate(  # noqa: PLR0913 - one argument for each option
    gold: str,
    as_json: bool,
    errors: bool,
    details: bool,
    predictions: str | None,
    record: tuple[str, str] | None,
    model: str | None,
) -> None:
    """Compare the tags of the texts in GOLD (jsonl or csv with text and labels) with the labels given there.

    Labels under "maybe" count neither way. Micro-averaged precision, recall and F1 with a 95 % bootstrap interval, and macro
    F1, for every label with its ancestors (class), fields and branches only (field), and whether there is any label (any).
    """
    from dataclasses import asdict

    from industag.details import format_details
    from industag.evaluation import evaluate as evaluate_labels
    from industag.evaluation import format_quality
    from industag.labelled import read_labelled
    from industag.output.writers import open_output

    tagger = _load(model)
    texts = read_labelled(gold, tagger.taxonomy)
    predicted = [tagged.labels for tagged in tagger.tag(text.text for text in texts)]
    if predictions is not None:
        _refuse_to_overwrite(predictions, [gold])
        with open_output(predictions) as file:
            for text, labels in zip(texts, predicted, strict=True):
                file.write(json.dumps({"id": text.id, "labels": sorted(labels)}).encode("ascii") + b"\n")
    results = evaluate_labels(texts, predicted, tagger.taxonomy)
    if record:
        from industag.measured import Measured, fingerprint_of_weights

        with open_output(record[0]) as file:
            file.write(Measured(record[1], fingerprint_of_weights(tagger.scorer), results).to_json().encode("utf-8"))
    if as_json:
        figures = {f"{g}.{level}": {k: round(v, 4) for k, v in asdict(q).items()} for (g, level), q in results.items()}
        click.echo(json.dumps(figures, indent=1))
    else:
        click.echo(format_quality(results))
    if details:
        scores = [tagger.score(text.text) for text in texts]
        click.echo("\n".join(format_details(texts, predicted, scores, tagger.taxonomy)))
    if errors:
        for text, labels in zip(texts, predicted, strict=True):
            _echo_difference(tagger.taxonomy, text, labels)


def _learned(trained_tagger: Tagger, before: Tagger, labelled: list[Any]) -> str:
    """Return how many of the labelled texts come out right, with the shipped model and with the new one."""

    def right(tagger: Tagger) -> int:
        close = trained_tagger.taxonomy.close
        return sum(
            close(text.labels) - close(text.maybe)
            == close(label for label in tagged.labels if label in trained_tagger.taxonomy) - close(text.maybe)
            for text, tagged in zip(labelled, tagger.tag(text.text for text in labelled), strict=True)
        )

    count = len(labelled)
    return (
        f"of the {count} labelled texts {right(before)} come out right with the shipped model, {right(trained_tagger)} now"
    )


def _echo_difference(taxonomy: Taxonomy, text: Any, labels: Iterable[str]) -> None:  # noqa: ANN401 - a LabelledText
    """Print a text whose predicted labels are not the right ones."""
    right, given = taxonomy.close(text.labels), taxonomy.close(labels)
    wrong = taxonomy.most_specific(given - right - taxonomy.close(text.maybe))
    missed = taxonomy.most_specific(right - given)
    if wrong or missed:
        click.echo(f"\n{text.id}  {' '.join(text.text.split())}")
        for title, ids in (("wrong", wrong), ("missed", missed)):
            if ids:
                click.echo(f"  {title}: {', '.join(sorted(ids))}")


@main.command()
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
@_taxonomy_option
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
    from industag.learned import read_learned_terms, write_learned_terms
    from industag.output.terminal import harvested
    from industag.reading.documents import Failure, ReadOptions
    from industag.reading.readers import read_documents
    from industag.taxonomy_files import load_taxonomy

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
        _refuse_to_overwrite(output, corpus)
        proposed = [each.term for each in found.proposals if each.term.label in wanted]
        write_learned_terms([*found.known, *proposed], output)
        counts = f"{len(found.known)} known terms and {len(proposed)} proposals" if known else f"{len(proposed)} proposals"
        _note(f"{counts} from {found.sentences:,} sentences written to {output}")


@main.group("taxonomy")
def taxonomy_commands() -> None:
    """Look at the taxonomy, check it, and copy it to make one of your own."""


@taxonomy_commands.command()
@click.argument("label", required=False, metavar="[ID]")
@_taxonomy_option
def show(label: str | None, taxonomy: str | None) -> None:
    """Print the tree of labels, or everything about one label."""
    from industag.taxonomy_files import load_taxonomy

    loaded = load_taxonomy(taxonomy)
    lines = _tree(loaded) if label is None else _entry(loaded, label)
    click.echo("\n".join(lines))


def _tree(taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a line for each label, indented by its depth."""
    for label in taxonomy:
        indent = "  " * len(taxonomy.ancestors(label.id))
        count = len(label.all_keywords)
        yield f"{indent}{label.names['en']}  {label.names['zh']}  ({label.id}, {count} keywords)"


def _entry(taxonomy: Taxonomy, given: str) -> Iterator[str]:
    """Yield the lines that describe one label."""
    label = taxonomy[given]
    path = [taxonomy[each].names["en"] for each in reversed(taxonomy.ancestors(label.id))]
    yield " > ".join([*path, label.names["en"]]) + f"  {label.names['zh']}"
    yield f"id: {label.id}   level: {label.level}   defined in {label.place}"
    for system, codes in label.codes.items():
        yield f"{system}: {codes if isinstance(codes, str) else ', '.join(codes)}"
    for scope in label.scope.values():
        yield f"scope: {scope}"
    for language, keywords in label.keywords.items():
        yield f"keywords ({language}):"
        for keyword in keywords:
            rules = [
                f"weight {keyword.weight:g}" if keyword.weight != 1.0 else "",
                "case exact" if keyword.exact else "",
                f"near {', '.join(keyword.near)}" if keyword.near else "",
                f"not {', '.join(keyword.negatives)}" if keyword.negatives else "",
            ]
            yield "  " + "; ".join([keyword.term, *filter(None, rules)])
    for title, others in (
        ("below", taxonomy.children(label.id)),
        ("related", label.related),
        ("was", label.was),
    ):
        if others:
            yield f"{title}: {', '.join(others)}"


@taxonomy_commands.command()
@click.argument("path", required=False, type=click.Path())
@click.option(
    "--corpus",
    multiple=True,
    metavar="FILE|DIR",
    help="Also list keywords that never occur in this text. Repeat for more.",
)
@click.option("--strict", is_flag=True, help="Exit with code 1 if there are warnings.")
def check(path: str | None, corpus: tuple[str, ...], strict: bool) -> None:
    """Check taxonomy files: every error with its file and line, then warnings about what is rarely meant.

    Exit code: 0 if the taxonomy can be used, 2 if not.
    """
    from industag.lint import lint, never_found
    from industag.reading.documents import Failure
    from industag.reading.readers import read_documents
    from industag.taxonomy_files import load_taxonomy

    loaded = load_taxonomy(path)
    warnings = list(lint(loaded))
    if corpus:
        documents = list(read_documents(corpus))
        failures = [each for each in documents if isinstance(each, Failure)]
        if failures:
            raise IndustagError("\n".join(failure.message for failure in failures))
        warnings += never_found(loaded, (each.text for each in documents if not isinstance(each, Failure)))
    for warning in warnings:
        click.echo(f"warning: {warning}")
    keywords = sum(len(label.all_keywords) for label in loaded)
    click.echo(f"{len(loaded)} labels, {keywords} keywords, no errors, {len(warnings)} warnings")
    if strict and warnings:
        sys.exit(_SOME_FAILED)


@taxonomy_commands.command()
@click.argument("folder", type=click.Path())
def copy(folder: str) -> None:
    """Copy the taxonomy that came with industag into a new FOLDER, for you to edit."""
    from industag.errors import OutputError
    from industag.places import data_folder

    target = Path(folder)
    if target.exists():
        raise OutputError(f"{folder}: exists already; give a new folder")
    try:
        shutil.copytree(data_folder("taxonomy"), target)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror or error}") from error
    _note(f"copied to {folder}; edit it, then: industag train --taxonomy {folder} -o my-model")


@main.group("model")
def model_commands() -> None:
    """Look at a model, and pass it on as a joblib file, or what it learned as a table."""


@model_commands.command("card")
@_model_option
def show_card(model: str | None) -> None:
    """Print the model card: what the model was trained on and what was measured."""
    from industag.artefact import load_card

    click.echo(load_card(model))


@model_commands.command("weights")
@click.option("--least", type=click.FloatRange(min=0), default=1.0, show_default=True, help="Leave out weights nearer to 0.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The .tsv file to write.")
@_model_option
def write_weights(least: float, output: str, model: str | None) -> None:
    """Write the weights that a model learned for terms: what it owes to its labelled sentences, without the sentences.

    `industag train --weights FILE` begins with them, where the sentences themselves must not go. A term is one or two words
    or two or three characters.
    """
    from industag.learned import write_term_weights

    weights = _load(model).scorer.term_weights(least)
    write_term_weights(weights, output)
    _note(f"{len(weights)} weights written to {output}")


@model_commands.command("export")
@click.argument("file", type=click.Path(dir_okay=False))
@_model_option
def export_model(file: str, model: str | None) -> None:
    """Write the model into a joblib FILE, for pipelines that want one."""
    from industag.joblib_files import export_joblib

    export_joblib(_load(model), file)
    _note(f"written to {file}; loading it runs code, so pass it on only to those who trust you")


@model_commands.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--trust", is_flag=True, help="I made this file myself: loading it may run any code that is in it.")
@click.option("-o", "--output", required=True, type=click.Path(), help="The model folder to write.")
def import_model(file: str, trust: bool, output: str) -> None:
    """Turn a joblib FILE that you made yourself back into a model folder."""
    from industag.artefact import save
    from industag.joblib_files import import_joblib

    fingerprint = save(import_joblib(file, trust=trust), output)
    _note(f"model {fingerprint} written to {output}")


def _load(model: str | None) -> Tagger:
    from industag.artefact import load

    return load(model)


def _text(text: str) -> str:
    """Return the text, from standard input where it is "-"."""
    if text != "-":
        return text
    from industag.reading.decoding import decode

    return decode(sys.stdin.buffer.read(), "-")


def _note(message: str) -> None:
    """Tell a person something, on standard error."""
    click.echo(f"industag: {message}", err=True)


def _terminal(*, colour: bool) -> Any:  # noqa: ANN401 - a Terminal, imported here
    from industag.output.terminal import Terminal

    return Terminal(colour=colour, width=min(shutil.get_terminal_size((100, 24)).columns, 120))


def _format_of(output: str | None) -> str:
    """Return the format that the name of an output asks for."""
    from industag.output.writers import SUFFIXES

    if output is None:
        return "table"
    suffix = Path(output).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(each for each in SUFFIXES if each)
        raise click.UsageError(f"cannot write {suffix} files; name the output one of {known}, or give --format")
    return SUFFIXES[suffix]


def _layout(kind: str, form: str, output: str | None) -> Layout:
    """Return what the result looks like, if it can look like that."""
    from industag.output.writers import Layout

    if kind == "table" and form != "sentence":
        raise click.UsageError(f"--rows {form} is for tables and jsonl; name an output such as x.csv, or give --format")
    if kind in ("xlsx", "parquet") and output is None:
        raise click.UsageError(f"{kind} is no format for standard output; name a file with -o")
    return Layout(kind, form, _terminal(colour=output is None and sys.stdout.isatty()))


def _refuse_to_overwrite(output: str | None, files: Iterable[str]) -> None:
    """Refuse an output that is one of the inputs."""
    if output is not None and Path(output).exists():
        for file in files:
            if file != "-" and Path(file).exists() and Path(file).samefile(output):
                raise click.UsageError(f"{output} is an input; write to another file")


def _warn_of_others(files: Iterable[str]) -> None:
    """Say which files in the given folders will not be read."""
    from industag.reading.finding import others_in

    for folder in map(Path, files):
        if folder.is_dir():
            others = (path for path in others_in(folder) if not path.name.endswith(".summary.json"))
            kinds = Counter(path.suffix.lower() or "no suffix" for path in others)
            if kinds:
                listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
                _note(f"{folder}: passing over files of other kinds ({listed})")
