import zipfile

import docx
import pytest
from conftest import ROOT

from industag.errors import InputError
from industag.reading.docx_text import docx_text

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def write(tmp_path, body, before="", space=WORD, name="word/document.xml"):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        archive.writestr(name, f'{before}<w:document xmlns:w="{space}" {mc}><w:body>{body}</w:body></w:document>')
    return path


def test_a_document_of_libreoffice_gives_the_text_of_its_source():
    source = (ROOT / "tests" / "files" / "plan.zh.fodt").read_text("utf-8").split("<office:text>")[1]
    paragraphs = [part.split(">")[-1] for part in source.split("</text:p>")[:-1]]
    assert docx_text(ROOT / "tests" / "files" / "plan.zh.docx").split("\n\n") == paragraphs


def test_a_document_of_python_docx_gives_paragraphs_and_cells_in_order(tmp_path):
    document = docx.Document()
    document.add_heading("Wind 风电", 1)
    document.add_paragraph("A first ").add_run("farm").bold = True
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "海上", "风电"
    document.add_paragraph("After the table")
    document.sections[0].header.paragraphs[0].text = "Not this"
    document.save(tmp_path / "a.docx")
    assert docx_text(tmp_path / "a.docx").split("\n\n") == ["Wind 风电", "A first farm", "海上", "风电", "After the table"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>", "new"),
        (
            "<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>",
            "a\tb\nc",
        ),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r><w:r><w:t>yes</w:t></w:r></w:p>", "yes"),
        ('<w:p><w:r><w:rPr><w:vanish w:val="false"/></w:rPr><w:t>yes</w:t></w:r></w:p>', "yes"),
        ("<w:sdt><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p></w:sdtContent></w:sdt>", "in a control"),
        ("<w:p><w:r><w:t>solid</w:t><w:noBreakHyphen/><w:t>state</w:t></w:r></w:p>", "solid-state"),
        (
            "<w:p><w:r><w:t>outer</w:t><mc:AlternateContent><mc:Choice><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Choice>"
            "<mc:Fallback><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>",
            "box\n\nouter",
        ),
        ("", ""),
    ],
)
@pytest.mark.parametrize("space", [WORD, STRICT])
def test_what_a_reader_sees_is_read_and_nothing_else(tmp_path, body, text, space):
    assert docx_text(write(tmp_path, body, space=space)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused(tmp_path, encoding):
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><w>&b;</w>'
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", bomb.encode(encoding))
    with pytest.raises(InputError, match=r"word/document\.xml declares a document type, which no office program writes"):
        docx_text(tmp_path / "a.docx")


def test_an_encoding_that_hides_a_document_type_does_not_help(tmp_path):
    declaration = b'<?xml version="1.0" encoding="cp037"?>'
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", declaration + '<!DOCTYPE w [<!ENTITY a "aaaa">]><w>&a;</w>'.encode("cp037"))
    with pytest.raises(InputError, match=r"declares a document type|is no whole XML"):
        docx_text(tmp_path / "a.docx")


def test_elements_within_each_other_without_end_are_refused(tmp_path):
    with pytest.raises(InputError, match="is no whole XML"):
        docx_text(write(tmp_path, "<w:p>" * 200_000))


def test_another_kind_of_archive_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no Word document"):
        docx_text(write(tmp_path, "", name="content.xml"))
