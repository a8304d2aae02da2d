"""Tells of failures and of long tests when they end, and not only when all have: so a run that is
cut off says where it was."""

import pytest

LONG_SECONDS = 60


class Progress:
    """A plugin of the process that prints, not of workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._print(f"{report.when} FAILED: {report.nodeid}\n{report.longreprtext}")
        elif report.duration > LONG_SECONDS:
            self._print(f"{report.when} took {report.duration:.0f} s: {report.nodeid}")

    def _print(self, text: str) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            reporter.write_line(text)
