"""``python -m inkdigits``: the command line."""

from inkdigits.cli import main

if __name__ == "__main__":
    main()
