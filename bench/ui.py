#!/usr/bin/env python3
"""What pages of the web UI cost: how long they take in Chromium, and what the server holds for them; writes bench/results/<cpu>/<date>-<commit>-ui.md.

    python3 bench/ui.py --build     about ten minutes, six of them waiting until the server has forgotten closed pages

The walk is `PageCostTests` of tests/Rubato.BrowserTests: each page ten times in a window that knows nothing yet, then ten windows with the same trace of 10,000 spans.
Python 3 standard library only; Linux (/proc). Needs Chromium.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import measure

ROOT = measure.ROOT
TESTS = ROOT / "artifacts/bin/Rubato.BrowserTests/release/Rubato.BrowserTests"
MEGA = 1024 * 1024


def measured(command):
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "figures.json"
        environment = {**os.environ, "RUBATO_EXE": command[-1], "RUBATO_MEASURE_UI": str(target), "RUBATO_TEST_REQUIRE_ALL": "1"}
        done = subprocess.run([str(TESTS), "-class", "Rubato.BrowserTests.PageCostTests"], env=environment, capture_output=True, text=True)
        if not target.exists():
            sys.exit(f"the walk did not come to its end:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
        return json.loads(target.read_text())


def report(facts, figures):
    def times(name):
        return f"{figures[name][0]:.0f}", f"{statistics.median(figures[name]):.0f}", f"{max(figures[name]):.0f}"

    def row(what, name, must=None):
        first, median, longest = times(name)
        met = "" if must is None else "yes" if statistics.median(figures[name]) <= must else "**no**"
        return f"| {what} | {first} | {median} | {longest} | {must or ''} | {met} |"

    a_page = (figures["open"] - figures["before"]) / figures["pages"] / MEGA
    left = (figures["after"] - figures["before"]) / MEGA
    lines = ["# What pages of the web UI cost", "", "Written by `bench/ui.py`; [README.md](../README.md) says how.", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts]
    lines += ["", "Milliseconds from the address until the page can be used, the first time in a fresh server, the median and the longest.", "",
              "| page | first | median | longest | must | met |", "|---|---|---|---|---|---|",
              row("search, ready for a query", "first", 1000), row("search, with the newest traces", "rows"), row("trace of 10,000 spans", "ten", 1000), row("trace of 100,000 spans", "hundred", 4000), "",
              f"Memory of the server, {figures['pages']} windows with the trace of 10,000 spans.", "", "| | | must | met |", "|---|---|---|---|",
              f"| one open page | {a_page:.1f} MB | 30 MB | {'yes' if a_page <= 30 else '**no**'} |",
              f"| six minutes after all are closed, against before | {left:+.1f} MB | 5 MB | {'yes' if left <= 5 else '**no**'} |",
              f"| before, open, after | {figures['before'] / MEGA:.0f}, {figures['open'] / MEGA:.0f}, {figures['after'] / MEGA:.0f} MB | | |"]
    return "\n".join([*lines, ""])


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--rubato", type=pathlib.Path, default=ROOT / "artifacts/publish/Rubato/shipped/rubato", help="the published executable")
    parse.add_argument("--build", action="store_true", help="publish it, and build the walk, first")
    parse.add_argument("--data", type=pathlib.Path, default=ROOT / "artifacts", help="where data folders are made")
    parse.add_argument("--out", type=pathlib.Path, help="the Markdown file")
    args = parse.parse_args()
    command = measure.published(args)
    if args.build or not TESTS.exists():
        subprocess.run(["dotnet", "build", "tests/Rubato.BrowserTests", "-c", "Release", "-v", "q", "--nologo"], cwd=ROOT, check=True)
    facts = measure.machine(command, args.data)
    measure.write_result(report(facts, measured(command)), facts, args.out, "-ui")


if __name__ == "__main__":
    main()
