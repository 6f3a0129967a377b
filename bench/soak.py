#!/usr/bin/env python3
"""Runs a published rubato server for long under load, questions and kills, and checks every span; writes bench/results/<cpu>/<date>-<commit>-soak.md.

    python3 bench/soak.py --build                            30 minutes at 20,000 spans/s
    python3 bench/soak.py --minutes 3 --rate 5000 --seed 7   a quick look

Meanwhile: blocks are cut every few seconds (and compacted, where the server compacts), traces are asked for by id and compared with what was
sent, searches and tag values are asked, and the server is killed twice with SIGKILL and started again on the same folder: at random
moments of the first half, so that the second half is one life, whose memory must stay flat (not judged in a run of less than about ten minutes).

In the end the server is stopped and `Rubato.Oracles soak` reads every span of every block: each acknowledged one must be there once, and
nothing else but spans of requests that a kill cut off. Python 3 standard library only; Linux (/proc).
"""
import argparse
import datetime
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import measure

ORACLES = measure.ROOT / "tests/Rubato.Oracles"
MASK = 2**64 - 1
CHUNK_SECONDS = 20
SAMPLE_SECONDS = 10
SETTLE_MINUTES = 3
# The design's limit for the whole process at 20,000 spans/s.
MAX_PEAK_MEGABYTES = 500


def mix(value):
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def at(key, index):
    return mix((key + (index + 1) * 0x9E3779B97F4A7C15) & MASK)


def trace_id(seed, number):
    """The id of a trace of `rubato load`: LoadValues.TraceKey and TraceId."""
    key = at(mix(seed ^ 0x526174654F664C64), number)
    return f"{at(key, 0):016x}{key or 1:016x}"


def slope(points):
    """Least squares, units of y per unit of x."""
    if len(points) < 3:
        return float("nan")
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    across = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / across


class Soak:
    """One run. The main thread sends and kills; two others ask and sample. `problems` is what fails the run."""

    def __init__(self, command, folder, args):
        self.command, self.folder, self.args = command, pathlib.Path(folder), args
        self.random = random.Random(args.seed)
        self.server = measure.Server(command, folder, None)
        config = self.folder / "config.yaml"
        # Small limits, so that a run of minutes sees what a server sees in days.
        config.write_text(config.read_text().replace("    backend: local\n", "    backend: local\n    blocklist_poll: 10s\n") + f"""
ingester: {{ max_block_bytes: {args.block_bytes}, max_block_duration: 15s, flush_check_period: 2s, trace_idle_period: 2s }}
compactor: {{ compaction: {{ block_retention: 48h, compacted_block_retention: 60s, compaction_window: 5m, compaction_cycle: 10s }} }}
""")
        self.loads, self.problems, self.samples, self.kills = [], [], [], []
        self.asked = {"traces by id": 0, "searches": 0, "tag values": 0, "incomplete answers": 0}
        self.stop, self.down = threading.Event(), threading.Event()
        self.cpu = 0.0

    def run(self):
        self.began = time.monotonic()
        half = self.args.minutes * 30
        # A kill in each quarter of the first half but the first.
        moments = sorted([self.random.uniform(0.3, 0.55) * half, self.random.uniform(0.6, 0.85) * half])
        self.server.__enter__()
        threads = [threading.Thread(target=self.guard, args=(work,), daemon=True) for work in (self.ask, self.sample)]
        for thread in threads:
            thread.start()
        killer = threading.Thread(target=self.guard, args=(lambda: self.kill(moments),), daemon=True)
        killer.start()
        try:
            while self.elapsed() < self.args.minutes * 60 and not self.problems:
                self.send()
        finally:
            self.stop.set()
            for thread in [*threads, killer]:
                thread.join(180)
        self.take_sample()
        self.server.flush()
        self.cpu += self.server.cpu()
        self.metrics = self.scrape()
        self.server.stop()

    def elapsed(self):
        return time.monotonic() - self.began

    def guard(self, work):
        try:
            work()
        except Exception as error:  # a thread must not end unnoticed
            self.problems.append(f"{getattr(work, '__name__', 'work')}: {type(error).__name__} {error}")

    # --- load and kills

    def send(self):
        while self.down.is_set() and not self.stop.is_set():
            time.sleep(0.1)
        seed = self.args.seed * 100_000 + len(self.loads)
        start = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) - datetime.timedelta(seconds=4)
        spans = max(500, int(self.args.rate * min(CHUNK_SECONDS, max(1, self.args.minutes * 60 - self.elapsed()))))
        acks = self.folder / f"acks-{len(self.loads)}"
        self.loads.append({"seed": seed, "rate": self.args.rate, "startUnixNano": int(start.timestamp()) * 10**9, "spans": spans, "ackFile": str(acks)})
        kills = len(self.kills)
        # No retries: a request is sent once, so that what comes twice was made twice by the server.
        result, problem = measure.run_json([
            *self.command, "load", "--target", f"http://127.0.0.1:{self.server.grpc_in}", "--rate", str(self.args.rate), "--spans", str(spans), "--seed", str(seed),
            "--start-time", start.strftime("%Y-%m-%dT%H:%M:%SZ"), "--retries", "0", "--ack-file", str(acks), "--output", "json"])
        if result is None:
            self.problems.append(f"rubato load: {problem}")
            return
        self.loads[-1]["acknowledged"] = result["acknowledgedSpans"]
        self.loads[-1]["refusals"] = result["refusals"]
        self.loads[-1]["p99"] = result["latencyMillis"]["p99"]
        if result["refusedSpans"] and len(self.kills) == kills and not self.down.is_set():
            self.problems.append(f"spans were refused without a kill: {result['refusals']}")

    def kill(self, moments):
        for moment in moments:
            if self.stop.wait(max(0, moment - self.elapsed())):
                return
            self.cpu += self.server.cpu()
            self.down.set()
            self.server.process.kill()
            self.server.process.wait()
            self.server.log.close()
            killed = time.monotonic()
            self.server.__enter__()
            self.kills.append((killed - self.began, self.server.start_seconds))
            self.down.clear()

    # --- questions

    def ask(self):
        chance = random.Random(self.args.seed + 1)
        while not self.stop.wait(self.args.pause):
            try:
                self.ask_request(chance)
                self.ask_search()
            except (OSError, ValueError, KeyError) as error:
                # A kill breaks connections off; anything else is a problem.
                time.sleep(1)
                if not self.down.is_set() and not (self.kills and self.elapsed() - sum(self.kills[-1]) < 15):
                    self.problems.append(f"a question failed: {type(error).__name__} {error}")

    def get(self, path):
        try:
            with urllib.request.urlopen(self.server.address + path, timeout=60) as answer:
                if answer.headers.get("X-Rubato-Incomplete"):
                    self.asked["incomplete answers"] += 1
                    raise ValueError(f"{path}: incomplete: {answer.headers['X-Rubato-Incomplete']}")
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ValueError(f"{path}: {error.code} {error.read()[:300]!r}") from error

    def ask_request(self, chance):
        """All traces of one acknowledged request by id: together they must have its number of spans, none twice."""
        load = chance.choice(self.loads[:])
        file = pathlib.Path(load["ackFile"])
        lines = file.read_text().splitlines()[:-1] if file.exists() else []
        if not lines:
            return
        first, last, spans = map(int, chance.choice(lines).split())
        found = []
        for number in range(first, last + 1):
            trace = trace_id(load["seed"], number)
            answer = self.get("/api/traces/" + trace)
            found += [(trace, span["spanId"]) for batch in answer["batches"] for scope in batch["scopeSpans"] for span in scope["spans"]]
            self.asked["traces by id"] += 1
        if len(found) != spans or len(set(found)) != spans:
            self.problems.append(f"request {load['seed']}/{first}: {spans} spans were acknowledged, {len(found)} found, {len(set(found))} different")

    def ask_search(self):
        now = int(time.time())
        window = {"start": now - 60, "end": now + 5}
        found = self.get("/api/search?" + urllib.parse.urlencode({"q": '{ resource.service.name = "frontend" && kind = server }', "limit": 20, **window}))
        ids = [trace["traceID"] for trace in found.get("traces", [])]
        if len(ids) != len(set(ids)):
            self.problems.append("a search gave a trace twice")
        starts = [int(trace["startTimeUnixNano"]) for trace in found.get("traces", [])]
        if starts != sorted(starts, reverse=True):
            self.problems.append("a search was not newest first")
        self.asked["searches"] += 1
        values = self.get("/api/v2/search/tag/resource.service.name/values?" + urllib.parse.urlencode(window))
        if ids and "frontend" not in [value["value"] for value in values["tagValues"]]:
            self.problems.append("tag values lack a service that a search finds")
        self.asked["tag values"] += 1

    # --- memory

    def sample(self):
        while not self.stop.wait(SAMPLE_SECONDS):
            self.take_sample()

    def take_sample(self):
        if self.down.is_set():
            return
        try:
            now, peak = measure.memory_megabytes(self.server.process.pid)
        except FileNotFoundError:
            return
        if now:
            blocks = len(list((self.folder / "blocks").rglob("rubato.json")))
            self.samples.append((self.elapsed() / 60, now, peak, blocks))

    def scrape(self):
        with urllib.request.urlopen(self.server.address + "/metrics", timeout=60) as answer:
            text = answer.read().decode()
        wanted = ("tempo_ingester_blocks_flushed_total", "tempodb_compaction", "tempodb_retention", "rubato_compact", "tempodb_blocklist_length")
        return [line for line in text.splitlines() if line.startswith(wanted) and "_bucket" not in line]


def verify(soak):
    loads = soak.folder / "loads.json"
    loads.write_text(json.dumps(soak.loads))
    done = subprocess.run(
        ["dotnet", "run", "--project", str(ORACLES), "-c", "Release", "--no-build", "--", "soak", str(soak.folder / "blocks"), str(loads)],
        capture_output=True, text=True, cwd=measure.ROOT)
    try:
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        return {"error": (done.stderr or done.stdout)[-2000:]}


def report(facts, soak, spans, args):
    # A new life grows while its caches and the compiler's code fill: that is no leak, and a run too short for anything else is not judged.
    settled = max([args.minutes / 2, *((moment + again) / 60 + SETTLE_MINUTES for moment, again in soak.kills)])
    second = [(x, rss) for x, rss, _, _ in soak.samples if x >= settled]
    is_judged = args.minutes - settled >= SETTLE_MINUTES
    growth = slope(second)
    peak = max((p for _, _, p, _ in soak.samples), default=float("nan"))
    sent = sum(load.get("acknowledged", 0) for load in soak.loads)
    stored = measure.folder_bytes(soak.folder / "blocks")
    flat = not is_judged or growth <= args.max_slope
    verdicts = [
        ("every acknowledged span there, none twice, none unknown", spans.get("missingSpans") == 0 and spans.get("doubledSpans") == 0 and spans.get("unknownSpans") == 0),
        ("as many acknowledged by the generator as in its files", spans.get("acknowledgedSpans") == sent),
        *([(f"memory flat: at most {args.max_slope:g} MB a minute over the second half", flat)] if is_judged else []),
        (f"peak memory at most {MAX_PEAK_MEGABYTES} MB", peak <= MAX_PEAK_MEGABYTES),
        ("two kills survived", len(soak.kills) == 2),
        ("every question answered right", not soak.problems),
    ]
    good = all(passed for _, passed in verdicts)
    lines = [f"# Soak: {'passed' if good else '**failed**'}", "", "Written by `bench/soak.py`, which says how it is taken.", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts]
    lines += [f"| minutes, spans/s, seed | {args.minutes:g}, {args.rate:,}, {args.seed} |", f"| block limits | {args.block_bytes:,} bytes of OTLP, 15 s |", ""]
    lines += ["| verdict | |", "|---|---|", *(f"| {name} | {'yes' if passed else '**no**'} |" for name, passed in verdicts), ""]
    lines += ["| | |", "|---|---|",
              f"| acknowledged | {sent:,} spans in {len(soak.loads)} loads, worst p99 {max((load.get('p99', 0) for load in soak.loads), default=0)} ms |",
              f"| spans in blocks | {spans.get('foundSpans', 0):,}; missing {spans.get('missingSpans')}, doubled {spans.get('doubledSpans')}, unknown {spans.get('unknownSpans')}; of requests without an answer {spans.get('unacknowledgedFound')} |",
              f"| blocks | {spans.get('blocks')} live, by compaction level {spans.get('levels')}; {stored / max(1, sent):.1f} bytes/span on disk |",
              f"| server CPU, all in | {soak.cpu / max(1, sent) * 1e6:.2f} us/span |",
              f"| memory | {f'slope of the second half {growth:+.2f} MB/min over {len(second)} samples' if is_judged else 'too short a run to tell whether it is flat'}, peak {peak:.0f} MB |",
              *(f"| killed at {moment / 60:.1f} min | ready again after {again:.1f} s |" for moment, again in soak.kills),
              *(f"| {name} | {count:,} |" for name, count in soak.asked.items()), ""]
    lines += [f"- {problem}" for problem in [*soak.problems[:20], *spans.get("examples", []), *([spans["error"]] if "error" in spans else [])]]
    lines += ["", "| minute | resident MB | peak MB | live blocks |", "|---|---|---|---|"]
    step = max(1, len(soak.samples) // 40)
    lines += [f"| {x:.1f} | {rss:.0f} | {top:.0f} | {blocks} |" for x, rss, top, blocks in soak.samples[::step]]
    lines += ["", "```", *soak.metrics[:40], "```", ""]
    return "\n".join(lines), good


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--rubato", type=pathlib.Path, default=measure.ROOT / "artifacts/publish/Rubato/release/rubato", help="the published executable")
    parse.add_argument("--build", action="store_true", help="publish it first, and build what checks the blocks")
    parse.add_argument("--minutes", type=float, default=30)
    parse.add_argument("--rate", type=int, default=20_000)
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--block-bytes", type=int, default=100_000_000, help="ingester.max_block_bytes")
    parse.add_argument("--pause", type=float, default=1.0, help="seconds between rounds of questions (about 45 each)")
    parse.add_argument("--max-slope", type=float, default=2.0, help="MB a minute that resident memory may grow over the second half")
    parse.add_argument("--data", type=pathlib.Path, default=measure.ROOT / "artifacts", help="where the data folder is made")
    parse.add_argument("--keep", action="store_true", help="keep the data folder")
    parse.add_argument("--out", type=pathlib.Path, help="the Markdown file")
    args = parse.parse_args()
    if args.build:
        subprocess.run(["dotnet", "build", str(ORACLES), "-c", "Release", "-v", "q", "--nologo"], cwd=measure.ROOT, check=True)
    command = measure.published(args)
    facts = measure.machine(command, args.data)
    folder = tempfile.mkdtemp(prefix="soak-", dir=args.data)
    try:
        soak = Soak(command, folder, args)
        try:
            soak.run()
        finally:
            if soak.server.process.poll() is None:
                soak.server.stop()
        text, good = report(facts, soak, verify(soak), args)
        measure.write_result(text, facts, args.out, suffix="-soak")
    finally:
        if args.keep:
            print(f"kept {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
