"""The open flags of one campaign, person or kind, each a link to what is behind it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import show, words

MOST = 3


def listed(found: pd.DataFrame, most: int = MOST, *, named: bool = False) -> None:
    """How many there are and the gravest, ``named`` with the campaign they are about."""
    if found.empty:
        return
    critical = int((found["severity"] == "critical").sum())
    st.markdown(
        f"**{words.plural(len(found), 'open flag')}**, {critical or 'none'} critical"
        + (", the first:" if len(found) > most else ":")
    )
    for row in found.head(most).itertuples():
        icon = ":material/error:" if row.severity == "critical" else ":material/warning:"
        figure = words.plain(words.figure(row.figure))
        about = (
            f"{'The whole team' if words.is_unknown(row.campaign) else row.campaign}: {figure.lower()}"
            if named
            else figure
        )
        with st.container(gap=None):
            show.link("flags", f"**{about}**", icon, flag=row.flag_id)
            st.caption(show.core(row))
