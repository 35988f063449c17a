"""python -m carereport, and the `carereport` command."""

from __future__ import annotations

from carereport.cli.main import main

if __name__ == "__main__":
    main()
