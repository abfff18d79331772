"""`studio licences`: under which licences a film was made."""

from __future__ import annotations

import argparse

import msgspec

from studio.cli.console import Console
from studio.cli.fitting import existing
from studio.models.catalog import default_catalog


def tell_licences(options: argparse.Namespace, console: Console) -> int:
    """Prints the report; with JSON it is one value. Raises MissingFileError, ProjectError."""
    from studio.jobs.licences import as_text, licences_of
    from studio.project.project_file import load_project

    folder = existing(options.project)
    report = licences_of(load_project(folder), folder, default_catalog())
    if options.json:
        console.value(msgspec.to_builtins(report))
    else:
        console.result(as_text(report).rstrip())
    return 0
