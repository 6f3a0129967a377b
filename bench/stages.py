#!/usr/bin/env python3
"""Measures each stage of a span's life alone; writes bench/results/<cpu>/<date>-<commit>-stages.md.

    python3 bench/stages.py                  all stages, under six minutes
    python3 bench/stages.py --stages filter  some of them
    python3 bench/stages.py --long           BenchmarkDotNet's own choice of iterations: an hour, for figures of the last percent

BenchmarkDotNet runs bench/Rubato.Benchmarks within one process (no project is generated and built for each run), few short iterations
each: good for a factor, not for two percent. Python 3 standard library only.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import measure

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Stage, what it is, and its benchmarks.
STAGES = [
    ("decode", "OTLP bytes into columns", ["*.OtlpBenchmarks.*"]),
    ("append", "a request into the write-ahead log, without fsync", ["*.WalBenchmarks.*"]),
    ("sort", "the order of a block", ["*.SortBenchmarks.*"]),
    ("write", "a block from sealed batches; the Parquet codec alone", ["*.BlockBenchmarks.Write", "*.ParquetBenchmarks.Write"]),
    ("read", "columns of a block", ["*.BlockBenchmarks.Open", "*.BlockBenchmarks.Read*", "*.ParquetBenchmarks.Read*"]),
    ("filter", "kernels over a column in memory beside their plain twins; whole searches of recent spans", ["*.KernelBenchmarks.*", "*.SearchBenchmarks.*"]),
    ("look-up", "a trace by its id in a block", ["*.BlockBenchmarks.FindTrace", "*.BlockBenchmarks.MissTrace"]),
    ("group", "distinct values and counts by code", ["*.GroupBenchmarks.*"]),
    ("regex", "texts: equality and regular expressions", ["*.TextBenchmarks.*", "*.CompileBenchmarks.*"]),
]


def run(stage, patterns, folder, long):
    command = ["dotnet", "run", "--project", "bench/Rubato.Benchmarks", "-c", "Release", "--no-build", "--", "--filter", *patterns,
               "--inProcess", "--exporters", "fulljson", "--artifacts", str(folder)]
    if not long:
        command += ["--warmupCount", "3", "--iterationCount", "5", "--iterationTime", "100"]
    print(f"{stage} ...", file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    results = []
    for path in sorted(folder.glob("results/*-report-full*.json")):
        results += json.loads(path.read_text())["Benchmarks"]
    # One that threw has no statistics: a table that left it out would hide it.
    broken = [each["FullName"] for each in results if not each.get("Statistics")]
    if done.returncode != 0 or not results or broken:
        sys.exit(f"{stage} failed: {' '.join(broken)}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}")
    return results


def time_text(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:,.3g} {unit}" if nanoseconds < 1000 * size else f"{nanoseconds / size:,.0f} {unit}"
    return f"{nanoseconds:.3g} ns"


def bytes_text(count):
    for unit, size in (("MB", 2**20), ("KB", 2**10)):
        if count >= size:
            return f"{count / size:,.3g} {unit}"
    return f"{count:.0f} B"


def rows(results):
    """The baseline of a group is the row before it; the factor says how much of the baseline's time a row takes."""
    lines, baseline = [], {}
    for each in results:
        title = each["MethodTitle"].strip("'")
        parameters = each.get("Parameters") or ""
        median = each["Statistics"]["Median"]
        key = (each["Type"], parameters)
        plain = re.fullmatch(r"(.*), plain|(.*), System\.Text.*", title)
        if plain:
            baseline[key] = (plain.group(1) or plain.group(2), median)
        name, of = baseline.get(key, ("", 0))
        factor = f"{of / median:.1f} times as fast" if name and name == title else ""
        spread = each["Statistics"]["StandardDeviation"] / each["Statistics"]["Mean"]
        allocated = (each.get("Memory") or {}).get("BytesAllocatedPerOperation")
        what = f"{title} {f'`{parameters}`' if parameters else ''}".strip().replace("|", "\\|")
        lines.append(f"| {what} | {time_text(median)} | ±{spread:.0%} | {factor} | {'' if allocated is None else bytes_text(allocated)} |")
    return lines


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--stages", help="comma-separated: " + ", ".join(name for name, _, _ in STAGES))
    parse.add_argument("--long", action="store_true", help="BenchmarkDotNet's own number of iterations")
    parse.add_argument("--no-build", action="store_true", help="the benchmarks are built already")
    parse.add_argument("--out", type=pathlib.Path, help="the Markdown file")
    args = parse.parse_args()
    wanted = args.stages.split(",") if args.stages else [name for name, _, _ in STAGES]
    if unknown := set(wanted) - {name for name, _, _ in STAGES}:
        sys.exit(f"no stage {', '.join(sorted(unknown))}")
    if not args.no_build:
        subprocess.run(["dotnet", "build", "bench/Rubato.Benchmarks", "-c", "Release", "-v", "q", "--nologo"], cwd=ROOT, check=True)
    facts = [fact for fact in measure.machine(["dotnet"], ROOT) if fact[0] not in ("disk", "rubato")]
    lines = ["# The stages alone", "", "Written by `bench/stages.py`; [README.md](../README.md#the-stages-alone) says what each is.", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts]
    for name, what, benchmarks in STAGES:
        if name not in wanted:
            continue
        folder = pathlib.Path(tempfile.mkdtemp(prefix="stages-"))
        try:
            results = run(name, benchmarks, folder, args.long)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        lines += ["", f"## {name}: {what}", "", "| | median | spread | than its baseline | allocated |", "|---|---|---|---|---|", *rows(results)]
    measure.write_result("\n".join(lines) + "\n", facts, args.out, "-stages")


if __name__ == "__main__":
    main()
