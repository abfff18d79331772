"""Starts Kinora on a machine that has only Python 3.11 or newer: `python3 packaging/start.py [arguments]`.

The arguments go to `studio`. The first run makes .venv and installs the pinned dependencies; later runs
start at once. Standard library only, and this file in words that an old Python still reads, so that it
can say what it needs.
"""

import os
import shutil
import sys

OLDEST = (3, 11)


def newer_python():
    """The path of a Python that is new enough, or None; for when an older one was used to call this."""
    for minor in range(14, OLDEST[1] - 1, -1):
        found = shutil.which("python3." + str(minor))
        if found:
            return found
    return None


def require_python():
    """Goes on in a newer Python where this one is too old; ends with a message where there is none."""
    if sys.version_info >= OLDEST:
        return
    found = newer_python()
    if found:
        os.execv(found, [found, *sys.argv])
    sys.exit(
        "Kinora needs Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".\n"
        "Install it from https://www.python.org/downloads/ or with your package tool, then run this again."
    )


def main():
    require_python()
    import environment
    import launch

    try:
        environment.prepare()
        launch.studio(sys.argv[1:])
    except environment.SetupError as error:
        sys.exit("\n" + error.message + "\n" + error.hint)
    except KeyboardInterrupt:
        print("\nStopped. Run it again to go on.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
