"""Numbers, times and quotes as spreadsheets, forms and people write them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from warehouse.errors import Refused
from warehouse.sources import amounts, mturk, table, times

BASIC = {
    "columns": {"item_id": "item", "trainer_id": "who", "submitted_at": "at"},
    "questions": {},
}


def read(path: Path, text: str, module=table, **mapping: object) -> tuple[list[dict], ...]:
    path.write_text(text)
    batches = list(module.read(path, mapping or None))
    return tuple(
        [row for batch in batches for row in getattr(batch, part).to_pylist()]
        for part in ("events", "responses", "refused")
    )


@pytest.mark.parametrize(
    ("decimal", "told", "number"),
    [
        (".", "1,234.50", 1234.5),
        (".", "1,234,567", 1234567.0),
        (".", "1,50", None),
        (".", "12,34.5", None),
        (".", "1.250,75", None),
        (".", "1e3", 1000.0),
        (",", "1,50", 1.5),
        (",", "1.250,75", 1250.75),
        (",", "1 250,75", 1250.75),
        (",", "1\N{NO-BREAK SPACE}250", 1250.0),
        (",", "1'250,5", 1250.5),
        (",", "1.5", None),
        (",", "-", None),
        (",", "-2,5", -2.5),
    ],
)
def test_a_comma_parts_thousands_or_fractions_and_is_never_left_out(decimal, told, number):
    assert amounts.numbers(pa.array([told, "7"]), decimal).to_pylist() == [number, 7.0]


def test_what_is_a_number_in_its_file_has_no_commas():
    assert amounts.decimal_of(pa.array([1.5]), ",") == "."
    assert amounts.decimal_of(pa.array(["1,5"]), ",") == ","


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("90", 90), ("1:01:30", 3690), ("00:01:30.5", 90.5), ("1 day, 0:00:01", 86401),
     ("0 days 00:01:30", 90), ("1:30", None), ("00:61:00", None)],
)  # fmt: skip
def test_a_duration_may_be_told_in_hours_minutes_and_seconds(told, seconds):
    assert amounts.seconds(pa.array([told, "5"])).to_pylist() == [seconds, 5]


@pytest.mark.parametrize(
    ("told", "amount", "currency"),
    [("$.07", ".07", "USD"), ("1,50 €", "1,50", "EUR"), ("0.10 USD", "0.10", "USD"), ("3", "3", None)],
)  # fmt: skip
def test_a_currency_may_stand_before_or_behind_its_amount(told, amount, currency):
    assert amounts.without_currency(pa.array([told])).to_pylist() == [amount]
    assert amounts.currencies(pa.array([told])).to_pylist() == [currency]


def test_a_german_spreadsheet_costs_what_it_says(tmp_path):
    text = "item;who;at;pay;stars\n1;ann;2026-01-05;1,50;4,5\n2;ann;2026-01-05;1.250,75;5\n"
    said = BASIC | {
        "columns": BASIC["columns"] | {"cost": "pay"},
        "delimiter": ";",
        "constants": {"currency": "EUR"},
        "questions": {"stars": {"column": "stars", "scale": "interval"}},
    }
    events, answers, _ = read(tmp_path / "a.csv", text, **said, decimal=",")
    assert [e["cost"] for e in events] == [1.5, 1250.75]
    assert [a["value_number"] for a in answers] == [4.5, 5.0]
    _, _, aside = read(tmp_path / "a.csv", text, **said)
    hint = (
        'cost: expected a number (of a file with decimal commas say `decimal: ","`), found 1.250,75'
    )
    assert [a["reason"] for a in aside] == [
        "stars: expected an answer on the interval scale, found 4,5",
        hint,
    ]
    with pytest.raises(Refused, match="decimal: expected one of"):
        read(tmp_path / "a.csv", text, **said, decimal=";")


def test_a_reward_with_a_decimal_comma_is_not_a_hundred_times_as_much(tmp_path):
    text = (
        "AssignmentId,HITId,WorkerId,AcceptTime,SubmitTime,Reward\n"
        'A1,H1,W1,2017-10-02 16:39:18 UTC,2017-10-02 16:40:18 UTC,"$0,13"\n'
        'A2,H1,W2,2017-10-02 16:39:18 UTC,2017-10-02 16:40:18 UTC,"$1,000.00"\n'
    )
    events, _, aside = read(tmp_path / "a.csv", text, module=mturk)
    assert {e["cost"] for e in events} == {1000.0, None}
    assert [a["reason"] for a in aside] == ["Reward: expected dollars, found $0,13"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("%Y/%m/%d %I:%M:%S %p %z", "2023/10/29 2:30:00 AM GMT+2"),
        ("%Y/%m/%d %I:%M:%S %p %z", "2023/10/28 2:30:00 PM GMT-10"),
        ("%Y/%m/%d %I:%M:%S %p %z", "2023/10/29 6:00:00 AM GMT+5:30"),
        ("%a, %d %b %Y %H:%M:%S %z", "Sun, 29 Oct 2023 00:30:00 GMT"),
        ("%a, %d %b %Y %H:%M:%S %z", "Sun, 29 Oct 2023 02:30:00 +0200"),
    ],
)
def test_zones_as_forms_and_mail_write_them(form, told):
    (found,) = times.parse(pa.array([told]), form, "UTC").to_pylist()
    assert str(found) == "2023-10-29 00:30:00"


def test_no_number_among_texts_is_no_answer(tmp_path):
    rows = [{"item": n, "who": "a", "at": "2026-01-05", "label": v} for n, v in enumerate(("x", float("nan"), 2))]  # fmt: skip
    text = "\n".join(json.dumps(row) for row in rows)
    _, answers, _ = read(tmp_path / "a.jsonl", text, **BASIC | {"questions": {"label": "label"}})
    assert [a["value_text"] for a in answers] == ["x", "2"]


def test_choices_of_a_short_export_are_one_set(tmp_path):
    values = [{"choices": ["b", "a"]}, "c", {"choices": ["a", "b"]}]
    rows = [{"item": n, "who": "a", "at": "2026-01-05", "label": v} for n, v in enumerate(values)]
    said = BASIC | {"questions": {"label": {"column": "label", "many": "json"}}}
    _, answers, _ = read(tmp_path / "a.json", json.dumps(rows), **said)
    assert [a["value_text"] for a in answers] == ["a | b", "c", "a | b"]


def test_excel_s_own_first_line_is_named(tmp_path):
    with pytest.raises(Refused, match="found 'sep=', which is for Excel only: delete this line"):
        read(tmp_path / "a.csv", "sep=;\nitem;who;at\n1;a;2026-01-05\n", **BASIC, delimiter=";")


def test_blanks_around_the_name_of_a_column_are_no_part_of_it(tmp_path):
    events, _, _ = read(tmp_path / "a.csv", "item, who ,at, q\n1, ann ,2026-01-05,x\n", **BASIC)
    assert [e["trainer_id"] for e in events] == ["ann"]
    spaced = BASIC | {"columns": BASIC["columns"] | {"trainer_id": " who "}}
    events, _, _ = read(tmp_path / "a.csv", "item, who ,at,who\n1,ann,2026-01-05,x\n", **spaced)
    assert [e["trainer_id"] for e in events] == ["ann"]
    with pytest.raises(Refused, match="needs the column who; found item, ' whom', at"):
        read(tmp_path / "a.csv", "item, whom,at\n1,a,2026-01-05\n", **BASIC)
    work = (
        "AssignmentId, HITId, WorkerId, AcceptTime, SubmitTime, Reward\n"
        "A1, H1, W1, 2017-10-02 16:39:18 UTC, 2017-10-02 16:40:18 UTC, $0.13\n"
    )
    events, _, _ = read(tmp_path / "a.csv", work, module=mturk)
    assert events[0]["cost"] == 0.13


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_json_in_another_encoding_is_refused_whole(tmp_path, name, encoding):
    line = json.dumps({"item": 1, "who": "a", "at": "2026-01-05"}) + "\n"
    (tmp_path / name).write_bytes((line * 2).encode(encoding))
    with pytest.raises(Refused, match="found UTF-16: save it as UTF-8"):
        list(table.read(tmp_path / name, BASIC))


def test_codes_with_gaps_are_the_codes_that_were_given(tmp_path):
    said = BASIC | {
        "questions": {"label": "label"},
        "gold": {"label": {"column": "gold"}},
    }
    text = (
        "item,who,at,label,gold\n1,a,2026-01-05,{},1.0\n2,a,2026-01-05,{},\n3,a,2026-01-05,{},0.0\n"
    )
    for given in (("1", "0", "2"), ("1.0", "0.0", "2.0")):
        events, _, _ = read(tmp_path / "a.csv", text.format(*given), **said)
        scored = {e["item_id"]: e["outcome"] for e in events if e["event_type"] == "gold_scored"}
        assert scored == {"1": "correct", "3": "incorrect"}
        (batch,) = table.read(tmp_path / "a.csv", said)
        wanted = {"1": "1", "3": "0"} if given[0] == "1" else {"1": "1.0", "3": "0.0"}
        assert dict(zip(*[batch.gold.column(c).to_pylist() for c in ("item_id", "answer")], strict=True)) == wanted  # fmt: skip


TALK = (
    "item\twho\tat\ttext\n"
    '1\ta\t2026-01-05\t"Hello there\n'
    "2\ta\t2026-01-05\tplain\n"
    '3\ta\t2026-01-05\t"World" he said\n'
    '4\ta\t2026-01-05\tsize 5" wide\n'
)


def test_a_text_that_begins_with_a_quote_swallows_no_rows(tmp_path):
    said = BASIC | {"questions": {"text": "text"}}
    with pytest.raises(Refused, match="found 2 of them within a cell that begins 'Hello there"):
        read(tmp_path / "a.tsv", TALK, **said)
    _, answers, _ = read(tmp_path / "a.tsv", TALK, **said, quote="none")
    assert [a["value_text"] for a in answers] == [
        '"Hello there', "plain", '"World" he said', 'size 5" wide',
    ]  # fmt: skip


def test_a_quoted_cell_may_have_lines_and_tabs(tmp_path):
    text = 'item\twho\tat\ttext\n1\ta\t2026-01-05\t"if so:\n\tgo"\n'
    _, answers, _ = read(tmp_path / "a.tsv", text, **BASIC | {"questions": {"text": "text"}})
    assert [a["value_text"] for a in answers] == ["if so:\n\tgo"]


def test_a_quote_is_one_character_or_none(tmp_path):
    with pytest.raises(Refused, match="quote: expected one character or none, found 'off'"):
        read(tmp_path / "a.tsv", TALK, **BASIC, quote="off")
    _, answers, _ = read(
        tmp_path / "a.csv",
        "item,who,at,text\n1,a,2026-01-05,'x, y'\n",
        **BASIC | {"questions": {"text": "text"}},
        quote="'",
    )
    assert [a["value_text"] for a in answers] == ["x, y"]
