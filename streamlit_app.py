"""Streamlit Community Cloud starts here."""

import runpy

runpy.run_module("inkdigits.web.app", run_name="__main__")
