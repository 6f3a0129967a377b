#!/usr/bin/env python3
"""What a span costs the server by each protocol, against OTLP over gRPC; writes bench/results/<cpu>/<date>-<commit>-receivers.md.

    python3 bench/receivers.py --build                                3 rounds of 400,000 spans each at 20,000/s, about fifteen minutes
    python3 bench/receivers.py --rounds 1 --spans 100000 --rate 0     a quick look

Every protocol carries the same spans (`rubato load --protocol`), in requests of about 500, and again of about 17 with `+split` (`--split-resources`): one for
each process, as SDKs and Jaeger's clients send them, and the only way in which Jaeger Thrift can. Senders take turns, each round in another order, each on a fresh process
that has already compiled what is hot. Python 3 standard library only; Linux (/proc).
"""
import argparse
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

import measure

ROOT = measure.ROOT
# Each is held against OTLP in requests of the same size.
SENDERS = ["otlp", "jaeger-grpc", "zipkin-json", "otlp+split", "jaeger-grpc+split", "jaeger-thrift+split", "zipkin-json+split"]
GOAL = measure.Goal(3, None)
WARM_UP_SPANS = 300_000


def settle(server, seconds=30):
    """Until the server does next to nothing for a second: what the warm-up made hot waits its turn to be compiled, and is no cost of the spans that follow."""
    end, used = time.monotonic() + seconds, server.cpu()
    while time.monotonic() < end:
        time.sleep(1)
        now = server.cpu()
        if now - used < 0.03:
            return
        used = now


def send(command, server, sender, rate, spans, args, seed):
    protocol, _, split = sender.partition("+")
    ports = {"otlp": server.grpc_in, "otlp-http": server.http_in, **server.more_ports}
    load, problem = measure.run_json([
        *command, "load", "--target", f"http://127.0.0.1:{ports[protocol]}", "--protocol", protocol, "--rate", str(rate), "--spans", str(spans),
        "--connections", str(args.connections), "--seed", str(seed), "--output", "json", *(["--split-resources"] if split else [])])
    if load is None or load["refusedSpans"] or load.get("stopped"):
        sys.exit(f"rubato load --protocol {protocol} failed: {problem if load is None else load}")
    return load


def cost(command, sender, args):
    folder = tempfile.mkdtemp(prefix="receivers-", dir=args.data)
    jaeger_grpc, jaeger_thrift, zipkin = measure.free_ports(3)
    receivers = f"""
    jaeger:
      protocols:
        grpc: {{ endpoint: "127.0.0.1:{jaeger_grpc}" }}
        thrift_http: {{ endpoint: "127.0.0.1:{jaeger_thrift}" }}
    zipkin: {{ endpoint: "127.0.0.1:{zipkin}" }}"""
    try:
        with measure.Server(command, folder, None, more_receivers=receivers) as server:
            server.more_ports = {"jaeger-grpc": jaeger_grpc, "jaeger-thrift": jaeger_thrift, "zipkin-json": zipkin}
            send(command, server, sender, 0, WARM_UP_SPANS, args, args.seed + 1)
            server.flush()
            settle(server)
            before = server.cpu()
            load = send(command, server, sender, args.rate, args.spans, args, args.seed)
            received = server.cpu() - before
            server.flush()
            spans = load["acknowledgedSpans"]
            return {"received": received / spans * 1e6, "all": (server.cpu() - before) / spans * 1e6, "load": load,
                    "stored": measure.folder_bytes(server.folder / "blocks") / (spans + WARM_UP_SPANS), "peak": measure.peak_megabytes(server.process.pid)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measured(command, args):
    costs = {sender: [] for sender in args.senders}
    for number in range(args.rounds):
        turn = number % len(args.senders)
        for sender in args.senders[turn:] + args.senders[:turn]:
            costs[sender].append(cost(command, sender, args))
            print(f"round {number + 1}, {sender}: {costs[sender][-1]['all']:.2f} us/span", file=sys.stderr, flush=True)
    return costs


def report(facts, costs, args):
    def median(sender, what):
        return statistics.median(each[what] for each in costs[sender])

    lines = ["# What a span costs by each protocol", "", "Written by `bench/receivers.py`; [README.md](../README.md) says how.", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in facts]
    lines += [f"| spans, rate, rounds, seed, connections | {args.spans:,}, {format(args.rate, ',') + '/s' if args.rate else 'full speed'}, {args.rounds}, {args.seed}, {args.connections} |", "",
              "| sender | spans a request | bytes a span | server CPU, receive and WAL, us/span | server CPU, all in, us/span | each round | against OTLP of this size | must | peak MB | stored, bytes/span | p50 ms |",
              "|---|---|---|---|---|---|---|---|---|---|---|"]
    for sender, rounds in costs.items():
        protocol, _, split = sender.partition("+")
        against = "otlp" + (f"+{split}" if split else "")
        ratio = median(sender, "all") / median(against, "all") if protocol != "otlp" and against in costs else None
        load = rounds[-1]["load"]
        lines.append(
            f"| {sender} | {load['acknowledgedSpans'] / load['acknowledgedRequests']:.0f} | {load['bytesSent'] / load['acknowledgedSpans']:.0f} | "
            f"{median(sender, 'received'):.2f} | {median(sender, 'all'):.2f} | {', '.join(format(each['all'], '.2f') for each in rounds)} | "
            f"{'' if ratio is None else format(ratio, '.2f')} | {'' if ratio is None else measure.verdict(ratio, GOAL).split(' |')[0]} | "
            f"{median(sender, 'peak'):.0f} | {median(sender, 'stored'):.1f} | {load['latencyMillis']['p50']} |")
    return "\n".join([*lines, ""])


def main():
    parse = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parse.add_argument("--rubato", type=pathlib.Path, default=ROOT / "artifacts/publish/Rubato/shipped/rubato", help="the published executable")
    parse.add_argument("--build", action="store_true", help="publish it first")
    parse.add_argument("--senders", type=lambda text: text.split(","), default=SENDERS, help=f"with commas; default {','.join(SENDERS)}")
    parse.add_argument("--spans", type=int, default=400_000)
    parse.add_argument("--rate", type=int, default=20_000, help="spans per second; 0 is full speed")
    parse.add_argument("--rounds", type=int, default=3)
    parse.add_argument("--connections", type=int, default=4)
    parse.add_argument("--seed", type=int, default=1)
    parse.add_argument("--data", type=pathlib.Path, default=ROOT / "artifacts", help="where data folders are made; the disk counts")
    parse.add_argument("--out", type=pathlib.Path, help="the Markdown file")
    args = parse.parse_args()
    command = measure.published(args)
    facts = measure.machine(command, args.data)
    measure.write_result(report(facts, measured(command, args), args), facts, args.out, "-receivers")


if __name__ == "__main__":
    main()
