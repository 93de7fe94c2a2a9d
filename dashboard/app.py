"""The dashboard: who looks, what they filter by, and which page they are on."""

# `streamlit run dashboard/app.py` puts this file's folder on the path, not the checkout, so that
# `import dashboard` would fail whatever the working folder.
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import streamlit as st

from dashboard import access, filters
from warehouse.errors import Refused

PAGES = {
    "": [
        ("command_center", "Command center", ":material/dashboard:"),
        ("flags", "Flags", ":material/flag:"),
    ],
    "Campaigns": [
        ("campaign", "Campaign", ":material/flag_circle:"),
        ("spend", "Spend", ":material/payments:"),
        ("throughput", "Throughput", ":material/speed:"),
        ("planner", "Planner", ":material/edit_calendar:"),
    ],
    "People": [
        ("trainers", "Trainers", ":material/groups:"),
        ("trainer", "One trainer", ":material/person:"),
        ("reviewers", "Reviewers", ":material/rate_review:"),
        ("vendors", "Vendors", ":material/business_center:"),
        ("onboarding", "Onboarding", ":material/school:"),
    ],
    "Answers": [
        ("agreement", "Agreement and gold", ":material/handshake:"),
        ("preference", "Preferences", ":material/compare_arrows:"),
        ("item", "One item", ":material/description:"),
    ],
    "Trust": [
        ("data_health", "Data health", ":material/monitor_heart:"),
        ("reports", "Reports", ":material/summarize:"),
        ("metric_catalogue", "Metric catalogue", ":material/menu_book:"),
        ("sql_workbench", "SQL workbench", ":material/terminal:"),
    ],
}

# An icon from a file: a named one would be fetched from another server by every browser.
ICON = Path(__file__).resolve().parent / "icon.png"
PRODUCT = "Human Data Command Center"
st.set_page_config(PRODUCT, ICON, layout="wide", initial_sidebar_state=240)
st.session_state["asked"], st.session_state["doubted"] = {}, None
st.session_state.pop("names", None)

try:
    me = access.enter()
    sections = {
        section: {
            name: st.Page(f"views/{name}.py", title=title, icon=icon)
            for name, title, icon in pages
            if me.opens(name)
        }
        for section, pages in PAGES.items()
    }
    pages = {name: page for known in sections.values() for name, page in known.items()}
    # Streamlit serves the page that is first under the bare address only; each of ours keeps its own, so
    # that a link to it opens for whoever may, wherever they begin.
    entry = st.Page(lambda: None, title="Home", url_path="home", default=True, visibility="hidden")
    page = st.navigation(
        {s: [entry] * (s == "") + list(known.values()) for s, known in sections.items()},
        expanded=True,  # folded, most pages would be two clicks away
    )
    st.set_page_config(f"{page.title} · {PRODUCT}")
    if page == entry:
        asked = {key: st.query_params.get_all(key) for key in st.query_params}
        st.switch_page(pages[me.home], query_params=asked)
    filters.bar()
    page.run()
except Refused as refused:
    st.error(str(refused), icon=":material/error:")
