"""x"""

import streamlit as st
from dashboard import show

st.title("x")
show.nothing("Nothing", "do")
