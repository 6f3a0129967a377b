#!/usr/bin/env python3
"""Measures a published rubato server with `rubato load` and `rubato query`; writes bench/results/<cpu>/<date>-<commit>.md.

    python3 bench/measure.py --build                       the whole table: 1 M spans, grpc and http, 20,000/s and full speed
    python3 bench/measure.py --spans 100000 --runs grpc:0  a quick look

Each run gets a fresh data folder and a fresh process. bench/results/README.md says what each number means.
Python 3 standard library only; Linux (/proc).
"""
import argparse
import datetime
import http.client
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import typing
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLOCK = os.sysconf("SC_CLK_TCK")



class Goal(typing.NamedTuple):
    """What a number must be at most, and what is wanted."""
    must: float
    want: float | None


# Name, query, Tempo 3.0.3's figure in ms on a machine of the same size, and the goal in ms.
SEARCHES = [
    ("rare attribute", '{ span.app.rare.7 = "v3" }', 303, Goal(10, 2)),
    ("no such value", '{ span.http.request_id = "no-such" }', 104, Goal(4, 1)),
    ("regex, no match", '{ span.http.url =~ ".*zzz9.*" }', 51, Goal(40, 15)),
    ("unscoped, no match", '{ .app.tenant = "tenant-none" }', 537, Goal(10, 2)),
    ("descendant", '{ resource.service.name = "frontend" } >> { status = error && span.db.table = "audit" }', 783, Goal(40, 10)),
    ("aggregate", "{ status = error } | count() > 8", 222, Goal(12, 4)),
]
METRICS = [
    ("rate by service", "{ } | rate() by (resource.service.name)", Goal(25, None)),
    ("p99 by route", "{ } | quantile_over_time(duration, .99) by (span.http.route)", Goal(25, None)),
]
METRICS_INTERVALS = 60
GOALS = {"cpu": Goal(9, 5), "memory": Goal(500, 250), "bytes": Goal(60, 40), "hit": Goal(6, 2), "miss": Goal(1, 0.3), "visible": Goal(1000, 100)}
MISSING_ID = "deadbeefdeadbeefdeadbeefdeadbeef"


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def cpu_seconds(pid):
    # The name is in parentheses and may hold spaces: count from the last one. utime and stime are fields 14 and 15.
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK


def memory_megabytes(pid):
    """What the process has now, and the most that it ever had."""
    values = {"VmRSS": float("nan"), "VmHWM": float("nan")}
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in values:
            values[name] = int(rest.split()[0]) / 1024
    return values["VmRSS"], values["VmHWM"]


def peak_megabytes(pid):
    return memory_megabytes(pid)[1]


def folder_bytes(folder):
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.path.getsize(os.path.join(parent, name))
            except FileNotFoundError:
                pass
    return total


class Server:
    """One process with a data folder of its own."""

    def __init__(self, command, folder, wal_sync, warm_up=True, more_receivers="", more_distributor="", ingestion_bytes=2_000_000_000, multitenancy=False,
                 more_defaults="", more=""):
        self.folder = pathlib.Path(folder)
        self.http, self.internal, self.grpc_in, self.http_in = free_ports(4)
        config = self.folder / "config.yaml"
        # The limits of a tenant are not what is measured: at full speed the default rate limit would be.
        config.write_text(f"""
{'multitenancy_enabled: true' if multitenancy else ''}
server:
  http_listen_address: 127.0.0.1
  http_listen_port: {self.http}
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: {self.internal}
{'' if warm_up else '  warm_up: false'}
distributor:
  receivers:
    otlp:
      protocols:
        grpc: {{ endpoint: "127.0.0.1:{self.grpc_in}" }}
        http: {{ endpoint: "127.0.0.1:{self.http_in}" }}{more_receivers}{more_distributor}
storage:
  trace:
    backend: local
    local: {{ path: "{self.folder}/blocks" }}
    wal: {{ path: "{self.folder}/wal"{f', sync: {wal_sync}' if wal_sync else ''} }}
overrides:
  defaults:
    ingestion: {{ rate_limit_bytes: {ingestion_bytes}, burst_size_bytes: {ingestion_bytes}, max_traces_per_user: 0 }}{more_defaults}
{more}""")
        self.command = [*command, f"-config.file={config}"]
        self.address = f"http://127.0.0.1:{self.http}"

    def __enter__(self):
        """Starts the process and waits until it is ready; what that took stays in start_seconds and start_cpu."""
        started = time.perf_counter()
        self.log = open(self.folder / "server.log", "a")
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder)
        # The question costs the server something too: 50 of them a second are less than the clock of CPU time can show.
        while self.get("/ready") != 200:
            if self.process.poll() is not None or time.perf_counter() > started + 60:
                self.stop()
                sys.exit(f"the server did not become ready:\n{(self.folder / 'server.log').read_text()[-3000:]}")
            time.sleep(0.02)
        self.start_seconds = time.perf_counter() - started
        self.start_cpu = self.cpu()
        self.start_peak = peak_megabytes(self.process.pid)
        return self

    def __exit__(self, *_):
        self.stop()

    def get(self, path, method="GET"):
        try:
            with urllib.request.urlopen(urllib.request.Request(self.address + path, method=method), timeout=120) as answer:
                answer.read()
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def read(self, path):
        """The body of a 200, as text."""
        with urllib.request.urlopen(self.address + path, timeout=120) as answer:
            return answer.read().decode()

    def metric(self, name):
        """The sum of a metric's series."""
        return sum(float(line.rsplit(" ", 1)[1]) for line in self.read("/metrics").splitlines() if re.match(name + r"[{ ]", line))

    def flush(self):
        """Cuts all blocks; the server answers when they are committed."""
        status = self.get("/flush", "POST")
        if status not in (200, 204):
            sys.exit(f"POST /flush answered {status}")

    def cpu(self):
        return cpu_seconds(self.process.pid)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


def run_json(command):
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        return json.loads(done.stdout), done.stderr
    except json.JSONDecodeError:
        return None, (done.stderr or done.stdout).strip()


def measure(command, folder, protocol, rate, args):
    with Server(command, folder, args.wal_sync, args.warm_up) as server:
        started = {"seconds": server.start_seconds, "cpu": server.start_cpu, "peak": server.start_peak}
        idle = server.cpu()
        load = send(command, server, protocol, rate, args, args.seed)
        spans = max(1, load["acknowledgedSpans"])
        received = server.cpu() - idle
        peak_load = peak_megabytes(server.process.pid)
        # Recent spans fill the memory now, which is when looking through them takes longest.
        visible = visibility(server, load["startUnixNano"])
        before_flush = server.cpu()
        server.flush()
        flushed = server.cpu() - before_flush
        result = {
            "protocol": protocol, "rate": rate, "load": load,
            "cpu_received": received / spans * 1e6,
            "cpu_all": (received + flushed) / spans * 1e6,
            "start": started,
            "visible": visible,
            "peak_load": peak_load,
            "peak_all": peak_megabytes(server.process.pid),
            "stored": folder_bytes(server.folder / "blocks") / spans,
            "blocks": len(list((server.folder / "blocks").rglob("rubato.json"))),
            "wal": folder_bytes(server.folder / "wal"),
        }
        result["queries"] = queries(command, server, rate, load, args)
        result["peak_queries"] = peak_megabytes(server.process.pid)
        result.update(again_warm(command, server, protocol, rate, args, load))
    with server:
        result["again"] = {"seconds": server.start_seconds, "cpu": server.start_cpu, "peak": server.start_peak}
        result["first"] = first_questions(server, load)
    return result


def fresh_start(command, folder, protocol, rate, args):
    """What a load costs a new process with an empty folder that is asked nothing else."""
    with Server(command, folder, args.wal_sync, args.warm_up) as server:
        return cost(command, server, protocol, rate, args, args.seed)


def cost(command, server, protocol, rate, args, seed, *more):
    """CPU of a span, all in, and the peak in MB with the flush after the load."""
    idle = server.cpu()
    load = send(command, server, protocol, rate, args, seed, *more)
    server.flush()
    return (server.cpu() - idle) / max(1, load["acknowledgedSpans"]) * 1e6, peak_megabytes(server.process.pid)


def send(command, server, protocol, rate, args, seed, *more):
    port = server.grpc_in if protocol == "grpc" else server.http_in
    load, problem = run_json([
        *command, "load", "--target", f"http://127.0.0.1:{port}", "--protocol", protocol, "--rate", str(rate), "--spans", str(args.spans),
        "--connections", str(args.connections), "--seed", str(seed), *more, "--output", "json"])
    if load is None:
        sys.exit(f"rubato load failed: {problem}")
    return load


def again_warm(command, server, protocol, rate, args, first):
    """
    The same once more on the same process: what a span costs when the runtime has compiled what is hot, which the first million pays for.
    Its spans lie two days earlier, outside the range of every question.
    """
    start = datetime.datetime.fromtimestamp(first["startUnixNano"] / 1e9 - 2 * 86_400, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    cpu, peak = cost(command, server, protocol, rate, args, args.seed + 1, "--start-time", start)
    return {"cpu_next": cpu, "peak_next": peak}


def visibility(server, before_unix_nano, probes=20):
    """
    Milliseconds from an acknowledgement until a search has found the span: the search begins when the answer is there, and is asked again
    until it finds. The spans lie an hour before the load, so that they are in none of its answers.
    """
    delays, again = [], 0
    start = before_unix_nano - 3_600_000_000_000
    for probe in range(probes):
        span = {"traceId": os.urandom(16).hex(), "spanId": os.urandom(8).hex(), "name": "probe", "kind": 1, "startTimeUnixNano": str(start),
                "endTimeUnixNano": str(start + 1), "attributes": [{"key": "bench.probe", "value": {"intValue": str(probe)}}]}
        body = json.dumps({"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "probe"}}]},
                                              "scopeSpans": [{"spans": [span]}]}]}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{server.http_in}/v1/traces", data=body, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
        acknowledged = time.perf_counter()
        query = urllib.parse.urlencode({"q": f"{{ span.bench.probe = {probe} }}", "start": start // 10**9 - 60, "end": start // 10**9 + 60})
        while time.perf_counter() < acknowledged + 30:
            with urllib.request.urlopen(f"{server.address}/api/search?{query}", timeout=30) as answer:
                if json.load(answer).get("traces"):
                    delays.append((time.perf_counter() - acknowledged) * 1000)
                    break
            again += 1
    return {"delays": delays, "probes": probes, "again": again}


def first_questions(server, load):
    """Each kind of question right after a start: the first answer, the second, and the median of the next nine, in ms."""
    connection = http.client.HTTPConnection("127.0.0.1", server.http, timeout=60)
    connection.connect()

    def ask(path):
        began = time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read()
        return (time.perf_counter() - began) * 1000, answer.status, text

    start = load["startUnixNano"] // 10**9 - 1
    span = {"start": start, "end": start + int(load["acknowledgedSpans"] / 20_000) + 60, "limit": 20}
    paths = [("any span", "/api/search?" + urllib.parse.urlencode({"q": "{ }", **span}))]
    rows, at = [], 0
    while at < len(paths):
        name, path = paths[at]
        times = []
        for _ in range(11):
            took, status, text = ask(path)
            times.append(took)
        note = "" if status in (200, 404) else f"status {status}"
        rows.append((name, times[0], times[1], statistics.median(times[2:]), note))
        if at == 0:
            ids = [trace["traceID"] for trace in json.loads(text).get("traces", [])] if status == 200 else []
            paths += [("trace by id, hit", f"/api/traces/{ids[0]}")] if ids else []
            paths += [("trace by id, miss", f"/api/traces/{MISSING_ID}")]
            paths += [(kind, "/api/search?" + urllib.parse.urlencode({"q": query, **span})) for kind, query, _, _ in SEARCHES]
            paths += [("tag names", "/api/v2/search/tags?" + urllib.parse.urlencode(span))]
            paths += [("tag values", "/api/v2/search/tag/resource.service.name/values?" + urllib.parse.urlencode(span))]
        at += 1
    connection.close()
    return rows


def queries(command, server, rate, load, args):
    # Span times run from the load's start at its rate; 250,000/s is the generator's rate of time at full speed.
    start = load["startUnixNano"] // 10**9 - 1
    span = ["--start", str(start), "--end", str(start + int(load["acknowledgedSpans"] / 20_000) + 60)]

    def ask(*what, repeat=args.repeat, ranged=True):
        return run_json([*command, "query", *what, *(span if ranged else []), "--address", server.address, "--repeat", str(repeat), "--output", "json"])

    found, problem = run_json([*command, "query", "search", "{ }", *span, "--limit", "20", "--address", server.address, "--output", "json"])
    rows = []
    ids = [trace["traceID"] for trace in (found or {}).get("traces", [])]
    if ids:
        # Several traces, so that one lucky place in a block is not the answer.
        hits = [ask("trace", each, repeat=max(10, args.repeat // 10), ranged=False)[0] for each in ids[:10]]
        hits = [hit for hit in hits if hit and list(hit["statuses"]) == ["200"]]
        if hits:
            median = {key: statistics.median(hit["latencyMillis"][key] for hit in hits) for key in ("p50", "p90", "p99")}
            rows.append(("trace by id, hit", median, f"{len(hits)} traces", 81, GOALS["hit"]))
    else:
        rows.append(("trace by id, hit", None, problem or "the search for ids found nothing", 81, GOALS["hit"]))
    miss, problem = ask("trace", MISSING_ID, ranged=False)
    rows.append(("trace by id, miss", miss and miss["latencyMillis"], problem if miss is None else "", 8, GOALS["miss"]))
    for name, query, tempo, goal in SEARCHES:
        answer, problem = ask("search", query, "--limit", "20")
        rows.append((f"{name}: `{query}`".replace("|", "\\|"), answer and answer["latencyMillis"], problem if answer is None else f"{answer['lastAnswerBytes']} bytes", tempo, goal))
    # Just the time of the spans, so that every interval has some.
    seconds = int(load["acknowledgedSpans"] / (rate or 250_000)) + 2
    span = ["--start", str(start), "--end", str(start + seconds)]
    step = f"{max(1, seconds * 1000 // METRICS_INTERVALS)}ms"
    for name, query, goal in METRICS:
        answer, problem = ask("metrics", query, "--step", step)
        rows.append((f"{name}: `{query}`".replace("|", "\\|"), answer and answer["latencyMillis"], problem if answer is None else f"{answer['lastAnswerBytes']} bytes, steps of {step}", "–", goal))
    return rows


def first_line(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        return (done.stdout or done.stderr).strip().splitlines()[0]
    except (OSError, IndexError):
        return "unknown"


def machine(command, data):
    cpus = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    memory = int(open("/proc/meminfo").readline().split()[1]) / 2**20
    return [
        ("CPU", f"{cpus[0] if cpus else platform.processor()}, {len(os.sched_getaffinity(0))} cores"),
        ("memory", f"{memory:.1f} GiB"),
        ("disk", first_line(["stat", "-f", "-c", "%T", str(data)])),
        ("system", f"{platform.system()} {platform.release()}"),
        (".NET", first_line(["dotnet", "--version"]) + " (SDK)"),
        ("rubato", first_line([*command, "-version"])),
        ("commit", first_line(["git", "describe", "--always", "--dirty", "--abbrev=10"])),
        ("date", datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")),
        ("load average before", open("/proc/loadavg").read().split()[0]),
    ]


def verdict(value, goal):
    """The cells "must" and "want"."""
    def one(limit):
        return f"{limit:g}: {'**yes**' if value <= limit else f'**no**, {value / limit:.2f} times'}"
    return f"{one(goal.must)} | {'' if goal.want is None else one(goal.want)}"


def median_of(values, digits):
    """The median, and what it is of."""
    median = f"{statistics.median(values):.{digits}f}"
    return median if len(values) == 1 else f"{median}, the median of {len(values)}: {', '.join(f'{value:.{digits}f}' for value in values)}"


def report(facts, runs, args):
    lines = ["# Measured numbers", "", "Written by `bench/measure.py`; [README.md](README.md) says how each number is taken.", ""]
    lines += ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts)]
    lines += [f"| spans, seed, connections | {args.spans:,}, {args.seed}, {args.connections} |", f"| WAL sync | {args.wal_sync or 'default'} |"]
    lines += [] if args.warm_up else ["| warm-up | off |"]
    lines += [""]
    for run in runs:
        lines += report_run(run)
    return "\n".join(lines)


def report_run(run):
    load, full = run["load"], run["rate"] == 0
    ms, start, again, delays = load["latencyMillis"], run["start"], run["again"], sorted(run["visible"]["delays"])
    nothing = " | "
    visible, seen = ("never seen", nothing) if not delays else (
        f"median {statistics.median(delays):.1f}, longest {delays[-1]:.1f}; {run['visible']['again']} searches of {run['visible']['probes']} came too early",
        verdict(delays[-1], GOALS["visible"]))
    cells = [
        ("start until ready, empty folder", f"{start['seconds']:.2f} s, {start['cpu']:.2f} s of CPU, {start['peak']:.0f} MB", nothing),
        ("start until ready, with the blocks", f"{again['seconds']:.2f} s, {again['cpu']:.2f} s of CPU, {again['peak']:.0f} MB", nothing),
        ("acknowledged", f"{load['acknowledgedSpans']:,} spans, {load['spansPerSecond']:,.0f}/s", nothing),
        ("refused, retries", f"{load['refusedSpans']:,} spans, {load['retries']:,}", nothing),
        ("acknowledgement, ms", f"p50 {ms['p50']}, p90 {ms['p90']}, p99 {ms['p99']}, max {ms['max']}", nothing),
        ("found by a search after the acknowledgement, ms", visible, seen),
        ("server CPU, receive and WAL, us/span", f"{run['cpu_received']:.2f}", nothing),
        ("server CPU, all in, us/span, from a fresh start", median_of(run["cpu_starts"], 2), verdict(statistics.median(run["cpu_starts"]), GOALS["cpu"])),
        ("server CPU, all in, us/span, as many again", f"{run['cpu_next']:.2f}", verdict(run["cpu_next"], GOALS["cpu"])),
        ("peak memory under load, MB", f"{run['peak_load']:.0f}", "recorded | " if full else verdict(run["peak_load"], GOALS["memory"])),
        ("peak memory with flush, MB", median_of(run["peak_starts"], 0), nothing),
        ("peak memory with queries, MB", f"{run['peak_queries']:.0f}", nothing),
        ("peak memory after as many again, MB", f"{run['peak_next']:.0f}", nothing),
        ("stored, bytes/span", f"{run['stored']:.1f} in {run['blocks']} blocks", verdict(run["stored"], GOALS["bytes"])),
        ("WAL left after flush, bytes", f"{run['wal']:,}", nothing),
        ("generator CPU, us/span", f"{load['generatorCpuMicrosPerSpan']:.2f}", nothing),
    ]
    lines = [f"## OTLP/{run['protocol']}, {'full speed' if full else format(run['rate'], ',') + ' spans/s'}", "",
             "| | measured | must | want |", "|---|---|---|---|"]
    lines += [f"| {name} | {value} | {goals} |" for name, value, goals in cells]
    lines += [f"| refused | {count:,} spans: {reason} | | |" for reason, count in load["refusals"].items()]
    lines += ["", "| question | p50 ms | p90 ms | p99 ms | Tempo 3.0.3 ms | must | want | |", "|---|---|---|---|---|---|---|---|"]
    for name, times, note, tempo, goal in run["queries"]:
        note = (note or "").splitlines()[0] if note else ""
        numbers = f"{times['p50']:.2f} | {times['p90']:.2f} | {times['p99']:.2f}" if times else "– | – | –"
        lines.append(f"| {name} | {numbers} | {tempo} | {verdict(times['p50'], goal) if times else nothing} | {note} |")
    lines += ["", "| right after a restart, in this order | first ms | second ms | then (median) | first / then | |", "|---|---|---|---|---|---|"]
    lines += [f"| {name} | {first:.1f} | {second:.1f} | {then:.1f} | {first / then:.1f} | {note} |" for name, first, second, then, note in run["first"]]
    return [*lines, ""]


def write_result(text, facts, out=None, suffix=""):
    """Writes and prints a result; without a place of its own it goes to the folder of its CPU."""
    commit = dict(facts)["commit"]
    cpu = re.sub(r"[^a-z0-9]+", "-", dict(facts)["CPU"].lower()).strip("-")
    out = out or ROOT / "bench/results" / cpu / f"{datetime.date.today():%Y-%m-%d}-{commit}{suffix}.md"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text)
    print(text)
    print(f"written to {out}", file=sys.stderr)


def published(args):
    """How to start the server; publishes it first when asked to, and makes the folder for data."""
    if args.build:
        # As it is shipped: with the runtime, all compiled ahead. Takes minutes.
        subprocess.run(["dotnet", "publish", "src/Rubato", "-c", "Release", "-p:PublishProfile=release", "-v", "q", "--nologo"], cwd=ROOT, check=True)
    if not args.rubato.exists():
        sys.exit(f"{args.rubato} does not exist: publish first (--build), or name it with --rubato")
    args.data.mkdir(parents=True, exist_ok=True)
    return [str(args.rubato.resolve())] if args.rubato.suffix != ".dll" else ["dotnet", str(args.rubato.resolve())]


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--rubato", type=pathlib.Path, default=ROOT / "artifacts/publish/Rubato/shipped/rubato", help="the published executable")
    parse.add_argument("--build", action="store_true", help="publish it first")
    parse.add_argument("--spans", type=int, default=1_000_000)
    parse.add_argument("--runs", default="grpc:20000,grpc:0,http:20000,http:0", help="protocol:rate, rate 0 is full speed")
    parse.add_argument("--connections", type=int, default=4)
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--starts", type=int, default=5, help="fresh starts whose median is the CPU figure: single ones differ by a tenth and more")
    parse.add_argument("--repeat", type=int, default=200, help="how often each question is asked")
    parse.add_argument("--wal-sync", help="storage.trace.wal.sync; default: the server's own")
    parse.add_argument("--no-warm-up", dest="warm_up", action="store_false", help="server.warm_up: false")
    parse.add_argument("--data", type=pathlib.Path, default=ROOT / "artifacts", help="where data folders are made; the disk counts")
    parse.add_argument("--keep", action="store_true", help="keep the data folders")
    parse.add_argument("--out", type=pathlib.Path, help="the Markdown file")
    args = parse.parse_args()
    command = published(args)
    facts = machine(command, args.data)

    runs = []
    for each in args.runs.split(","):
        protocol, _, rate = each.partition(":")
        folder = tempfile.mkdtemp(prefix="measure-", dir=args.data)
        print(f"{protocol} at {'full speed' if rate == '0' else rate + '/s'} ...", file=sys.stderr, flush=True)
        try:
            run = measure(command, folder, protocol, int(rate), args)
            run["cpu_starts"], run["peak_starts"] = [run["cpu_all"]], [run["peak_all"]]
            runs.append(run)
            print(f"  {run['cpu_all']:.2f} us/span, {run['peak_load']:.0f} MB, {run['stored']:.1f} bytes/span", file=sys.stderr, flush=True)
            for start in range(1, args.starts):
                again = pathlib.Path(folder) / f"start-{start}"
                again.mkdir()
                cpu, peak = fresh_start(command, again, protocol, int(rate), args)
                run["cpu_starts"].append(cpu)
                run["peak_starts"].append(peak)
                print(f"  {cpu:.2f} us/span, {peak:.0f} MB", file=sys.stderr, flush=True)
                if not args.keep:
                    shutil.rmtree(again, ignore_errors=True)
        finally:
            if args.keep:
                print(f"  kept {folder}", file=sys.stderr)
            else:
                shutil.rmtree(folder, ignore_errors=True)

    text = report(facts, runs, args)
    write_result(text, facts, args.out)


if __name__ == "__main__":
    main()
