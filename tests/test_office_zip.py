import struct
import zipfile

import pytest

from industag.errors import InputError
from industag.reading.office_zip import check_office, open_office, read_xml


def write(tmp_path, members):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_an_ordinary_file_passes_and_its_xml_is_read_in_pieces(tmp_path):
    content = bytes(range(32, 127)) * 10_000
    path = write(tmp_path, {"a.xml": content, "picture.svg": "<!DOCTYPE svg>"})
    check_office(path)
    with open_office(path) as archive:
        pieces = list(read_xml(path, archive, "a.xml"))
    assert len(pieces) > 1
    assert b"".join(pieces) == content


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"a.xml": b"\0" * (20 << 20)}, "a.xml is packed too tightly for an office file"),
        ({f"{number}.xml": "" for number in range(20_001)}, "holds 20,001 parts"),
        ({"a.xml": b"x" * (1 << 18) + "<!DOCTYPE a [".encode("utf-16-le")}, "a.xml declares a document type"),
        ({"a.xml": b"x" * ((1 << 18) - 4) + b"<!DOCTYPE a ["}, "a.xml declares a document type"),
    ],
)
def test_what_no_office_program_writes_is_refused(tmp_path, members, message):
    with pytest.raises(InputError, match=message):
        check_office(write(tmp_path, members))


def test_more_than_the_limit_in_all_is_refused(tmp_path):
    path = write(tmp_path, {"a.xml": bytes(range(256)) * 10, "b.xml": bytes(range(256)) * 10})
    with pytest.raises(InputError, match="holds 2 parts of 5,120 bytes in all, too much"), open_office(path, most=5_000):
        pass


def test_a_directory_that_understates_a_size_is_found_out(tmp_path):
    path = write(tmp_path, {"a.xml": b"x" * 100_000})
    data = bytearray(path.read_bytes())
    directory = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, directory + 24, 1_000)
    path.write_bytes(data)
    with pytest.raises(InputError, match="is no whole office file: Bad CRC-32"):
        check_office(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no whole office file"),
        (b"PK\x03\x04 and then nothing", "is no whole office file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is protected by a password, or of an old format"),
    ],
)
def test_what_is_no_archive_is_refused(tmp_path, content, message):
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(InputError, match=message):
        check_office(tmp_path / "a.xlsx")


def test_a_part_that_is_locked_or_damaged_is_refused(tmp_path):
    path = write(tmp_path, {"a.xml": bytes(range(256)) * 100})
    data = bytearray(path.read_bytes())
    data[60:90] = b"\xff" * 30
    path.write_bytes(data)
    with pytest.raises(InputError, match="is no whole office file"):
        check_office(path)
