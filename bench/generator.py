#!/usr/bin/env python3
"""What the metrics-generator costs: CPU a span with and without it (alternating runs), memory of 100,000 series, the service graph over all spans.

    python3 bench/generator.py --build                     all of it, some ten minutes
    python3 bench/generator.py --only cpu --rounds 1 --spans 100000

Python 3 standard library only; Linux (/proc). Samples go to a sink in this process that takes everything.
"""
import argparse
import contextlib
import http.server
import json
import pathlib
import shutil
import statistics
import sys
import tempfile
import threading
import time
import urllib.request

import measure

ROOT = measure.ROOT


class Sink(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def configuration(sink, dimensions):
    """What `measure.Server` adds for the generator, which spans of any age reach."""
    generator = {
        "storage": {"path": "generator", "remote_write": [{"url": f"http://127.0.0.1:{sink}/"}]},
        "metrics_ingestion_time_range_slack": "1000h",
        "processor": {"span_metrics": {"dimensions": dimensions}, "service_graphs": {"max_items": 1_000_000}},
    }
    return {
        "more": f"metrics_generator: {json.dumps(generator)}\n",
        "more_defaults": '\n    metrics_generator: { processors: ["span-metrics", "service-graphs"] }',
    }


@contextlib.contextmanager
def running(command, args, more):
    folder = tempfile.mkdtemp(prefix="generator-", dir=args.data)
    try:
        with measure.Server(command, folder, None, ingestion_bytes=10**12, **more) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def load(command, server, spans, rate, seed=1):
    before = server.cpu()
    sent, problem = measure.run_json([
        *command, "load", "--target", f"http://127.0.0.1:{server.grpc_in}", "--spans", str(spans), "--rate", str(rate), "--seed", str(seed), "--output", "json"])
    if sent is None or sent["refusedSpans"]:
        sys.exit(f"rubato load failed: {problem if sent is None else sent}")
    # What follows the last acknowledgement belongs to the spans too.
    time.sleep(4)
    return (server.cpu() - before) * 1e6 / spans


def resident(server):
    return measure.memory_megabytes(server.process.pid)[0]


def series(server, label_sets):
    now = int(time.time() * 1e9)
    for first in range(0, label_sets, 500):
        spans = [{"traceId": f"{i + 1:032x}", "spanId": f"{i + 1:016x}", "name": f"operation {i}", "kind": 1, "startTimeUnixNano": str(now - 10**6), "endTimeUnixNano": str(now)}
                 for i in range(first, min(first + 500, label_sets))]
        body = {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "many"}}]}, "scopeSpans": [{"spans": spans}]}]}
        request = urllib.request.Request(f"http://127.0.0.1:{server.http_in}/v1/traces", json.dumps(body).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=60).read()


def cpu(command, args, with_it):
    costs = {False: [], True: []}
    for _ in range(args.rounds):
        for has_generator in (False, True):
            with running(command, args, with_it if has_generator else {}) as server:
                # What the compiler does in the first seconds is not what a span costs, nor in the first collections, which come every 15 seconds.
                load(command, server, 35 * args.rate if args.rate else 400_000, args.rate, seed=2)
                costs[has_generator].append(load(command, server, args.spans, args.rate))
                if has_generator:
                    print("looked at", server.metric("tempo_metrics_generator_spans_received_total"), "left out", server.metric("tempo_metrics_generator_spans_discarded_total"),
                          "series", server.metric("tempo_metrics_generator_registry_active_series"), "peak MB", round(measure.peak_megabytes(server.process.pid)), flush=True)
    for has_generator, values in costs.items():
        print("with   " if has_generator else "without", "us of CPU a span:", " ".join(f"{v:.2f}" for v in values), "median", f"{statistics.median(values):.2f}", flush=True)
    print("difference of medians", f"{statistics.median(costs[True]) - statistics.median(costs[False]):.2f}", flush=True)


def ask(server, path, times=12):
    """The first answer's milliseconds, the median of those after the second, and the last answer."""
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        answer = json.loads(server.read(f"{path}start={int(time.time()) - 3600}&end={int(time.time()) + 60}"))
        took.append((time.perf_counter() - begin) * 1e3)
    return f"ms first {took[0]:.1f} median {statistics.median(took[2:]):.1f}", answer


def graph(command, args, _):
    with running(command, args, {}) as server:
        load(command, server, args.spans, 0)
        for state in ("recent", "blocks"):
            if state == "blocks":
                server.flush()
            times, answer = ask(server, "/api/metrics/service_graph?")
            print("service graph", state, "edges", len(answer["edges"]), "calls", sum(e["calls"] for e in answer["edges"]), times, flush=True)
            times, answer = ask(server, "/api/rubato/red?by=service&")
            print("RED by service", state, "services", len(answer["services"]), "calls", sum(s["calls"] for s in answer["services"]), times, flush=True)


def memory(command, args, with_it):
    with running(command, args, with_it) as server:
        series(server, 10)
        time.sleep(3)
        before = resident(server)
        series(server, 5300)
        time.sleep(20)
        print("series", server.metric("tempo_metrics_generator_registry_active_series"), "resident MB before", round(before), "after", round(resident(server)), flush=True)


PARTS = {"cpu": cpu, "graph": graph, "series": memory}


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--rubato", type=pathlib.Path, default=ROOT / "artifacts/publish/Rubato/shipped/rubato", help="the published executable")
    parse.add_argument("--build", action="store_true", help="publish it first")
    parse.add_argument("--spans", type=int, default=400_000)
    parse.add_argument("--rounds", type=int, default=3)
    parse.add_argument("--rate", type=int, default=20_000, help="spans per second while CPU is measured; 0 is full speed")
    parse.add_argument("--dimensions", nargs="*", default=[], help="attributes that become labels, such as http.method http.status_code")
    parse.add_argument("--only", choices=list(PARTS))
    parse.add_argument("--data", type=pathlib.Path, default=ROOT / "artifacts", help="where data folders are made; the disk counts")
    args = parse.parse_args()
    command = measure.published(args)
    sink = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    with_it = configuration(sink.server_port, args.dimensions)
    for part in [args.only] if args.only else PARTS:
        PARTS[part](command, args, with_it)


if __name__ == "__main__":
    main()
