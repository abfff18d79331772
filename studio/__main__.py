"""The command `studio`: without a verb the window, with a verb the command line."""

from __future__ import annotations

import sys
from pathlib import Path


def opens_window(arguments: list[str]) -> bool:
    """Whether these arguments ask for the window: none at all, or just a project's folder."""
    return not arguments or (len(arguments) == 1 and arguments[0].rstrip("/\\").endswith(".kinora"))


def main() -> int:
    arguments = sys.argv[1:]
    if opens_window(arguments):
        from studio import app

        return app.run(Path(arguments[0]).absolute() if arguments else None)
    from studio import cli

    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
