#!/usr/bin/env python3
"""Measures a published rubato server that receives and compacts at the same time; prints a table, or writes it with --out.

    python3 bench/compaction.py                            6 M spans at 50,000/s: two minutes
    python3 bench/compaction.py --spans 1000000 --rate 20000 --queries

What it tells: CPU per span with compaction counted, how many times each span was written again, whether merging keeps up (blocks listed
while the load runs), memory, bytes per span afterwards. Python 3 standard library only; Linux (/proc).
"""
import argparse
import pathlib
import shutil
import sys
import tempfile
import threading
import time
import urllib.request

import measure


def metrics(server):
    """Every metric by name, summed over labels; and the level ones by label too."""
    values = {}
    with urllib.request.urlopen(server.address + "/metrics", timeout=30) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith("#") or " " not in line:
                continue
            name, value = line.rsplit(" ", 1)
            bare = name.split("{")[0]
            values[bare] = values.get(bare, 0) + float(value)
            values[name] = float(value)
    return values


class Watch(threading.Thread):
    """Looks at the block list every second."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.samples, self.ended = server, [], threading.Event()

    def run(self):
        began = time.monotonic()
        while not self.ended.wait(1):
            try:
                now = metrics(self.server)
            except OSError:
                continue
            self.samples.append((time.monotonic() - began, now.get("tempodb_blocklist_length", 0), now.get("rubato_compaction_spans_written_total", 0)))


def wait_until_merged(server, seconds):
    """Until nothing was merged for a few cycles."""
    last, since, limit = -1, time.monotonic(), time.monotonic() + seconds
    while time.monotonic() < limit:
        written = metrics(server).get("rubato_compaction_spans_written_total", 0)
        if written != last:
            last, since = written, time.monotonic()
        elif time.monotonic() - since > 8:
            return True
        time.sleep(1)
    return False


def live_bytes(folder):
    return sum(measure.folder_bytes(path.parent) for path in folder.rglob("rubato.json") if path.stat().st_size > 100)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, default=6_000_000)
    parser.add_argument("--rate", type=int, default=50_000)
    parser.add_argument("--protocol", default="grpc")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=50, help="of each question with --queries")
    parser.add_argument("--queries", action="store_true", help="ask the usual questions over the compacted blocks")
    parser.add_argument("--rubato", default=str(measure.ROOT / "artifacts/publish/Rubato/release/rubato"))
    parser.add_argument("--data", default=None, help="folder for the data; default: a temporary one")
    parser.add_argument("--set", action="append", default=[], help="another key of compactor.compaction, such as max_input_blocks=4")
    parser.add_argument("--wait", type=int, default=120, help="seconds after the load until merging must be done")
    parser.add_argument("--out", type=pathlib.Path)
    args = parser.parse_args()

    folder = pathlib.Path(args.data or tempfile.mkdtemp(prefix="compaction-", dir=measure.ROOT / "artifacts"))
    folder.mkdir(parents=True, exist_ok=True)
    command = [args.rubato]
    server = measure.Server(command, folder, None)
    keys = {"compaction_cycle": "1s", **dict(pair.split("=", 1) for pair in args.set)}
    config = folder / "config.yaml"
    config.write_text(config.read_text() + "compactor:\n  compaction:\n" + "".join(f"    {name}: {value}\n" for name, value in keys.items()))
    try:
        with server:
            idle = server.cpu()
            watch = Watch(server)
            watch.start()
            load = measure.send(command, server, args.protocol, args.rate, args, args.seed)
            spans = max(1, load["acknowledgedSpans"])
            during, merged_during = server.cpu() - idle, metrics(server).get("rubato_compaction_spans_written_total", 0)
            peak = measure.peak_megabytes(server.process.pid)
            before = server.cpu()
            server.flush()
            flush = server.cpu() - before
            before = server.cpu()
            done = wait_until_merged(server, args.wait)
            after = server.cpu() - before
            watch.ended.set()
            now = metrics(server)
            merged = now.get("rubato_compaction_spans_written_total", 0)
            listed = [count for at, count, _ in watch.samples]
            lines = [
                ("spans, acknowledged at", f"{spans:,}, {load['spansPerSecond']:,.0f}/s"),
                ("refused", f"{load['refusedSpans']:,}"),
                ("server CPU while the load ran, us/span", f"{during / spans * 1e6:.2f}"),
                ("server CPU until all is merged, us/span", f"{(during + flush + after) / spans * 1e6:.2f}"),
                ("spans written by merges, times those received", f"{merged / spans:.2f} ({merged_during / spans:.2f} while the load ran)"),
                ("merging after the load, CPU us for each span it wrote", f"{after / max(1, merged - merged_during) * 1e6:.2f}"),
                ("merges: time", f"{now.get('rubato_compaction_duration_seconds_sum', 0):.1f} s in {now.get('rubato_compaction_duration_seconds_count', 0):.0f}"),
                ("blocks listed: most, at the end", f"{max(listed, default=0):.0f}, {now.get('tempodb_blocklist_length', 0):.0f}"),
                ("errors", f"{now.get('tempodb_compaction_errors_total', 0):.0f}"),
                ("merging came to its end", "yes" if done else f"no, not within {args.wait} s"),
                ("peak memory, MB: under load, at the end", f"{peak:.0f}, {measure.peak_megabytes(server.process.pid):.0f}"),
                ("stored, bytes/span", f"{live_bytes(folder / 'blocks') / spans:.1f}"),
                ("acknowledgement, ms", f"p50 {load['latencyMillis']['p50']}, p99 {load['latencyMillis']['p99']}, max {load['latencyMillis']['max']}"),
            ]
            text = "| | |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in [*measure.machine(command, folder), *lines])
            if args.queries:
                text += "\n| question | p50 ms | p90 ms | |\n|---|---|---|---|\n"
                for name, times, note, _, _ in measure.queries(command, server, args.rate, load, args):
                    text += f"| {name} | {times['p50']:.2f} | {times['p90']:.2f} | {note} |\n" if times else f"| {name} | – | – | {note} |\n"
    finally:
        server.stop()
        if not args.data:
            shutil.rmtree(folder, ignore_errors=True)
    print(text)
    if args.out:
        args.out.write_text("# Compaction while receiving\n\nWritten by `bench/compaction.py`.\n\n" + text)


if __name__ == "__main__":
    sys.exit(main())
