"""Notifications: real receivers, once per change, nothing lost, nothing twice."""

import http.server
import json
import socketserver
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from data_checks import notify, outbox
from data_checks.notify import deliver
from data_checks.routes import read_routes
from warehouse import ledger
from warehouse.errors import Refused
from warehouse.schema import notifications

NOON = datetime(2026, 3, 2, 12)
FELL = ledger.Finding(
    outcome="fail",
    suite="campaign_quality",
    figure="gold_accuracy",
    kind="regression",
    severity="critical",
    sentence="Gold accuracy fell.",
    subject="alpha",
    campaign_id="alpha",
    vendor_id="acme",
)
WELL = replace(FELL, outcome="pass", subject="", cleared=frozenset({FELL.key}))

ROUTES = """
link: https://team.example/
people:
  ann: {channels: {chat: "json://chat", mail: "mailto://mail"}}
routes:
  - {to: ann, channel: chat, severity: [critical]}
  - {to: ann, channel: mail, severity: [warning, info], digest: "08:00"}
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.setenv("NOTIFY_FILE", str(tmp_path / "notify.yaml"))
    engine = ledger.connect(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield engine
    engine.dispose()


@pytest.fixture
def told(tmp_path):
    """Write the file of routes."""
    return (tmp_path / "notify.yaml").write_text


class Receiver(list):
    """What was sent, in order; refuses while it is ``down``."""

    down = False

    def __call__(self, address, title, body):
        if self.down:
            return "connection refused"
        self.append((address, title, body))
        return None


@pytest.fixture
def receiver():
    return Receiver()


def find(book, *found, day=0):
    at = NOON + timedelta(days=day)
    return ledger.record(book, found, as_of=at.date(), at=at)


def states(book):
    with book.connect() as connection:
        return list(connection.scalars(sa.select(notifications.c.state)))


# -- what is told to whom


def test_a_change_is_told_once_with_its_link(book, told, receiver):
    told(ROUTES)
    find(book, FELL)
    deliver(book, at=NOON, send=receiver)
    deliver(book, at=NOON + timedelta(days=1), send=receiver)
    ((address, title, body),) = receiver
    assert address == "json://chat"
    assert title == "[critical] alpha: gold accuracy, regression (opened)"
    assert (
        body
        == "Gold accuracy fell.\nSince 2 March 2026. https://team.example/flags?flag=1\n(notice 1)"
    )


def test_a_flag_that_stays_open_is_not_told_again_and_its_end_is(book, told, receiver):
    told(ROUTES)
    for day, found in enumerate([FELL, FELL, FELL, WELL, WELL, WELL]):
        find(book, found, day=day)
        deliver(book, at=NOON + timedelta(days=day), send=receiver)
    assert [title.split("(")[1] for _, title, _ in receiver] == ["opened)", "closed)"]
    assert receiver[-1][2].startswith("The figure is back: it passed 3 checks in a row")


def test_a_flag_that_gets_worse_is_told_again(book, told, receiver):
    told(ROUTES)
    find(book, replace(FELL, severity="warning"))
    deliver(book, at=NOON, send=receiver)
    find(book, FELL, day=1)
    deliver(book, at=NOON + timedelta(hours=1), send=receiver)
    assert [title for _, title, _ in receiver if "worsened" in title]


def test_routes_choose_by_severity_campaign_vendor_and_kind(book, told, receiver):
    told("""
people:
  ann: {channels: {a: "json://a", b: "json://b", c: "json://c", d: "json://d", e: "json://e"}}
routes:
  - {to: ann, channel: a, severity: warning}
  - {to: ann, channel: b, campaigns: [beta]}
  - {to: ann, channel: c, vendors: [zeta]}
  - {to: ann, channel: d, kinds: [outlier]}
  - {to: ann, channel: e, severity: critical, campaigns: [alpha], vendors: [acme], kinds: [regression]}
""")
    find(book, FELL)
    deliver(book, at=NOON, send=receiver)
    assert [address for address, _, _ in receiver] == ["json://e"]


def test_two_routes_to_one_channel_tell_once_and_at_once(book, told, receiver):
    told(ROUTES + '  - {to: ann, channel: chat, digest: "08:00"}\n')
    find(book, FELL)
    deliver(book, at=NOON, send=receiver)
    assert len(receiver) == 1


def test_a_digest_gathers_the_day_in_one_message(book, told, receiver):
    told(ROUTES)
    milder = replace(FELL, severity="warning")
    find(book, milder, replace(milder, subject="beta"))
    deliver(book, at=NOON, send=receiver)
    assert receiver == []
    find(book, milder, replace(milder, subject="beta"), replace(milder, subject="gamma"))
    deliver(book, at=datetime(2026, 3, 2, 23), send=receiver)
    deliver(book, at=datetime(2026, 3, 3, 8), send=receiver)
    ((address, title, body),) = receiver
    assert (address, title) == ("mailto://mail", "3 changes of flags")
    assert all(name in body for name in ("alpha", "beta", "gamma"))
    assert set(states(book)) == {"sent"}


@pytest.mark.parametrize(
    ("at", "goes_out"),
    [
        ("2026-03-02 18:59", "2026-03-02 18:59"),  # 19:59 in Zurich
        ("2026-03-02 19:00", "2026-03-03 06:00"),  # 20:00 in Zurich: quiet until 07:00 there
        ("2026-03-03 05:59", "2026-03-03 06:00"),
        ("2026-03-03 06:00", "2026-03-03 06:00"),
        ("2026-03-28 23:00", "2026-03-29 05:00"),  # summer time begins in this night
    ],
)
def test_quiet_hours_hold_back_until_they_end(tmp_path, at, goes_out):
    path = tmp_path / "notify.yaml"
    path.write_text("""
zone: Europe/Zurich
quiet_hours: {from: 20:00, until: "07:00"}
people: {ann: {channels: {chat: "json://chat"}}}
routes: [{to: ann, channel: chat}, {to: ann, channel: chat, wakes: true}]
""")
    quiet, wakes = read_routes(path).routes
    assert quiet.send_after(datetime.fromisoformat(at)) == datetime.fromisoformat(goes_out)
    assert wakes.send_after(datetime.fromisoformat(at)) == datetime.fromisoformat(at)


def test_a_new_owner_is_told_and_nobody_else(book, told, receiver):
    told("""
people:
  ann: {channels: {chat: "json://ann"}}
  bo: {channels: {chat: "json://bo"}}
routes: [{to: ann, channel: chat, kinds: [regression]}, {to: bo, channel: chat, kinds: [regression]}]
""")
    find(book, FELL)
    deliver(book, at=NOON, send=receiver)
    receiver.clear()
    ledger.act(book, 1, by="ann", seen=1, owner="bo", at=NOON)
    deliver(book, at=NOON, send=receiver)
    assert [(address, "yours now" in title) for address, title, _ in receiver] == [
        ("json://bo", True)
    ]
    ledger.act(book, 1, by="ann", seen=2, owner="ann", at=NOON)
    deliver(book, at=NOON, send=receiver)
    assert len(receiver) == 1


def test_muted_flags_are_not_told_until_the_suppression_ends(book, told, receiver):
    told(ROUTES)
    ledger.suppress(
        book, by="bo", until=date(2026, 3, 4), reason="known", campaign_id="alpha", at=NOON
    )
    find(book, FELL)
    find(book, FELL, day=1)
    deliver(book, at=NOON + timedelta(days=1), send=receiver)
    assert receiver == []
    find(book, FELL, day=2)
    deliver(book, at=NOON + timedelta(days=2), send=receiver)
    assert [title.split("(")[1] for _, title, _ in receiver] == ["unmuted)"]


QUIET = """
quiet_hours: {from: "20:00", until: "07:00"}
people: {ann: {channels: {chat: "json://chat"}}}
routes: [{to: ann, channel: chat}]
"""
NIGHT, MORNING = datetime(2026, 3, 2, 22), datetime(2026, 3, 3, 8)


def test_what_waits_is_dropped_where_its_flag_is_muted_meanwhile(book, told, receiver):
    told(QUIET)
    other = replace(FELL, subject="beta", campaign_id="beta")
    find(book, FELL, other)
    deliver(book, at=NIGHT, send=receiver)
    ledger.suppress(
        book, by="bo", until=date(2026, 3, 9), reason="known", campaign_id="alpha", at=NIGHT
    )
    said = deliver(book, at=MORNING, send=receiver)
    assert said == "Notifications: 1 sent, 0 waiting; 1 dropped, as its flag is muted"
    assert ["beta" in title for _, title, _ in receiver] == [True]
    rows = ledger.outbox(book).set_index("flag_id")
    assert list(rows.loc[1, ["state", "last_error"]]) == [
        "dropped",
        "muted until 2026-03-09: known",
    ]
    assert deliver(book, at=MORNING + timedelta(hours=1), send=receiver).endswith(
        "0 sent, 0 waiting"
    )


def test_a_suppression_that_is_over_when_it_is_sent_drops_nothing(book, told, receiver):
    told(QUIET)
    find(book, FELL)
    deliver(book, at=NIGHT, send=receiver)
    number = ledger.suppress(
        book, by="bo", until=date(2026, 3, 9), reason="oops", campaign_id="alpha", at=NIGHT
    )
    ledger.end_suppression(book, number, by="bo", at=NIGHT)
    deliver(book, at=MORNING, send=receiver)
    assert len(receiver) == 1


def test_a_flag_whose_message_was_dropped_is_told_of_when_the_suppression_ends(
    book, told, receiver
):
    """Also where no run of the checks came in between."""
    told(QUIET)
    find(book, FELL)
    deliver(book, at=NIGHT, send=receiver)
    ledger.suppress(
        book, by="bo", until=date(2026, 3, 4), reason="known", campaign_id="alpha", at=NIGHT
    )
    deliver(book, at=MORNING, send=receiver)
    assert "muted" in list(ledger.history(book, 1)["what"])
    find(book, FELL, day=3)
    deliver(book, at=NOON + timedelta(days=3), send=receiver)
    assert [title.split("(")[1] for _, title, _ in receiver] == ["unmuted)"]


def test_without_a_file_nobody_is_told_and_old_news_stay_untold(book, told, receiver):
    find(book, FELL)
    assert deliver(book, at=NOON, send=receiver) is None
    told(ROUTES)
    deliver(book, at=NOON, send=receiver)
    assert receiver == []


# -- never lost, never doubled


def test_what_cannot_be_delivered_is_tried_again_later_and_later(book, told, receiver):
    told(ROUTES)
    find(book, FELL)
    receiver.down = True
    at, tries = NOON, []
    for _ in range(30):
        said = deliver(book, at=at, send=receiver)
        with book.connect() as connection:
            row = connection.execute(sa.select(notifications)).one()
        if "1 could not be delivered" in said:
            tries.append(row.attempts)
            wait = row.send_after - at
        assert (row.state, row.last_error) == ("waiting", "connection refused")
        at = row.send_after
    assert tries == list(range(1, 31))
    assert wait == timedelta(hours=6)
    receiver.down = False
    assert deliver(book, at=at, send=receiver) == "Notifications: 1 sent, 0 waiting"
    assert len(receiver) == 1


def test_a_channel_that_fails_does_not_repeat_on_those_that_do_not(book, told):
    told("""
people: {ann: {channels: {good: "json://good", bad: "json://bad"}}}
routes: [{to: ann, channel: good}, {to: ann, channel: bad}]
""")
    find(book, FELL)
    sent = []

    def send(address, title, body):
        sent.append(address)
        return "down" if address == "json://bad" else None

    for minutes in (0, 1, 3):
        deliver(book, at=NOON + timedelta(minutes=minutes), send=send)
    assert sent.count("json://good") == 1
    assert sent.count("json://bad") == 3


def test_eight_senders_at_once_send_each_change_once(book, told, receiver):
    told(ROUTES)
    find(book, *(replace(FELL, subject=f"c{n}") for n in range(30)))
    start = threading.Barrier(8)

    def one(_):
        start.wait()
        deliver(book, at=NOON, send=receiver)

    with ThreadPoolExecutor(8) as senders:
        list(senders.map(one, range(8)))
    bodies = "".join(body for _, _, body in receiver)
    assert [bodies.count(f"] c{n}:") for n in range(30)] == [1] * 30
    assert states(book) == ["sent"] * 30


def test_a_sender_that_dies_before_sending_loses_nothing(book, told, receiver):
    told(ROUTES)
    find(book, FELL)

    def dies(address, title, body):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(book, at=NOON, send=dies)
    deliver(book, at=NOON + timedelta(minutes=4), send=receiver)
    assert receiver == [], "the claim of the dead sender still stands"
    deliver(book, at=NOON + timedelta(minutes=6), send=receiver)
    deliver(book, at=NOON + timedelta(minutes=60), send=receiver)
    assert len(receiver) == 1


def test_a_sender_whom_a_receiver_kept_waiting_leaves_the_rest_to_another(book, told):
    """Ten receivers of a minute each: the claim of the last ones ran out, and another sender has them."""
    told(ROUTES)
    find(book, FELL)
    deliver(book, at=NOON, send=lambda *_: "busy")
    (late,) = outbox.claim(book, NOON + timedelta(minutes=10))
    assert outbox.hold(book, late, NOON + timedelta(minutes=14))
    assert outbox.claim(book, NOON + timedelta(minutes=16)) == []
    (other,) = outbox.claim(book, NOON + timedelta(minutes=20))
    assert not outbox.hold(book, late, NOON + timedelta(minutes=20))
    assert outbox.hold(book, other, NOON + timedelta(minutes=20))


def test_a_sender_that_comes_too_late_does_not_undo_what_another_did(book, told):
    told(ROUTES)
    find(book, FELL)
    deliver(book, at=NOON, send=lambda *message: "not now")
    later = NOON + timedelta(minutes=1)
    (slow,) = outbox.claim(book, later)
    (quick,) = outbox.claim(book, later + timedelta(minutes=6))
    outbox.sent(book, quick, later)
    outbox.failed(book, slow, "timeout", later)
    assert states(book) == ["sent"]


def test_a_person_who_left_the_file_waits_and_says_why(book, told, receiver):
    told(ROUTES)
    find(book, replace(FELL, severity="warning"))
    deliver(book, at=NOON, send=receiver)
    told("people: {}\n")
    deliver(book, at=NOON + timedelta(days=1), send=receiver)
    with book.connect() as connection:
        row = connection.execute(sa.select(notifications)).one()
    assert row.state == "waiting"
    assert "has no channel mail of ann" in row.last_error


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("routes: [{to: bo, channel: chat}]", "routes[0].to: expected one of"),
        (
            "people: {ann: {chanels: {}}}",
            "people.ann: expected channels, quiet_hours, zone; got chanels",
        ),
        ("people: {ann: {channels: {a: x}}}\nroutes: [{to: ann, channel: b}]", "routes[0].channel"),
        (
            "people: {ann: {channels: {a: x}}}\nroutes: [{to: ann, channel: a, severity: loud}]",
            "got loud",
        ),
        ("quiet_hours: {from: 2000, until: 25h}", 'expected a time such as "20:00", got 2000'),
        ("zone: Mars/Olympus", "expected a zone such as Europe/Zurich"),
        ("people: [", "expected YAML"),
        ("- a", "expected names and values"),
    ],
)
def test_a_fault_of_the_file_is_named_with_its_place(tmp_path, text, says):
    path = tmp_path / "notify.yaml"
    path.write_text(text)
    with pytest.raises(Refused) as refusal:
        read_routes(path)
    assert says in str(refusal.value)


# -- real receivers


class _Web(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(json.loads(body))
        time.sleep(self.server.waits)
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def web():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Web)
    server.got, server.answers, server.waits = [], [], 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a sender needs."""

    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(text.decode())
                self.server.got.append("".join(lines))
            self.say("221 bye" if word == "QUIT" else "250 fine")
            if word == "QUIT":
                return

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")


@pytest.fixture
def mail():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mail)
    server.got = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_chat_and_mail_arrive_at_real_receivers_once(book, told, web, mail):
    told(f"""
link: https://team.example
people:
  ann:
    channels:
      chat: json://127.0.0.1:{web.server_port}/hook
      mail: mailto://127.0.0.1:{mail.server_address[1]}?from=checks@team.example&to=ann@team.example
routes: [{{to: ann, channel: chat}}, {{to: ann, channel: mail}}]
""")
    find(book, FELL)
    for _ in range(3):
        assert "could not" not in deliver(book, at=NOON)
    assert len(web.got) == len(mail.got) == 1
    assert web.got[0]["title"] == "[critical] alpha: gold accuracy, regression (opened)"
    assert "https://team.example/flags?flag=1" in web.got[0]["message"]
    assert "To: ann@team.example" in mail.got[0]
    assert "gold accuracy" in mail.got[0]


def test_a_receiver_that_errs_gets_it_when_it_is_back(book, told, web):
    told(f"""
people: {{ann: {{channels: {{chat: "json://127.0.0.1:{web.server_port}/hook"}}}}}}
routes: [{{to: ann, channel: chat}}]
""")
    web.answers = [500]
    find(book, FELL)
    assert "1 could not be delivered" in deliver(book, at=NOON)
    assert "1 sent, 0 waiting" in deliver(book, at=NOON + timedelta(minutes=1))
    assert len(web.got) == 2
    deliver(book, at=NOON + timedelta(minutes=9))
    assert len(web.got) == 2


def test_a_slow_receiver_is_waited_for_and_gets_it_once(book, told, web):
    """Four seconds, apprise's own limit, are less than a busy server takes."""
    told(f"""
people: {{ann: {{channels: {{chat: "json://127.0.0.1:{web.server_port}/hook"}}}}}}
routes: [{{to: ann, channel: chat}}]
""")
    web.waits = 4.4
    find(book, FELL)
    assert deliver(book, at=NOON) == "Notifications: 1 sent, 0 waiting"
    deliver(book, at=NOON + timedelta(minutes=9))
    assert len(web.got) == 1


@pytest.mark.parametrize(
    ("address", "connect", "read"),
    [
        ("json://chat", notify.CONNECT_S, notify.ANSWER_S),
        ("json://chat?rto=7&cto=2", 2, 7),  # what an address says itself stands
        ("mailto://mail?from=a@b.example", notify.ANSWER_S, notify.ANSWER_S),  # SMTP has one limit
    ],
)
def test_how_long_a_receiver_may_take(address, connect, read):
    target = notify.target_of(address)
    assert (target.socket_connect_timeout, target.socket_read_timeout) == (connect, read)


def test_a_receiver_that_is_gone_is_an_error_in_words(book, told):
    told("""
people: {ann: {channels: {chat: "json://127.0.0.1:9/hook", odd: "nosuch://x"}}}
routes: [{to: ann, channel: chat}, {to: ann, channel: odd}]
""")
    find(book, FELL)
    assert "2 could not be delivered" in deliver(book, at=NOON)
    with book.connect() as connection:
        reasons = set(connection.scalars(sa.select(notifications.c.last_error)))
    assert "the address is of no kind that apprise knows" in reasons
    assert all(reasons)
