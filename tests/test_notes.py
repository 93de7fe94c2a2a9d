"""Notes about people: added, never changed, and read by those who may see the person."""

import pytest

from warehouse import ledger
from warehouse.errors import Refused
from warehouse.ledger.note import LONGEST
from warehouse.scope import Scope


@pytest.fixture
def book(tmp_path):
    engine = ledger.connect(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield engine
    engine.dispose()


def told(book, scope=None, trainer="ann"):
    return ledger.notes(book, trainer, scope)["said"].tolist()


def test_notes_are_kept_with_author_the_newest_first(book):
    ledger.add_note(book, "ann", "talked to her", by="ada", vendor_id="acme")
    ledger.add_note(book, "ann", "better now", by="bo", vendor_id="acme")
    ledger.add_note(book, "cy", "another person", by="bo", vendor_id="acme")
    assert told(book) == ["better now", "talked to her"]
    assert ledger.notes(book, "ann")["author"].tolist() == ["bo", "ada"]


def test_every_note_is_in_the_audit_log_without_its_words(book):
    number = ledger.add_note(book, "ann", "a private matter", by="ada")
    entry = ledger.audit_entries(book).iloc[0]
    assert (entry["actor"], entry["what"], entry["about"]) == ("ada", "wrote a note", "trainer ann")
    assert entry["detail"] == {"note": number}


def test_a_vendor_reads_and_writes_about_its_own_people_only(book):
    acme, zeta = (
        Scope(vendors=("acme",), is_own_only=True),
        Scope(vendors=("zeta",), is_own_only=True),
    )
    ledger.add_note(book, "ann", "of acme", by="vic", vendor_id="acme", scope=acme)
    ledger.add_note(book, "ann", "of nobody", by="ada")
    assert told(book, acme) == ["of acme"] and told(book, zeta) == []
    with pytest.raises(Refused, match="out of sight"):
        ledger.add_note(book, "ann", "spying", by="zoe", vendor_id="acme", scope=zeta)
    with pytest.raises(Refused, match="out of sight"):
        ledger.add_note(book, "ann", "spying", by="zoe", scope=zeta)


def test_who_sees_one_campaign_reads_what_was_said_about_it(book):
    ledger.add_note(book, "ann", "in alpha", by="ada", campaign_id="alpha")
    ledger.add_note(book, "ann", "in beta", by="ada", campaign_id="beta")
    assert told(book, Scope(campaigns=("alpha",))) == ["in alpha"]


@pytest.mark.parametrize("said", ["", "  \n", "x" * (LONGEST + 1)])
def test_an_empty_or_endless_note_is_refused(said, book):
    with pytest.raises(Refused, match="characters"):
        ledger.add_note(book, "ann", said, by="ada")
    assert told(book) == []
