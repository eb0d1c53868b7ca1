"""The Streamlit application: one file a page, one reader for all of them."""
