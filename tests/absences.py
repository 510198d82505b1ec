"""What this machine could not test, said loudly at the end. With ROULETTE_NO_SKIPS=1 a skipped test fails the run."""

import os
import shutil
from collections.abc import Iterator

import pytest

GIVEN_STORE = os.environ.get("VALKEY_URL", "")  # read before tests.stage puts its own there
NO_SKIPS = os.environ.get("ROULETTE_NO_SKIPS") == "1"


def absences() -> Iterator[str]:
    """A sentence for each part that is missing here."""
    if not shutil.which("chromium"):
        yield "Chromium is not installed: no page was tried in a browser."
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        yield "DATABASE_URL names no PostgreSQL: the tests ran on SQLite alone."
    if not GIVEN_STORE:
        yield "VALKEY_URL is empty: the tests ran on a store of their own alone."


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was missing, and how many tests were skipped for it."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    missing = list(absences())
    if not (missing or skipped):
        return
    terminalreporter.section("not tested here", red=True, bold=True)
    for sentence in missing:
        terminalreporter.line(sentence, red=True)
    if skipped:
        terminalreporter.line(f"{skipped} tests were skipped.", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where nothing may be skipped, a skipped test is a failure of the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if NO_SKIPS and reporter and reporter.stats.get("skipped") and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
