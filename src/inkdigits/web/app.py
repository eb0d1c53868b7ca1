"""The Streamlit application: `streamlit run` starts here, the pages follow."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from inkdigits import __version__

HERE = Path(__file__).parent
PAGES = HERE / "views"  # a folder named "pages" would be run by Streamlit itself, without this frame
ABOUT = f"**inkdigits {__version__}** reads handwritten numbers, on this machine alone: no picture leaves it."


def main() -> None:
    """Draws the frame around every page, then the page."""
    # No sections: on a phone Streamlit nests their lists so that screen readers miscount them (axe: list).
    # No icons on the pages: the browser would fetch a page's Material symbol from the network for its tab.
    page = st.navigation(
        [
            st.Page(PAGES / "draw.py", title="Draw", default=True),
            st.Page(PAGES / "upload.py", title="Upload", url_path="upload"),
            st.Page(PAGES / "camera.py", title="Camera", url_path="camera"),
            st.Page(PAGES / "studio_data.py", title="Data", url_path="data"),
            st.Page(PAGES / "studio_train.py", title="Train", url_path="train"),
            st.Page(PAGES / "studio_evaluate.py", title="Evaluate", url_path="evaluate"),
            st.Page(PAGES / "studio_models.py", title="Models", url_path="models"),
        ],
        position="top",
    )
    st.set_page_config(
        page_title=f"{page.title} · inkdigits",
        page_icon=HERE / "assets" / "icon.png",
        layout="wide",
        menu_items={"About": ABOUT},
    )
    st.html(HERE / "assets" / "style.css")
    page.run()


main()
