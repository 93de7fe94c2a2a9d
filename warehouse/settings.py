"""Addresses and secrets: every environment variable of the product is read here and nowhere else."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout; queries and the default warehouse live under it whatever the working folder."""


def warehouse_url() -> str:
    """``WAREHOUSE_URL``: any SQLAlchemy URL; an embedded DuckDB file under ``var/`` by default."""
    return os.environ.get("WAREHOUSE_URL") or f"duckdb:///{ROOT / 'var' / 'warehouse.duckdb'}"


def ledger_url() -> str:
    """``LEDGER_URL``: any SQLAlchemy URL; an SQLite file beside the embedded warehouse by default."""
    return os.environ.get("LEDGER_URL") or f"sqlite:///{data_folder() / 'ledger.sqlite'}"


def snapshot_hours() -> float:
    """``SNAPSHOT_HOURS``: how long old states of the embedded warehouse are kept, 24 by default."""
    return float(os.environ.get("SNAPSHOT_HOURS") or 24)


def data_folder() -> Path:
    """The folder of the embedded warehouse's file, or ``var/`` where the warehouse is a server."""
    url = warehouse_url()
    path = url.removeprefix("duckdb:///") if url.startswith("duckdb:///") else ""
    return Path(path).parent if path else ROOT / "var"


def access_file() -> Path:
    """``ACCESS_FILE``: who may see what, ``access.yaml`` at the top of the checkout by default."""
    return Path(os.environ.get("ACCESS_FILE") or ROOT / "access.yaml")


def pseudonym_key() -> bytes:
    """``PSEUDONYM_KEY``, or a random key made once and kept beside the warehouse, readable by its owner only.

    Without the key nobody can tell which address a pseudonym stands for; with another key the
    same address becomes another person, so keep it as you keep the warehouse.
    """
    told = os.environ.get("PSEUDONYM_KEY")
    if told:
        return told.encode()
    path = data_folder() / "pseudonym.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().encode()


def notify_file() -> Path:
    """``NOTIFY_FILE``: who is told of flags and how, ``notify.yaml`` at the top of the checkout by default.

    It holds addresses with their passwords: keep it readable by its owner only.
    """
    return Path(os.environ.get("NOTIFY_FILE") or ROOT / "notify.yaml")


def checks_file() -> Path:
    """``CHECKS_FILE``: how often a flag may be false, ``checks.yaml`` at the top of the checkout by default."""
    return Path(os.environ.get("CHECKS_FILE") or ROOT / "checks.yaml")


def watch_folder() -> Path:
    """Where the detectors keep what they know: beside the ledger's file, or the warehouse's where it is a server."""
    url = ledger_url()
    path = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else ""
    return Path(f"{path}.watch") if path else data_folder() / "watch"
