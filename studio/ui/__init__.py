"""The window; with `app` the only room that imports PySide6.

PySide6 puts a hook before every import, for programs that write `from __feature__ import snake_case`: it
reads and searches the source of each module that is imported from then on. Kinora does not, and a tenth
of its start went there, so Python gets its own import back (PySide6 keeps it under this name).
"""

import builtins

import PySide6.QtCore  # noqa: F401 - brings the hook

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
