"""Access: nobody without a role, nothing outside the scope, and no other address without sign-in."""

import pytest

from dashboard import access
from warehouse.errors import Refused
from warehouse.scope import Scope


def write(path, text):
    path.write_text(text)
    return path


@pytest.fixture
def file(tmp_path):
    text = """
people:
  Ada@example.org: {role: operations}
  vic@acme.example: {role: vendor, vendors: [acme]}
groups:
  research: {role: researcher, campaigns: [alpha, beta]}
"""
    return write(tmp_path / "access.yaml", text)


def test_a_person_gets_the_role_of_the_file_whatever_the_case_of_the_address(file):
    assert access.granted("ada@example.org", [], file) == access.Access(
        "ada@example.org", "operations", Scope()
    )


def test_a_vendor_manager_is_narrowed_to_the_vendor(file):
    told = access.granted("vic@acme.example", [], file)
    assert told.scope == Scope(vendors=("acme",), is_own_only=True)
    assert not told.opens("data_health")


def test_a_group_gives_its_role_to_its_members(file):
    told = access.granted("new@example.org", ["sales", "research"], file)
    assert told.scope.campaigns == ("alpha", "beta")


def test_a_person_in_no_list_gets_nothing(file, tmp_path):
    assert access.granted("eve@example.org", ["sales"], file) is None
    assert access.granted("ada@example.org", [], tmp_path / "absent.yaml") is None


@pytest.mark.parametrize(
    "text",
    [
        "people: {a@b.c: {role: king}}",
        "people: {a@b.c: operations}",
        "people: {a@b.c: {role: vendor}}",
        "people: {a@b.c: {role: operations, vendors: acme}}",
        "people: {a@b.c: {role: operations, vendor: [acme]}}",
        "everybody: {role: admin}",
    ],
)
def test_an_unclear_file_is_refused_not_guessed(text, tmp_path):
    with pytest.raises(Refused):
        access.granted("a@b.c", [], write(tmp_path / "access.yaml", text))


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "192.168.1.7"])
def test_without_sign_in_another_address_is_refused(address):
    assert "Refused" in access.refusal(address, has_sign_in=False, is_serving=True)
    assert access.refusal(address, has_sign_in=True, is_serving=True) is None


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
def test_this_computer_alone_is_served_without_sign_in(address):
    assert access.refusal(address, has_sign_in=False, is_serving=True) is None
