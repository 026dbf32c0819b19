"""``python -m crawler`` is the same as the console script ``avtoklaster``."""

from crawler.cli import main

if __name__ == "__main__":
    main()
