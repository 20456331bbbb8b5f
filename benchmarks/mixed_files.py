"""A folder of mixed office files in two languages, some of them broken, and what tagging it must give.

    python benchmarks/mixed_files.py FOLDER --files 2000
    industag tag FOLDER/corpus -o FOLDER/tags.jsonl
    python benchmarks/mixed_files.py FOLDER --check FOLDER/tags.jsonl

The first command writes the files into FOLDER/corpus and what is in them into FOLDER/expected.json: how many files,
sentences, pages and failures, and a digest of all sentences. The same number of files gives the same bytes of text. The
last one compares; its exit code is 1 if anything differs.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import random
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import docx
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from small_pdf import PICTURE, Written, make_pdf

TOPICS = {
    "en": "green hydrogen,perovskite solar cells,quantum computing,brain-computer interfaces,humanoid robots,"
    "offshore wind farms,solid-state batteries,industrial software,satellite internet,gene therapy,carbon fibre composites,"
    "garden furniture,municipal archives,school meals",
    "zh": "绿色氢能,钙钛矿太阳能电池,量子计算,脑机接口,人形机器人,海上风电场,固态电池,工业软件,卫星互联网,基因治疗,"
    "碳纤维复合材料,庭院家具,城市档案,学校食堂",
}
PATTERNS = {
    "en": (
        "The council of district {n} will spend {m} million on {a} and on {b}.",
        "Companies that work on {a} may apply for reimbursement of certification costs until the end of {y}.",
        "A demonstration programme connects {a} with the administration of {b} in {n} neighbourhoods.",
        "Responsibility for {a} lies with the department of commercialisation and international cooperation.",
        "In {y} the laboratory trained {n} instrumentation engineers.",
    ),
    "zh": (
        "第{n}区将投入{m}万元发展{a}和{b}。",
        "从事{a}的企业可在{y}年底前申请认证费用补贴。",
        "示范工程把{a}与{b}管理部门连接起来，覆盖{n}个街道。",
        "{a}由科技成果转化和国际合作部门负责，有关单位要明确职责、细化措施，确保各项任务落到实处。",
        "{y}年实验室培养了{n}名仪器工程师。",
    ),
}
TITLES = {"en": "Report {n} on the industries of the district", "zh": "关于本区产业发展情况的报告之{n}"}
HEADERS = {"en": "Office for statistics, draft {n}", "zh": "统计办公室内部资料第{n}号"}
MENU = {"en": ("Home", "News", "Contact"), "zh": ("首页", "新闻", "联系我们")}

_NOT_FIRST = "，。、；："
_START = "\0"
"""Where a sentence begins, until the lines are drawn."""
_SIZE, _LEFT, _RIGHT, _TOP, _LOWEST = 11, 70, 525, 760, 70
_CHARS = f"abcdefghijklmnopqrstuvwxyz .,-{_START}"
_THOUSANDTHS = (
    "556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 "  # a to p
    "556 333 500 278 556 500 722 500 500 500 278 278 278 333 0"
)
_WIDTHS = dict(zip(_CHARS, map(int, _THOUSANDTHS.split()), strict=True))
"""How wide Helvetica is; for other characters it is guessed."""


@dataclass
class Made:
    """A file and what reading it gives: sentences, pages on which they begin, failures."""

    suffix: str
    data: bytes
    sentences: list[str] = field(default_factory=list)
    pages: int = 0
    failures: int = 0
    partial: bool = False


class Author:
    """Writes sentences, paragraphs and reports in one language, the same for the same seed."""

    def __init__(self, seed: str, language: str) -> None:
        self.dice = random.Random(seed)
        self.language = language

    def sentence(self) -> str:
        """Return a sentence."""
        a, b = self.dice.sample(TOPICS[self.language].split(","), 2)
        numbers = {"n": self.dice.randint(2, 99), "m": self.dice.randint(2, 999), "y": self.dice.randint(2021, 2035)}
        return self.dice.choice(PATTERNS[self.language]).format(a=a, b=b, **numbers)

    def paragraph(self, most: int = 5) -> list[str]:
        """Return the sentences of a paragraph."""
        return [self.sentence() for _ in range(self.dice.randint(1, most))]

    def join(self, sentences: Sequence[str]) -> str:
        """Return sentences as running text."""
        return ("" if self.language == "zh" else " ").join(sentences)

    def report(self, most: int = 8) -> list[list[str]]:
        """Return a title and paragraphs, each as its sentences."""
        title = TITLES[self.language].format(n=self.dice.randint(1, 999))
        return [[title], *(self.paragraph() for _ in range(self.dice.randint(2, most)))]

    def table(self) -> list[list[str]]:
        """Return the texts of the rows of a table, each as its sentences."""
        return [self.paragraph(3) for _ in range(self.dice.randint(3, 40))]


def flat(paragraphs: Sequence[Sequence[str]]) -> list[str]:
    """Return all sentences."""
    return [sentence for paragraph in paragraphs for sentence in paragraph]


def plain(author: Author) -> Made:
    """Return a text file in one of the encodings that occur, packed or not."""
    report = author.report()
    text = "\n\n".join(map(author.join, report))
    encoding = author.dice.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    data = text.replace("\n", author.dice.choice(["\n", "\r\n"])).encode(encoding)
    packed = author.dice.random() < 0.2
    return Made(".txt.gz" if packed else ".txt", gzip.compress(data, mtime=0) if packed else data, flat(report))


def markdown(author: Author) -> Made:
    """Return a Markdown file with a heading and with code that no reader is meant to search."""
    title, *rest = author.report()
    body = "\n\n".join(map(author.join, rest))
    return Made(".md", f"# {title[0]}\n\n{body}\n\n```\nquantum computing\n```\n".encode(), ["# " + title[0], *flat(rest)])


def html(author: Author) -> Made:
    """Return a page with a menu, a script, and hidden text."""
    title, *rest = author.report()
    menu = MENU[author.language]
    items = "".join(f"<li><a href=/{number}>{item}</a>" for number, item in enumerate(menu))
    page = (
        f"<!DOCTYPE html><html><head><meta charset=gb2312><title>{title[0]}</title><style>p {{color: #333}}</style></head>"
        f"<body><nav><ul>{items}</ul></nav><h1>{title[0]}</h1>"
        f"{''.join(f'<p>{author.join(paragraph)}</p>' for paragraph in rest)}"
        "<script>document.write('<p>quantum computing</p>')</script><div style='display:none'>quantum computing</div></body>"
    )
    return Made(".html", page.encode("gb18030"), [*menu, title[0], *flat(rest)])


def comma_separated(author: Author) -> Made:
    """Return a CSV or TSV file, packed or not."""
    table = author.table()
    suffix, delimiter = author.dice.choice([(".csv", ","), (".tsv", "\t"), (".csv.gz", ",")])
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["id", "text", "note"])
    writer.writerows([number, author.join(row), 'a "note", of course'] for number, row in enumerate(table))
    data = file.getvalue().encode(author.dice.choice(["utf-8-sig", "gb18030"]))
    return Made(suffix, gzip.compress(data, mtime=0) if suffix.endswith(".gz") else data, flat(table))


def json_lines(author: Author) -> Made:
    """Return JSON Lines, one line of which may be cut off."""
    table = author.table()
    lines = [json.dumps({"id": n, "text": author.join(row), "score": float("nan")}) for n, row in enumerate(table)]
    broken = author.dice.random() < 0.3
    return Made(
        ".jsonl", "\n".join([*lines, *(['{"text": "cut o'] if broken else [])]).encode(), flat(table), failures=int(broken)
    )


def word(author: Author) -> Made:
    """Return a Word document with a table and a header."""
    report, cells = author.report(), [author.sentence(), author.sentence()]
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "quantum computing"
    document.add_heading(report[0][0])
    for paragraph in report[1:]:
        document.add_paragraph(author.join(paragraph))
    table = document.add_table(1, 2)
    for cell, text in zip(table.rows[0].cells, cells, strict=True):
        cell.text = text
    return Made(".docx", _saved(document.save), [*flat(report), *cells])


def workbook(author: Author) -> Made:
    """Return a workbook of one sheet or several, not all of which hold texts."""
    file = io.BytesIO()
    sentences: list[str] = []
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for number in range(author.dice.randint(1, 3)):
            sheet = book.add_worksheet(f"{2020 + number}")
            table = author.table()
            sheet.write_row(0, 0, ["id", "text", "sum"])
            for row, texts in enumerate(table, start=1):
                sheet.write_row(2 * row, 0, [row, author.join(texts)])
                sheet.write_formula(2 * row, 2, f"=A{2 * row + 1}*2", None, 2 * row)
            sentences += flat(table)
        book.add_worksheet("notes").write(0, 0, "quantum computing")
    return Made(".xlsx", file.getvalue(), sentences)


def column_store(author: Author) -> Made:
    """Return a Parquet file."""
    table = author.table()
    texts = pa.table({"id": list(range(len(table))), "text": list(map(author.join, table)), "kind": ["report"] * len(table)})
    return Made(".parquet", _saved(lambda file: pq.write_table(texts, file)), flat(table))


def paged(author: Author) -> Made:
    """Return a PDF of several pages with header and page numbers, some pages of which may be scans."""
    report = author.report(30)
    header = HEADERS[author.language].format(n=author.dice.randint(2, 99))
    bodies = list(_pages(author, report))
    begun = sum(any(_START in line.text for line in body) for body in bodies)
    pages: list[list[Written | None]] = []
    for number, body in enumerate(bodies, start=1):
        edges = [Written(_LEFT, 800, 9, header), Written(290, 40, 9, f"- {number} -")] if len(bodies) > 1 else []
        pages.append([*edges, *(line._replace(text=line.text.replace(_START, "")) for line in body)])
    partial = author.dice.random() < 0.2
    if partial:
        pages += [[PICTURE], [PICTURE]]
    return Made(".pdf", make_pdf(pages), flat(report), pages=begun, partial=partial)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()


def _width(text: str, language: str) -> float:
    """Return how wide a text is set, in points."""
    if language == "zh":
        return _SIZE * sum(1.0 if char > "\u2000" else 0.5 for char in text if char != _START)
    return _SIZE * sum(_WIDTHS.get(char, 667 if char.isupper() else 556) for char in text) / 1000


def _pages(author: Author, report: Sequence[Sequence[str]]) -> Iterator[list[Written]]:
    """Yield the lines of pages with the report, without header and number."""
    language, y = author.language, _TOP
    lines: list[Written] = []
    for place, paragraph in enumerate(report):
        size = _SIZE if place else _SIZE + 5
        indent = 2 * _SIZE if language == "zh" and place else 0
        for x, text in _set(author.join([_START + sentence for sentence in paragraph]), language, indent):
            if y < _LOWEST:
                yield lines
                lines, y = [], _TOP
            lines.append(Written(x, y, size, text))
            y -= 17
        y -= 0 if language == "zh" and place else 9
    yield lines


def _set(text: str, language: str, indent: float) -> Iterator[tuple[float, str]]:
    """Yield where the lines of a paragraph begin, and what is on them; long English words are hyphenated."""
    x = _LEFT + indent
    line = ""
    pieces = list(text) if language == "zh" else [word + " " for word in text.split()]
    while pieces:
        piece = pieces.pop(0)
        fits = x + _width((line + piece).rstrip(), language) <= _RIGHT
        if fits or (language == "zh" and piece in _NOT_FIRST):
            line += piece
            continue
        head, tail = piece[:4], piece[4:]
        if (
            language == "en"
            and len(piece) > 10
            and piece.strip().isalpha()
            and x + _width(line + head + "-", language) <= _RIGHT
        ):
            line, piece = line + head + "-", tail
        yield x, line.rstrip()
        x, line = _LEFT, piece
    yield x, line.rstrip()


def scan(_: Author) -> Made:
    """Return a PDF of pictures alone."""
    return Made(".pdf", make_pdf([[PICTURE]] * 3), failures=1)


def damaged(author: Author) -> Made:
    """Return a file that is cut off or is not what its name says."""
    whole = author.dice.choice([paged, word, workbook, column_store])(author)
    cut = author.dice.random() < 0.5
    return Made(whole.suffix, whole.data[: len(whole.data) // 3] if cut else author.dice.randbytes(500), failures=1)


def zip_bomb(author: Author) -> Made:
    """Return an office file that holds very much of nothing."""
    file = io.BytesIO()
    suffix, part = author.dice.choice([(".docx", "word/document.xml"), (".xlsx", "xl/worksheets/sheet1.xml")])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(part), b" " * (32 << 20), zipfile.ZIP_DEFLATED)
    return Made(suffix, file.getvalue(), failures=1)


def entity_bomb(_: Author) -> Made:
    """Return a Word document with entities that grow."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("word/document.xml"), f"<!DOCTYPE d [{entities}]><d>&e11;</d>")
    return Made(".docx", file.getvalue(), failures=1)


def gzip_bomb(_: Author) -> Made:
    """Return a packed text of very many empty lines."""
    return Made(".txt.gz", gzip.compress(b"\n" * (32 << 20), mtime=0), failures=1)


def wide_workbook(_: Author) -> Made:
    """Return a workbook with one cell at the far corner of the sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "text")
        sheet.write(1_048_575, 16_383, "far away")
    return Made(".xlsx", file.getvalue(), failures=1)


def no_text(author: Author) -> Made:
    """Return bytes under the name of a text, or a table without the column."""
    noise = Made(".txt", b"\x00\xff\x00\x01" * 100, failures=1)
    return author.dice.choice([noise, Made(".csv", b"id,body\n1,wind\n", failures=1)])


def other_kind(_: Author) -> Made:
    """Return a file that is passed over in a folder."""
    return Made(".png", b"\x89PNG\r\n\x1a\n")


GOOD = (
    plain,
    plain,
    markdown,
    html,
    html,
    comma_separated,
    comma_separated,
    json_lines,
    word,
    word,
    workbook,
    column_store,
    paged,
)
GOOD += (paged, paged)
BAD = (scan, damaged, damaged, damaged, no_text, zip_bomb, entity_bomb, gzip_bomb, wide_workbook, other_kind)
BAD_EVERY = 20


def make(folder: Path, count: int) -> None:
    """Write ``count`` files into FOLDER/corpus, and FOLDER/expected.json."""
    sentences: list[str] = []
    totals: Counter[str] = Counter()
    for number in range(count):
        author = Author(f"mixed files {number}", "zh" if number % 2 else "en")
        bad = number % BAD_EVERY == BAD_EVERY - 1
        makers = BAD if bad else GOOD
        made = makers[(number // BAD_EVERY if bad else number // 2) % len(makers)](author)
        path = folder / "corpus" / f"{number // 100:03d}" / f"{author.language}-{number:05d}{made.suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.data)
        sentences += made.sentences
        totals += Counter(
            {made.suffix: 1, "files": 1, "pages": made.pages, "failures": made.failures, "partial": made.partial}
        )
    expected = {**summary(sentences), **{key: totals[key] for key in sorted(totals)}}
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    print(json.dumps(expected))


def summary(sentences: Sequence[str]) -> dict[str, int | str]:
    """Return how many sentences there are, and a digest of them that knows no order and no white space."""
    squeezed = sorted("".join(sentence.split()) for sentence in sentences)
    return {"sentences": len(squeezed), "digest": hashlib.sha256("\n".join(squeezed).encode()).hexdigest()}


def check(folder: Path, tags: Path) -> bool:
    """Print what the rows of a result hold beside what they should, and return whether they agree."""
    expected = json.loads((folder / "expected.json").read_text())
    with tags.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    found = {
        **summary([row["text"] for row in rows if row["sentence"]]),
        "pages": len({(row["doc"], row["page"]) for row in rows if row["page"]}),
        "failures": sum(row["status"] == "error" for row in rows),
    }
    for key, value in found.items():
        print(f"{key:10} {value} (expected {expected[key]})")
    return all(expected[key] == value for key, value in found.items())


def main() -> int:
    """Make the files, or check a result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--check", type=Path, metavar="TAGS")
    given = parser.parse_args()
    if given.check:
        return 0 if check(given.folder, given.check) else 1
    make(given.folder, given.files)
    return 0


if __name__ == "__main__":
    sys.exit(main())
