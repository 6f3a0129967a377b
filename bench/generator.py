#!/usr/bin/env python3
"""What the metrics-generator costs: CPU a span with and without it (alternating runs), memory of 100,000 series, the service graph over all spans.

    python3 bench/generator.py artifacts/publish/rubato --spans 400000 --rounds 3

Python 3 standard library only; Linux (/proc). Samples go to a sink in this process that takes everything.
"""
import argparse
import http.server
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

CLOCK = os.sysconf("SC_CLK_TCK")


class Sink(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Server:
    def __init__(self, folder, with_generator, sink, dimensions):
        self.data = tempfile.mkdtemp(prefix="rubato-bench-")
        config = {
            "server": {"http_listen_address": "127.0.0.1", "http_listen_port": 0, "grpc_listen_address": "127.0.0.1", "grpc_listen_port": 0},
            "distributor": {"receivers": {"otlp": {"protocols": {"grpc": {"endpoint": "127.0.0.1:0"}, "http": {"endpoint": "127.0.0.1:0"}}}}},
            "storage": {"trace": {"backend": "local", "local": {"path": self.data + "/blocks"}, "wal": {"path": self.data + "/wal"}}},
            "overrides": {"defaults": {"ingestion": {"rate_limit_bytes": 10**12, "burst_size_bytes": 10**12, "max_traces_per_user": 0}}},
        }
        if with_generator:
            config["metrics_generator"] = {
                "storage": {"path": self.data + "/generator", "remote_write": [{"url": f"http://127.0.0.1:{sink}/"}]},
                "metrics_ingestion_time_range_slack": "1000h",
                "processor": {"span_metrics": {"dimensions": dimensions}, "service_graphs": {"max_items": 1000000}},
            }
            config["overrides"]["defaults"]["metrics_generator"] = {"processors": ["span-metrics", "service-graphs"]}
        path = self.data + "/rubato.yaml"
        pathlib.Path(path).write_text(json.dumps(config))
        self.log = open(self.data + "/log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(["dotnet", folder + "/rubato.dll", "-config.file=" + path], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        for _ in range(600):
            text = pathlib.Path(self.data + "/log").read_text()
            if "rubato started" in text:
                break
            if self.process.poll() is not None:
                raise SystemExit(text)
            time.sleep(0.1)
        self.address = dict(re.findall(r"listener=(\S+) address=(\S+)", text))

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK

    def resident(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def get(self, path):
        return urllib.request.urlopen(self.address["http"] + path, timeout=60).read()

    def metric(self, name):
        return sum(float(line.rsplit(" ", 1)[1]) for line in self.get("/metrics").decode().splitlines() if re.match(name + r"[{ ]", line))

    def stop(self):
        self.process.terminate()
        self.process.wait(60)
        shutil.rmtree(self.data)


def load(folder, server, spans, rate, seed=1):
    before = server.cpu()
    subprocess.run(
        ["dotnet", folder + "/rubato.dll", "load", "--target", server.address["otlp-grpc"], "--spans", str(spans), "--rate", str(rate), "--seed", str(seed)],
        check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=300)
    # What follows the last acknowledgement belongs to the spans too.
    time.sleep(4)
    return (server.cpu() - before) * 1e6 / spans


def series(server, label_sets):
    now = int(time.time() * 1e9)
    for first in range(0, label_sets, 500):
        spans = [{"traceId": f"{i + 1:032x}", "spanId": f"{i + 1:016x}", "name": f"operation {i}", "kind": 1, "startTimeUnixNano": str(now - 10**6), "endTimeUnixNano": str(now)}
                 for i in range(first, min(first + 500, label_sets))]
        body = {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "many"}}]}, "scopeSpans": [{"spans": spans}]}]}
        request = urllib.request.Request(server.address["otlp-http"] + "/v1/traces", json.dumps(body).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=60).read()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--spans", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=int, default=20_000, help="spans per second while CPU is measured; 0 is full speed")
    parser.add_argument("--dimensions", nargs="*", default=[], help="attributes that become labels, such as http.method http.status_code")
    parser.add_argument("--only", choices=["cpu", "graph", "series"])
    arguments = parser.parse_args()
    sink = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()

    def start(with_generator):
        return Server(arguments.folder, with_generator, sink.server_port, arguments.dimensions)

    if arguments.only in (None, "cpu"):
        costs = {False: [], True: []}
        for _ in range(arguments.rounds):
            for with_generator in (False, True):
                server = start(with_generator)
                # What the compiler does in the first seconds is not what a span costs.
                load(arguments.folder, server, 100_000, 0, seed=2)
                costs[with_generator].append(load(arguments.folder, server, arguments.spans, arguments.rate))
                if with_generator:
                    print("looked at", server.metric("tempo_metrics_generator_spans_received_total"), "left out", server.metric("tempo_metrics_generator_spans_discarded_total"),
                          "series", server.metric("tempo_metrics_generator_registry_active_series"), "peak MB", round(server.resident()), flush=True)
                server.stop()
        for with_generator, values in costs.items():
            print("with   " if with_generator else "without", "us of CPU a span:", " ".join(f"{v:.2f}" for v in values), "median", f"{statistics.median(values):.2f}", flush=True)
        print("difference of medians", f"{statistics.median(costs[True]) - statistics.median(costs[False]):.2f}", flush=True)
    if arguments.only in (None, "graph"):
        server = start(False)
        load(arguments.folder, server, arguments.spans, 0)
        for state in ("recent", "blocks"):
            if state == "blocks":
                server.get("/flush")
            times = []
            for _ in range(12):
                begin = time.perf_counter()
                answer = json.loads(server.get(f"/api/metrics/service_graph?start={int(time.time()) - 3600}&end={int(time.time()) + 60}"))
                times.append((time.perf_counter() - begin) * 1e3)
            print("service graph", state, "edges", len(answer["edges"]), "calls", sum(e["calls"] for e in answer["edges"]), "ms first", f"{times[0]:.1f}", "median", f"{statistics.median(times[2:]):.1f}", flush=True)
        server.stop()
    if arguments.only in (None, "series"):
        server = start(True)
        series(server, 10)
        time.sleep(3)
        before = server.resident()
        series(server, 5300)
        time.sleep(20)
        print("series", server.metric("tempo_metrics_generator_registry_active_series"), "resident MB before", round(before), "after", round(server.resident()), flush=True)
        server.stop()


if __name__ == "__main__":
    main()
