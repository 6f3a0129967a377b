#!/usr/bin/env python3
"""Asks a published rubato server every kind of question over a stored load; writes bench/results/<cpu>/<date>-<commit>-queries-<spans>.md.

    python3 bench/queries.py --build                     1 M spans
    python3 bench/queries.py --spans 20000000 --merged   20 M spans, when compaction has nothing left to merge

Blocks only: everything is flushed before the first question. Python 3 standard library only; Linux (/proc).
"""
import argparse
import http.client
import json
import pathlib
import shutil
import statistics
import sys
import tempfile
import time
import urllib.parse

import measure

ROOT = measure.ROOT

# What an issue or the design promises, in ms, for 1 M spans and for 20 M compacted ones.
SEARCHES = [
    ("any span", "{ }", {}),
    ("rare attribute", '{ span.app.rare.7 = "v3" }', {1: 10, 20: 60}),
    ("no such value", '{ span.http.request_id = "no-such" }', {1: 4, 20: 10}),
    ("regex, no match", '{ span.http.url =~ ".*zzz9.*" }', {1: 40}),
    ("regex, matches", '{ resource.service.name =~ "front.*" }', {}),
    ("unscoped, no match", '{ .app.tenant = "tenant-none" }', {1: 10}),
    ("duration", "{ duration > 9s }", {}),
    ("name and status", '{ name = "GET /api/orders" && status = error }', {}),
    ("is not set", "{ span.app.rare.7 != nil && kind = server }", {}),
    ("event", '{ event:name = "exception" }', {}),
    ("scope", '{ instrumentation:name = "io.opentelemetry.contrib" }', {}),
    ("whole trace", '{ rootServiceName = "frontend" && traceDuration > 5s }', {}),
    ("children", '{ resource.service.name = "frontend" } > { status = error }', {}),
    ("descendants", '{ resource.service.name = "frontend" } >> { status = error && span.db.table = "audit" }', {1: 40}),
    ("ancestors", "{ status = error } << { kind = server }", {}),
    ("siblings", "{ status = error } ~ { kind = server }", {}),
    ("no descendants", "{ status = error } !>> { kind = server }", {}),
    ("both in a trace", '{ status = error } && { span.db.table = "audit" }', {}),
    ("count", "{ status = error } | count() > 8", {1: 12}),
    ("average", "{ status = error } | avg(duration) > 1s", {}),
    ("largest of all spans", "{ } | max(duration) > 5s", {}),
    ("by", "{ status = error } | by(resource.service.name) | count() > 3", {}),
    ("select", "{ status = error } | select(span.http.route, resource.k8s.pod.name)", {}),
]
METRICS = [
    ("rate", "{ } | rate()", {}),
    ("rate by service", "{ } | rate() by (resource.service.name)", {1: 25}),
    ("p99 by route", "{ } | quantile_over_time(duration, .99) by (span.http.route)", {1: 25}),
    ("histogram", "{ } | histogram_over_time(duration) by (resource.service.name)", {}),
    ("average by service", "{ } | avg_over_time(duration) by (resource.service.name)", {}),
    ("errors", "{ status = error } | rate() by (name)", {}),
    ("after structure", '{ resource.service.name = "frontend" } >> { status = error } | rate()', {}),
    ("top", "{ } | rate() by (span.http.route) | topk(5)", {}),
    ("compare", "{ } | compare({ status = error })", {}),
]


def blocks_of(server):
    return sum(1 for _ in (server.folder / "blocks").rglob("rubato.json"))


def wait_for_merges(server, seconds, quiet_seconds=75):
    """Until the number of blocks has not changed, and the server has done next to nothing, for two and a half cycles of compaction: a merge of 20 M spans takes longer."""
    end, last, since, used = time.monotonic() + seconds, blocks_of(server), time.monotonic(), server.cpu()
    while time.monotonic() < end and time.monotonic() - since < quiet_seconds:
        time.sleep(2)
        now, cpu = blocks_of(server), server.cpu()
        if now != last:
            print(f"  {now} blocks", file=sys.stderr, flush=True)
        if now != last or cpu - used > 0.5:
            last, since = now, time.monotonic()
        used = cpu
    return last


class Asker:
    """One warm connection."""

    def __init__(self, server, seconds):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.http, timeout=300)
        self.seconds = seconds

    def ask(self, path):
        began = time.perf_counter()
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        return (time.perf_counter() - began) * 1000, answer.status, body

    def row(self, path):
        """First answer, then median, nine in ten and least of the rest: at most 200 of them within the time for a question, at least 10, or 3 that take seconds."""
        first, status, body = self.ask(path)
        for _ in range(3 if first < 2000 else 0):
            self.ask(path)
        times, end = [], time.monotonic() + self.seconds
        while len(times) < (10 if first < 2000 else 3) or (len(times) < 200 and time.monotonic() < end):
            times.append(self.ask(path)[0])
        times.sort()
        return first, statistics.median(times), times[int(len(times) * .9)], times[0], len(times), status, body


def table(asker, load, millions, skipped):
    start = load["startUnixNano"] // 10**9 - 1
    end = start + int(load["acknowledgedSpans"] / 20_000) + 60
    seconds = int(load["acknowledgedSpans"] / 250_000) + 2
    step = f"{max(1, seconds * 1000 // 60)}ms"

    def path(what, **parameters):
        return f"/api/{what}?" + urllib.parse.urlencode(parameters)

    kinds = [(name, query, path("search", q=query, start=start, end=end, limit=20), goals) for name, query, goals in SEARCHES]
    kinds += [(name, query, path("metrics/query_range", q=query, start=start, end=start + seconds, step=step), goals) for name, query, goals in METRICS]
    kinds += [("tag names", "", path("v2/search/tags", start=start, end=end), {}),
              ("tag values", "resource.service.name", path("v2/search/tag/resource.service.name/values", start=start, end=end), {}),
              ("tag values, filtered", "span.http.route", path("v2/search/tag/span.http.route/values", q="{ status = error }", start=start, end=end), {})]
    kinds = [kind for kind in kinds if kind[0] not in skipped]
    ids = [trace["traceID"] for trace in json.loads(asker.ask(path("search", q="{ }", start=start, end=end, limit=20))[2])["traces"]]
    kinds = [("trace by id, hit", "", f"/api/traces/{ids[7]}", {1: 6, 20: 8}), ("trace by id, miss", "", f"/api/traces/{measure.MISSING_ID}", {1: 1})] + kinds
    lines = ["| question | query | first ms | p50 ms | p90 ms | least ms | asked | answer | must |", "|---|---|---|---|---|---|---|---|---|"]
    for name, query, where, goals in kinds:
        first, median, nine, least, asked, status, body = asker.row(where)
        goal = goals.get(millions)
        verdict = "" if goal is None else f"{goal}: {'**yes**' if median <= goal else f'**no**, {median / goal:.2f} times'}"
        query = f"`{query}`".replace("|", "\\|") if query else ""
        lines.append(f"| {name} | {query} | {first:.1f} | {median:.2f} | {nine:.2f} | {least:.2f} | {asked} | {status}, {len(body):,} bytes | {verdict} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return lines


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--rubato", type=pathlib.Path, default=ROOT / "artifacts/publish/Rubato/release/rubato", help="the published executable")
    parse.add_argument("--build", action="store_true", help="publish it first")
    parse.add_argument("--spans", type=int, default=1_000_000)
    parse.add_argument("--connections", type=int, default=4)
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--merged", action="store_true", help="wait until compaction has nothing left to merge")
    parse.add_argument("--merge-seconds", type=int, default=900, help="the longest wait for that")
    parse.add_argument("--seconds", type=float, default=2, help="how long each question is asked")
    parse.add_argument("--skip", default="", help="names of questions to leave out, with commas; the result says which")
    parse.add_argument("--data", type=pathlib.Path, default=ROOT / "artifacts", help="where the data folder is made")
    parse.add_argument("--out", type=pathlib.Path, help="the Markdown file")
    args = parse.parse_args()
    command = measure.published(args)
    facts = measure.machine(command, args.data)
    folder = tempfile.mkdtemp(prefix="queries-", dir=args.data)
    try:
        with measure.Server(command, folder, None) as server:
            load = measure.send(command, server, "grpc", 0, args, args.seed)
            server.flush()
            spans = load["acknowledgedSpans"]
            written = blocks_of(server)
            merged = wait_for_merges(server, args.merge_seconds) if args.merged else written
            stored = measure.folder_bytes(server.folder / "blocks") / spans
            lines = table(Asker(server, args.seconds), load, round(spans / 1e6), args.skip.split(","))
            peak = measure.peak_megabytes(server.process.pid)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    facts += [("spans, seed", f"{spans:,}, {args.seed}"), ("blocks", f"{merged}" + (f", merged from {written} and more" if args.merged else "")),
              ("all files of the folder, bytes/span", f"{stored:.1f}"), ("peak memory, MB", f"{peak:.0f}"), ("left out", args.skip or "nothing")]
    text = "\n".join(["# Every kind of question", "", "Written by `bench/queries.py`; [README.md](README.md) says how.", "",
                      "| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts), "", *lines, ""])
    measure.write_result(text, facts, args.out, f"-queries-{round(spans / 1e6)}m")


if __name__ == "__main__":
    main()
