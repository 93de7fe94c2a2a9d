"""Lists that people write by hand: every cell under its name, or one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.errors import Refused
from warehouse.listing import listing


def read(folder: Path, content: str | bytes) -> list[dict]:
    path = folder / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return listing(path, ["login"], ["name", "email"]).to_dict("records")


def test_a_spreadsheet_s_list_is_read(tmp_path):
    text = '\ufeffname,login\r\n"Ek, Bo", bo \r\n\r\n,ann\r\n'
    assert read(tmp_path, text) == [
        {"login": "bo", "name": "Ek, Bo", "email": ""},
        {"login": "ann", "name": "", "email": ""},
    ]


def test_an_optional_cell_may_be_left_off(tmp_path):
    assert read(tmp_path, "login,name\nbo\n") == [{"login": "bo", "name": "", "email": ""}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "found nothing"),
        ("login,name\nbo,Bo,extra\n", "row 2: expected 2 cells, found 3"),
        ("login,login\nbo,Bo\n", "expected each column once, found login twice"),
        ("login;name\nbo;Bo\n", "found no login"),
        ('login,name\nbo,"Bo\n', "could not read it"),
        ("login,name\nbö,Bo\n".encode("cp1252"), "could not read it"),
        ("login,name\nbo\0,Bo\n", "found NUL"),
        ("login,name\n,Bo\n", "row 2: expected a value in each column, found none in login"),
    ],
)
def test_what_is_no_such_list_is_refused_in_one_sentence(tmp_path, content, said):
    with pytest.raises(Refused, match=said):
        read(tmp_path, content)
