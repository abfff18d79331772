"""An outlet into memory, read back as the reports that went out."""

from __future__ import annotations

import io

from studio.jobs.messages import Report, read_report
from studio.worker.outlet import Outlet


class Lines:
    def __init__(self) -> None:
        self._stream = io.BytesIO()
        self.outlet = Outlet(self._stream)

    def reports(self) -> list[Report]:
        stream = io.BytesIO(self._stream.getvalue())
        reports: list[Report] = []
        while (report := read_report(stream)) is not None:
            reports.append(report)
        return reports
