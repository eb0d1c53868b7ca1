"""Sub-commands of the command line, one noun a file; ``cli.py`` only registers them."""
