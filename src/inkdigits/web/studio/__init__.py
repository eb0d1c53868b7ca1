"""Parts of the Studio pages, one noun a file."""
