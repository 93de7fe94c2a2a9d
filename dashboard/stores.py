"""The two stores behind the pages, each opened once for the whole server."""

from __future__ import annotations

import sqlalchemy as sa
import streamlit as st

from warehouse import engine as door
from warehouse import ledger


@st.cache_resource
def engine() -> sa.Engine:
    """The published warehouse."""
    return door.connect()


@st.cache_resource
def book() -> sa.Engine:
    """The ledger."""
    return ledger.connect()
