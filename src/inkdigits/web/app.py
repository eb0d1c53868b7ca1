"""The Streamlit application: `streamlit run` starts here, the pages follow."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import streamlit as st

from inkdigits import __version__
from inkdigits.web.accounts.gate import Gate
from inkdigits.web.accounts.identity import get_settings
from inkdigits.web.batch.desk import drop_old

HERE = Path(__file__).parent
PAGES = HERE / "views"  # a folder named "pages" would be run by Streamlit itself, without this frame
# In the page itself: as a file of its own it would be one of those that are only for people who are signed in.
ICON = f"data:image/png;base64,{b64encode((HERE / 'assets' / 'icon.png').read_bytes()).decode()}"
ABOUT = f"**inkdigits {__version__}** reads handwritten numbers, on this machine alone: no picture leaves it."


def main() -> None:
    """Draws the frame around every page, then the page."""
    # No sections: on a phone Streamlit nests their lists so that screen readers miscount them (axe: list).
    # No icons on the pages: the browser would fetch a page's Material symbol from the network for its tab.
    drop_old(get_settings())
    gate = Gate()
    pages = [
        gate.page(PAGES / "draw.py", "Draw", default=True),
        gate.page(PAGES / "upload.py", "Upload", url_path="upload"),
        gate.page(PAGES / "camera.py", "Camera", url_path="camera"),
        gate.page(PAGES / "batch.py", "Batch", url_path="batch"),
        gate.page(PAGES / "history.py", "History", url_path="history"),
        gate.page(PAGES / "studio_data.py", "Data", url_path="data", for_admins=True),
        gate.page(PAGES / "studio_train.py", "Train", url_path="train", for_admins=True),
        gate.page(PAGES / "studio_tune.py", "Tune", url_path="tune", for_admins=True),
        gate.page(PAGES / "studio_evaluate.py", "Evaluate", url_path="evaluate", for_admins=True),
        gate.page(PAGES / "studio_models.py", "Models", url_path="models", for_admins=True),
    ]
    if gate.has_accounts:
        pages.append(gate.page(PAGES / "account.py", "Account", url_path="account"))
        pages.append(gate.page(PAGES / "admin.py", "Admin", url_path="admin", for_admins=True))
    page = st.navigation(pages, position="hidden" if gate.closed else "top")
    st.set_page_config(
        page_title=f"{page.title} · inkdigits",
        page_icon=ICON,
        layout="wide",
        menu_items={"About": ABOUT},
    )
    st.html(HERE / "assets" / "style.css")
    gate.open(page)


main()
