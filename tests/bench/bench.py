"""What a sync costs, row by row, beside its floor: the same work without the engine.

Each row is measured several times, floor and engine in turn, in one run. The ratio is that of each
pair; the table shows median, least and greatest. Besides the time that passed (what a user waits
for, and what a busy machine disturbs) there is the time of the processor, which it disturbs less.
"""
import argparse
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import service_bench

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = Path(os.environ.get("TANDEM_BUILD", ROOT / "build" / "release"))
TANDEM = BUILD / "tandem"
PROGRAMS = BUILD / "tests" / "bench"
EDITED_AT = 1769904000000  # 2026-02-01: between a record's first version and its edit
PAGE_PULL, PAGE_PUSH = 500, 100
PAGE_HTTP, LATENCY_MS, BATCH_BYTES = 100, 20, 8000
CORES_AT_CEILING = 0.1


class Cost:
    """What one process took."""

    def __init__(self, wall, processor, peak_kib, output):
        self.wall, self.processor, self.peak_kib, self.output = wall, processor, peak_kib, output


def run(command):
    """Run a command to its end and measure it; its failure ends the bench."""
    command = [str(word) for word in command]
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if child.returncode != 0:
        sys.exit(f"bench: {' '.join(command)} ended with {child.returncode}: {text[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, text)


class Home:
    """A scratch home with one of the bench's integrations: another one would have to be told of
    every change."""

    def __init__(self, folder, integration):
        self.folder, self.integration = folder, integration
        (folder / "config" / "integrations").mkdir(parents=True)
        (folder / "lua").mkdir()
        shutil.copy(HERE / "home" / "config" / "integrations" / f"{integration}.lua",
                    folder / "config" / "integrations")
        shutil.copytree(ROOT / "lua" / "lib", folder / "lua" / "lib")
        shutil.copytree(HERE / "integrations", folder / "lua" / "integrations")
        self.database = folder / "var" / "tandem.db"

    def copy_integration(self, name):
        """A second one of the same kind; every one of them knows the same people."""
        for folder, suffix in (("config", ".lua"), ("lua", "")):
            source = self.folder / folder / "integrations" / f"{self.integration}{suffix}"
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, source.with_name(f"{name}{suffix}"))
        manifest = self.folder / "lua" / "integrations" / name / "integration.lua"
        manifest.write_text(manifest.read_text().replace(f'"{self.integration}"', f'"{name}"'))

    def sync_all(self, jobs, *words):
        """One run of every integration, so many at once."""
        cost = run([TANDEM, "--home", self.folder, "sync", "--all", "--json", "--jobs", jobs, *words])
        cost.summaries = json.loads(cost.output)
        return cost

    def sync(self, *words, program=TANDEM, **options):
        """One run of the integration; keyword arguments are its options."""
        command = [program, "--home", self.folder, "sync", self.integration, "--json", *words]
        for name, value in options.items():
            command += ["--option", f"{name}:{value}"]
        cost = run(command)
        cost.summary = json.loads(cost.output)
        return cost

    def save(self, name):
        """Keep the database as it is under a name."""
        with sqlite3.connect(self.database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copy(self.database, self.folder / name)

    def restore(self, name):
        """Put the database of that name back, on the disk and not on its way there."""
        for suffix in ("-wal", "-shm"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.folder / name, self.database)
        os.sync()


class ShippedHome(Home):
    """A home with one of the integrations that are shipped, as its sample configures it, but for its limits."""

    def __init__(self, folder, integration):
        self.folder, self.integration = folder, integration
        self.database = folder / "var" / "tandem.db"
        for part in ("lua/lib", "lua/vendor", f"lua/integrations/{integration}"):
            shutil.copytree(ROOT / part, folder / part)
        sample = (ROOT / "config" / "integrations" / f"{integration}.lua.example").read_text()
        settings = folder / "config" / "integrations" / f"{integration}.lua"
        settings.parent.mkdir(parents=True)
        settings.write_text(re.sub(r"(per_second|burst) = \d+", r"\1 = 100000", sample))


class Vendor:
    """A test server of tests/servers with so many contacts; its address is in the environment."""

    def __init__(self, name, count):
        self.name, self.count = name, count

    def __enter__(self):
        self.process = subprocess.Popen([ROOT / "tests" / "servers" / self.name, "--port", "0"],
                                        stdout=subprocess.PIPE, text=True)
        url = self.process.stdout.readline().split()[-1]
        seed = {"seed": {"object": "contacts", "count": self.count}}
        urllib.request.urlopen(f"{url}/_control", json.dumps(seed).encode()).close()
        os.environ.update({f"{self.name.upper()}_URL": url, f"{self.name.upper()}_TOKEN": "token-of-tests"})

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def edit_contacts(database):
    """Three of ten fields of each contact change here, in id order, so that they are tracked."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA trusted_schema = ON")
    connection.execute("UPDATE engine_state SET now = ?", (EDITED_AT,))
    connection.execute("UPDATE contact SET firstname = firstname || '-a',"
                       " lastname = lastname || '-a', city = city || '-a'")
    connection.execute("UPDATE engine_state SET now = NULL")
    connection.commit()
    connection.close()


class Server:
    """The page server; its address is in the environment while it runs."""

    def __init__(self, pages, latency=LATENCY_MS):
        self.command = [PROGRAMS / "page_server", str(pages), str(PAGE_HTTP), str(latency)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        os.environ["BENCH_URL"] = self.url
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Bench:
    """All rows, with the states of the database that they start from."""

    def __init__(self, folder, count, pages, repeats):
        self.folder, self.home = folder, Home(folder / "home", "bench")
        self.count, self.pages, self.repeats = count, pages, repeats
        self.rows = []

    def prepare(self):
        """The states that the rows of the store start from."""
        self.home.sync(count=0)
        self.home.save("empty.db")
        self.home.sync("--disable-push", count=self.count, page=PAGE_PULL)
        self.home.save("mapped.db")
        edit_contacts(self.home.database)
        self.home.save("edited.db")

    def add(self, name, bound, pairs, unit="s", **more):
        """A row from (floor, engine) pairs of (time passed, processor time)."""
        def three(numbers):
            return {"median": statistics.median(numbers), "min": min(numbers), "max": max(numbers)}
        row = {"row": name, "bound": bound, "unit": unit,
               "floor": three([floor[0] for floor, _ in pairs]),
               "engine": three([engine[0] for _, engine in pairs]),
               "ratio": three([engine[0] / floor[0] for floor, engine in pairs]), **more}
        if all(floor[1] for floor, _ in pairs):
            row["processor_ratio"] = three([engine[1] / floor[1] for floor, engine in pairs])
            row["processor"] = [statistics.median([floor[1] for floor, _ in pairs]),
                                statistics.median([engine[1] for _, engine in pairs])]
        self.rows.append(row)
        print(".", end="", file=sys.stderr, flush=True)

    def script_alone(self, options):
        """The time that bare Lua takes for the records of a pull: no engine can do without it, and
        no floor has it."""
        builder = HERE / "integrations" / "bench" / "report_builder.lua"
        words = [options[name] for name in ("count", "page", "edited", "changed_at") if name in options]
        return run(["lua5.4", HERE / "report_floor.lua", builder, *words]).wall

    def store_row(self, name, bound, floor, state, page, expected, words, options):
        """A row whose floor works on the same database: `expected` is what the run must count."""
        pairs, scripts = [], []
        for _ in range(self.repeats):
            self.home.restore(state)
            by_hand = run([PROGRAMS / "store_floor", floor, self.home.database, self.count, page])
            self.home.restore(state)
            engine = self.home.sync(*words, **options)
            for (direction, what), number in expected.items():
                counted = engine.summary[direction][what]
                if counted != number:
                    sys.exit(f"bench: {name}: {direction} {what} is {counted}, not {number}")
            pairs.append(((by_hand.wall, by_hand.processor), (engine.wall, engine.processor)))
            if "count" in options:
                scripts.append(self.script_alone(options))
        more = {}
        if scripts:
            more = {"script": statistics.median(scripts),
                    "ratio_with_script": statistics.median(
                        engine[0] / (by_hand[0] + script)
                        for (by_hand, engine), script in zip(pairs, scripts))}
        self.add(name, bound, pairs, **more)

    def row_create(self):
        self.store_row("first pull", 1.5, "create", "empty.db", PAGE_PULL,
                       {("pull", "created"): self.count}, ["--disable-push"],
                       {"count": self.count, "page": PAGE_PULL})

    def row_same(self):
        self.store_row("the same again", 2, "look", "mapped.db", PAGE_PULL,
                       {("pull", "unchanged"): self.count}, ["--disable-push"],
                       {"count": self.count, "page": PAGE_PULL})

    def row_conflict(self):
        self.store_row("pull with conflicts", 1.5, "conflict", "edited.db", PAGE_PULL,
                       {("pull", "updated"): self.count}, ["--disable-push"],
                       {"count": self.count, "page": PAGE_PULL, "edited": "b",
                        "changed_at": "2026-03-01T00:00:00Z"})

    def row_push(self):
        self.store_row("push", 1.5, "push", "edited.db", PAGE_PUSH,
                       {("push", "updated"): self.count}, ["--disable-pull"], {})

    def program_rows(self, what, bound, floor):
        """Two pulls, the second of what is known, beside the same ones by an engine that lacks something."""
        words, options = ["--disable-push"], {"count": self.count, "page": PAGE_PULL}
        for name, state in (("first pull", "empty.db"), ("the same again", None)):
            pairs, states = [], {}
            for program in (floor, TANDEM):
                self.home.restore("empty.db")
                if state is None:
                    self.home.sync(*words, program=program, **options)
                    self.home.save(f"mapped_{program.name}.db")
                states[program] = state or f"mapped_{program.name}.db"
            for _ in range(self.repeats):
                costs = []
                for program in (floor, TANDEM):
                    self.home.restore(states[program])
                    cost = self.home.sync(*words, program=program, **options)
                    costs.append((cost.wall, cost.processor))
                pairs.append(costs)
            self.add(f"{what}, {name}", bound, pairs)

    def row_isolation(self):
        """Without what the kernel holds against a script: the fence, and the alarm of its time."""
        self.program_rows("isolation", 1.05, PROGRAMS / "tandem_without_fence")

    def row_fingerprints(self):
        """Without fingerprints; then the bytes that they keep."""
        self.program_rows("fingerprints", 1.15, PROGRAMS / "tandem_without_fingerprints")
        connection = sqlite3.connect(self.home.database)
        size = connection.execute("SELECT avg(length(base_versions)) FROM object_mapping").fetchone()[0]
        connection.close()
        self.add("fingerprints, ten fields", None, [((200, 0), (size, 0))], "B", most=200)

    def http_row(self, name, bound, home, state, floor, counted, words):
        """A row whose floor is the network alone or the engine alone, whichever takes longer."""
        direction, what = counted
        pairs, parts = [], []
        for _ in range(self.repeats):
            with Server(self.pages, 0):
                home.restore(state)
                alone = home.sync(*words)
            with Server(self.pages) as server:
                network = run([PROGRAMS / "network_floor", floor, server.url, self.pages,
                               *([BATCH_BYTES] if floor == "push" else [])])
                home.restore(state)
                both = home.sync(*words)
            if both.summary[direction][what] != self.pages * PAGE_HTTP:
                sys.exit(f"bench: {name}: {direction} {what} is {both.summary[direction][what]}")
            pairs.append(((max(network.wall, alone.wall), 0), (both.wall, 0)))
            parts.append((network.wall, alone.wall))
        self.add(name, bound, pairs, network=statistics.median([part[0] for part in parts]),
                 engine_alone=statistics.median([part[1] for part in parts]))

    def row_http(self):
        """Pull, then push over HTTP; without latency the engine is as good as alone."""
        home = Home(self.folder / "home_http", "bench_http")
        with Server(0, 0):
            home.sync()
        home.save("empty.db")
        with Server(self.pages, 0):
            home.sync("--disable-push")
        edit_contacts(home.database)
        home.save("edited.db")
        self.http_row("pull over HTTP", 1.15, home, "empty.db", "pull", ("pull", "created"),
                      ["--disable-push"])
        self.http_row("push over HTTP", 1.3, home, "edited.db", "push", ("push", "updated"),
                      ["--disable-pull"])

    def row_jobs(self):
        """Four integrations that report the same people to one store: at once, and one by one."""
        home = Home(self.folder / "home_jobs", "bench_http")
        for number in range(2, 5):
            home.copy_integration(f"bench_http_{number}")
        pairs = []
        with Server(0, 0):
            home.sync_all(1)
        home.save("empty.db")
        with Server(self.pages):
            for _ in range(self.repeats):
                costs = []
                for jobs in (1, 4):
                    home.restore("empty.db")
                    costs.append(home.sync_all(jobs, "--disable-push"))
                    reported = [summary["pull"]["reported"] for summary in costs[-1].summaries]
                    created = sum(summary["pull"]["created"] for summary in costs[-1].summaries)
                    if reported != [self.pages * PAGE_HTTP] * 4 or created != self.pages * PAGE_HTTP:
                        sys.exit(f"bench: four at once: reported {reported}, created {created}")
                pairs.append(tuple((cost.wall, cost.processor) for cost in costs))
        self.add("four at once, beside one by one", 1, pairs)

    def row_growth(self):
        """A hundred times as many objects: memory, and time for each. Once: it takes minutes."""
        few, many = self.count // 10, self.count * 10
        costs = []
        for count in (few, many):
            self.home.restore("empty.db")
            costs.append(self.home.sync("--disable-push", count=count, page=PAGE_PULL))
        each = [cost.processor / count * 1e6 for cost, count in zip(costs, (few, many))]
        self.add(f"growth, {few} to {many}: time each", 1.5, [((each[0], 0), (each[1], 0))], "us")
        peaks = [cost.peak_kib / 1024 for cost in costs]
        self.add(f"memory, {few} to {many}: peak", None, [((peaks[0], 0), (peaks[1], 0))], "MB",
                 more=8, most=64)

    def row_judge(self):
        pairs = []
        for _ in range(self.repeats):
            judged, compared = map(float, run([PROGRAMS / "judge_bench"]).output.split())
            pairs.append(((compared, 0), (judged, 0)))
        self.add("judge, one decision", None, pairs, "ns", most=50)

    def row_start(self):
        """Ten starts each, so that a start is no matter of luck."""
        def each(command):
            return statistics.median(run(command).wall for _ in range(10))
        self.home.restore("empty.db")
        for name, words, most in (
                ("tandem --version", ["--version"], 0.010),
                ("nothing to do", ["--home", self.home.folder, "sync", "bench", "--quiet"], 0.060)):
            pairs = [((each([PROGRAMS / "empty_floor"]), 0), (each([TANDEM, *words]), 0))
                     for _ in range(self.repeats)]
            self.add(name, None, pairs, more=most)

    def row_hubspot(self):
        """What is left of a processor at HubSpot's ceiling of about 1,000 records a second, the script's
        share included: a first sync reads lists, the next one searches and reads."""
        count = min(self.count, 10000)
        home, costs = ShippedHome(self.folder / "home_hubspot", "hubspot"), {"created": [], "unchanged": []}
        with Vendor("hubspot", count):
            for _ in range(min(self.repeats, 3)):
                shutil.rmtree(home.database.parent, ignore_errors=True)
                for counted, found in costs.items():
                    cost = home.sync("--first-time-sync", "--disable-push")
                    if cost.summary["pull"][counted] != count:
                        sys.exit(f"bench: hubspot: pull {counted} is {cost.summary['pull'][counted]}")
                    found.append(((CORES_AT_CEILING, 0), (cost.processor / count * 1000, 0)))
        for counted, found in costs.items():
            self.add(f"hubspot, 1,000 a second {counted}", None, found, "c", most=CORES_AT_CEILING)

    def row_service(self):
        """The service beside 100 deliveries a second: the slowest of a hundred edits, each way."""
        edits = 1000 if self.count >= 200000 else 30
        found = service_bench.measure(TANDEM, BUILD / "hello_world", ROOT, edits)
        for name, (median, slowest) in found.items():
            self.add(f"service: {name}, p99", None, [((median, 0), (slowest, 0))], most=1)

    ROWS = {"create": row_create, "same": row_same, "conflict": row_conflict, "push": row_push,
            "http": row_http, "jobs": row_jobs, "growth": row_growth, "judge": row_judge,
            "fingerprints": row_fingerprints, "isolation": row_isolation, "start": row_start,
            "service": row_service, "hubspot": row_hubspot}


def within(row):
    """Is the row within its bound?"""
    engine, floor = row["engine"]["median"], row["floor"]["median"]
    return (engine <= row.get("most", engine) and engine <= floor + row.get("more", engine)
            and row["ratio"]["median"] <= (row["bound"] or row["ratio"]["median"]))


def bound_of(row):
    if "most" in row:
        return f"{row['most']:g} {row['unit']}"
    if "more" in row:
        return f"+{row['more'] * 1000:.0f} ms"
    return f"{row['bound']:g} x"


def print_table(rows):
    """The table, for people."""
    def number(value):
        return f"{value:.3f}" if value < 10 else f"{value:.1f}"
    print(f"{'what':40} {'floor':>9} {'engine':>9}    {'ratio':>6} {'(min - max)':>15}"
          f" {'processor':>9} {'at most':>9}")
    for row in rows:
        ratio, processor = row["ratio"], row.get("processor_ratio")
        span = f"({ratio['min']:.2f} - {ratio['max']:.2f})"
        print(f"{row['row']:40} {number(row['floor']['median']):>9}"
              f" {number(row['engine']['median']):>9} {row['unit']:2} {ratio['median']:6.2f}"
              f" {span:>15} {format(processor['median'], '.2f') if processor else '':>9}"
              f" {bound_of(row):>9}  {'' if within(row) else '<- too slow'}")
    for row in rows:
        if "script" in row:
            print(f"{row['row']}: the script alone takes {number(row['script'])} s in bare Lua;"
                  f" beside floor and script the engine's ratio is {row['ratio_with_script']:.2f}")


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW",
                        help=f"only these: {', '.join(Bench.ROWS)}")
    parser.add_argument("--quick", action="store_true",
                        help="small numbers: does it run? (for CI; the ratios say little)")
    parser.add_argument("--json", action="store_true", help="print the rows as one JSON object")
    parser.add_argument("--count", type=int, help="objects in a row (200000)")
    parser.add_argument("--pages", type=int, help="pages of a row over HTTP (1000)")
    parser.add_argument("--repeats", type=int, help="how often each row is measured (5)")
    parser.add_argument("--folder", help="where databases are made (default: the system's)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.rows if name not in Bench.ROWS]
    if unknown:
        parser.error(f"there is no row '{unknown[0]}'")
    count = arguments.count or (2000 if arguments.quick else 200000)
    pages = arguments.pages or (20 if arguments.quick else 1000)
    repeats = arguments.repeats or (1 if arguments.quick else 5)

    with tempfile.TemporaryDirectory(prefix="tandem-bench-", dir=arguments.folder) as folder:
        bench = Bench(Path(folder), count, pages, repeats)
        bench.prepare()
        for name in arguments.rows or Bench.ROWS:
            Bench.ROWS[name](bench)
    print(file=sys.stderr)
    if arguments.json:
        print(json.dumps({"version": 1, "count": count, "pages": pages, "repeats": repeats, "rows": bench.rows},
                         indent=2))
    else:
        print_table(bench.rows)


if __name__ == "__main__":
    main()
