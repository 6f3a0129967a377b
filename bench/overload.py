#!/usr/bin/env python3
"""Many connections, more than the server can take, and a tenant that goes mad; writes bench/results/<cpu>/<date>-<commit>-overload.md.

    python3 bench/overload.py --build                     everything, about ten minutes
    python3 bench/overload.py --only fairness --rounds 1  one part, once

many      200 connections send 2,000 small requests a second in all, below every limit: memory, and nothing refused.
twice     senders offer twice what the server took at full speed, over many connections, and do not come again: what is refused says when to come again,
          memory stays flat, and a small request is answered as before soon after the crowd has gone.
fairness  one tenant sends ten times what it may; the p99 of another, which stays below its limits, with it and without it, in turns.

Python 3 standard library only; Linux (/proc).
"""
import argparse
import collections
import http.client
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import measure

ROOT = measure.ROOT
GOALS = {"many": measure.Goal(600, None), "recovery": measure.Goal(5, None), "fairness": measure.Goal(4 / 3, None)}
# What `rubato load --split-resources` puts into a request on average: one process's spans of a handful of traces.
SPANS_A_SMALL_REQUEST = 17
SMALL_REQUESTS_A_SECOND = 2_000


def load(command, server, *more, tenant=None, wait=True):
    started = subprocess.Popen(
        [*command, "load", "--target", f"http://127.0.0.1:{server.grpc_in}", *more, *(["--tenant", tenant] if tenant else []), "--output", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return result_of(started) if wait else started


def result_of(started):
    out, err = started.communicate()
    try:
        return json.loads(out)
    except json.JSONDecodeError:
        sys.exit(f"rubato load failed: {err or out}")


class Watch:
    """Looks at the memory of a process four times a second."""

    def __init__(self, pid):
        self.seen = []
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self):
        self._ended.set()
        self._thread.join()
        return self.seen

    def _run(self):
        while not self._ended.wait(0.25):
            self.seen.append(measure.memory_megabytes(self._pid)[0])


def small_request(server):
    """One span over OTLP HTTP: status, milliseconds, and when to come again."""
    span = {"traceId": os.urandom(16).hex(), "spanId": os.urandom(8).hex(), "name": "probe", "startTimeUnixNano": str(time.time_ns()), "endTimeUnixNano": str(time.time_ns())}
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", server.http_in, timeout=30)
    try:
        connection.request("POST", "/v1/traces", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, (time.perf_counter() - began) * 1000, answer.getheader("Retry-After")
    finally:
        connection.close()


def many(command, folder, args):
    with measure.Server(command, folder, None) as server:
        rate = SMALL_REQUESTS_A_SECOND * SPANS_A_SMALL_REQUEST
        sent = load(command, server, "--connections", "200", "--split-resources", "--rate", str(rate), "--spans", str(rate * args.seconds))
        requests = sent["acknowledgedRequests"] / sent["elapsedSeconds"]
        peak = measure.peak_megabytes(server.process.pid)
        return [
            ("requests a second", f"{requests:,.0f} of {SMALL_REQUESTS_A_SECOND:,}, {sent['acknowledgedSpans'] / sent['acknowledgedRequests']:.1f} spans each", ""),
            ("refused spans; retries", f"{sent['refusedSpans']}; {sent['retries']}", "yes" if sent["refusedSpans"] == 0 else "**no**"),
            ("latency p50, p99", f"{sent['latencyMillis']['p50']} and {sent['latencyMillis']['p99']} ms", ""),
            ("peak memory (must 600 MB)", f"{peak:.0f} MB", met(peak, "many")),
        ]


def twice(command, folder, args):
    with measure.Server(command, folder, None, more_distributor=f"\n  max_inflight_bytes: {args.inflight}") as server:
        full = load(command, server, "--connections", "64", "--rate", "0", "--spans", "3000000")
        capacity = full["spansPerSecond"]
        usual = statistics.median(small_request(server)[1] for _ in range(20))
        watch = Watch(server.process.pid)
        offered = 2 * capacity
        crowd = load(command, server, "--connections", "256", "--rate", str(int(offered)), "--spans", str(int(offered * args.seconds)), "--retries", "0", wait=False)
        probes = collections.Counter()
        hints = collections.Counter()
        while crowd.poll() is None:
            status, _, hint = small_request(server)
            probes[status] += 1
            if status in (429, 503):
                hints["with a hint" if hint else "without"] += 1
            time.sleep(0.05)
        sent = result_of(crowd)
        ended = time.perf_counter()
        memory = watch.end()
        recovery = None
        while recovery is None and time.perf_counter() < ended + 60:
            status, took, _ = small_request(server)
            if status == 200 and took < max(50, 4 * usual):
                recovery = time.perf_counter() - ended
        third = len(memory) // 3
        middle, last = statistics.median(memory[third:2 * third]), statistics.median(memory[2 * third:])
        found = server.get("/ready") == 200
        return [
            ("taken at full speed by 64 connections", f"{capacity:,.0f} spans/s", ""),
            ("offered by 256 connections", f"{offered:,.0f} spans/s for {sent['elapsedSeconds']:.0f} s", ""),
            ("acknowledged", f"{sent['acknowledgedSpans']:,} spans, {sent['acknowledgedSpans'] / sent['elapsedSeconds']:,.0f}/s", ""),
            ("refused", f"{sent['refusedSpans']:,} spans: " + "; ".join(f"{reason}: {count:,}" for reason, count in list(sent["refusals"].items())[:3]), ""),
            ("small requests meanwhile", "; ".join(f"{status}: {count}" for status, count in sorted(probes.items())), ""),
            ("of those refused", "; ".join(f"{count} {what}" for what, count in hints.items()) or "none", "**no**" if hints["without"] else "yes"),
            ("memory, middle and last third", f"{middle:.0f} and {last:.0f} MB, peak {max(memory):.0f} MB", "yes" if last <= middle * 1.1 else "**no**"),
            ("after the crowd, a small request as before within (must 5 s)", f"{recovery:.2f} s" if recovery is not None else "60 s were not enough", met(recovery or 60, "recovery")),
            ("ready", "yes" if found else "no", "yes" if found else "**no**"),
        ]


def fairness(command, folder, args):
    alone, beside, refused = [], [], []
    with measure.Server(command, folder, None, ingestion_bytes=args.limit, multitenancy=True) as server:
        quiet = ["--connections", "4", "--rate", "1000", "--spans", str(1000 * args.seconds)]
        load(command, server, "--connections", "4", "--rate", "1000", "--spans", "20000", tenant="quiet")
        bytes_a_span = (lambda sent: sent["bytesSent"] / sent["acknowledgedSpans"])(load(command, server, "--connections", "1", "--rate", "1000", "--spans", "1000", tenant="quiet"))
        loud_rate = int(10 * args.limit / bytes_a_span)
        for _ in range(args.rounds):
            alone.append(load(command, server, *quiet, tenant="quiet")["latencyMillis"])
            loud = load(command, server, "--connections", "16", "--rate", str(loud_rate), "--spans", str(loud_rate * args.seconds), "--retries", "0", tenant="loud", wait=False)
            beside.append(load(command, server, *quiet, tenant="quiet")["latencyMillis"])
            sent = result_of(loud)
            refused.append(sent["refusedSpans"] / (sent["refusedSpans"] + sent["acknowledgedSpans"]))
    ratio = statistics.median(b["p99"] for b in beside) / statistics.median(a["p99"] for a in alone)
    return [
        ("limit of each tenant", f"{args.limit:,} bytes/s; the loud one sends {loud_rate:,} spans/s of {bytes_a_span:.0f} bytes", ""),
        ("refused of the loud one", ", ".join(f"{share:.0%}" for share in refused), ""),
        ("quiet, p50 alone", ", ".join(str(a["p50"]) for a in alone) + " ms", ""),
        ("quiet, p50 beside", ", ".join(str(b["p50"]) for b in beside) + " ms", ""),
        ("quiet, p99 alone", ", ".join(str(a["p99"]) for a in alone) + " ms", ""),
        ("quiet, p99 beside", ", ".join(str(b["p99"]) for b in beside) + " ms", ""),
        ("median p99 beside, by alone (must 1.33)", f"{ratio:.2f}", met(ratio, "fairness")),
    ]


def met(value, goal):
    return "yes" if value <= GOALS[goal].must else "**no**"


PARTS = {"many": many, "twice": twice, "fairness": fairness}


def report(facts, results, args):
    lines = ["# Many connections, too much, and a tenant that goes mad", "", "Written by `bench/overload.py`; [README.md](../README.md) says how.", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts]
    lines += [f"| seconds of each load; rounds of fairness; max_inflight_bytes of twice | {args.seconds}; {args.rounds}; {args.inflight:,} |"]
    for part, rows in results.items():
        lines += ["", f"## {part}", "", "| | | met |", "|---|---|---|", *(f"| {name} | {value} | {verdict} |" for name, value, verdict in rows)]
    return "\n".join([*lines, ""])


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--rubato", type=pathlib.Path, default=ROOT / "artifacts/publish/Rubato/shipped/rubato", help="the published executable")
    parse.add_argument("--build", action="store_true", help="publish it first")
    parse.add_argument("--only", type=lambda text: text.split(","), default=list(PARTS), help=f"parts with commas; default {','.join(PARTS)}")
    parse.add_argument("--seconds", type=int, default=30, help="of each load")
    parse.add_argument("--rounds", type=int, default=3, help="of fairness")
    parse.add_argument("--limit", type=int, default=1_000_000, help="bytes a second that a tenant may send, in fairness")
    parse.add_argument("--inflight", type=int, default=32 << 20, help="distributor.max_inflight_bytes in twice")
    parse.add_argument("--data", type=pathlib.Path, default=ROOT / "artifacts", help="where data folders are made; the disk counts")
    parse.add_argument("--out", type=pathlib.Path, help="the Markdown file")
    args = parse.parse_args()
    command = measure.published(args)
    facts = measure.machine(command, args.data)
    results = {}
    for part in args.only:
        folder = tempfile.mkdtemp(prefix="overload-", dir=args.data)
        try:
            results[part] = PARTS[part](command, folder, args)
            print(f"{part}: {results[part]}", file=sys.stderr, flush=True)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    measure.write_result(report(facts, results, args), facts, args.out, "-overload")


if __name__ == "__main__":
    main()
