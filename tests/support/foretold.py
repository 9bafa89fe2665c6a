#!/usr/bin/env python3
"""Did a sync do what was foretold?

foretold.py shot STORE URL FILE     what both sides have now: every object of ours, record of theirs, and link
foretold.py compare SCRATCH         prints "foretold", or each difference on a line of its own

In SCRATCH: `before` and `after` (shots), `plan` (plan --json), `values` (its --csv), `summary` (sync --json), and, of a
first run, `match` (match --json), `pairs` (its --csv) and `replaced` (its --values)."""

import collections
import csv
import json
import os
import sqlite3
import sys
import urllib.request

KINDS = ("contact", "company")


def shot(store, url, path):
    database = sqlite3.connect(store)
    database.row_factory = sqlite3.Row
    ours = {f"{kind}:{row['id']}": dict(row) for kind in KINDS for row in database.execute(f"select * from {kind}")}
    links = [list(row) for row in database.execute(
        "select o.name || ':' || m.object_id, n.name || ':' || m.integration_id, m.deleted from object_mapping m"
        " join object o on o.id = m.object join integration_object n on n.id = m.integration_object")]
    state = json.load(urllib.request.urlopen(url + "/_state"))
    theirs = {f"{kind}:{record['id']}": record["fields"] for kind in ("world", "citizen", "tourist")
              for record in state[kind] if not record.get("gone")}
    with open(path, "w") as file:
        json.dump({"internal": ours, "integration": theirs, "links": links}, file)


def told(text):
    """A value as a CSV or a plan has it, comparable with that of a table."""
    if text is None or text == "":
        return ""
    if isinstance(text, bool):
        return str(int(text))
    return str(text)


def changed(before, after):
    """{(side, object, field): (before, after)} of every value that gave way to another one."""
    changes = {}
    for side in ("internal", "integration"):
        for name in before[side].keys() & after[side].keys():
            for field, was in before[side][name].items():
                now = told(after[side][name].get(field))
                if field not in BOOKED and told(was) != "" and told(was) != now:
                    changes[(side, name, field)] = (told(was), now)
    return changes


def listed(rows):
    """The rows of a CSV of values: each value once, however often the run writes it."""
    changes = {}
    for row in rows:
        name = f"{row['object']}:{row['id']}" if row["side"] == "internal" else row["record"]
        changes.setdefault((row["side"], name, row["field"]), []).append((row["before"], row["after"]))
    return {key: pairs[0] if len(pairs) == 1 else pairs for key, pairs in changes.items()}


def rewritten(changes, side):
    """Which objects of a side a plan leaves otherwise than they are, however often it writes them."""
    fields = {}
    for change in changes:
        if change["side"] == side and change["action"] == "update":
            for name, value in change["fields"].items():
                key = (f"{change['object']}:{change['id']}", name)
                first = fields[key][0] if key in fields else value.get("before", UNKNOWN)
                fields[key] = (first, value["after"])
    return {key[0] for key, (before, after) in fields.items() if before is UNKNOWN or told(before) != told(after)}


UNKNOWN = object()  # what they have was not read


class Comparison:
    def __init__(self, scratch):
        self.scratch = scratch
        self.differences = []
        self.before, self.after = self.json("before"), self.json("after")
        self.plan, self.summary = self.json("plan"), self.json("summary")

    def path(self, name):
        return os.path.join(self.scratch, name)

    def json(self, name):
        with open(self.path(name)) as file:
            return json.load(file)

    def rows(self, name):
        with open(self.path(name), newline="") as file:
            return list(csv.DictReader(file))

    def same(self, what, foretold, done):
        if foretold != done:
            self.differences.append(f"{what}: foretold {foretold}, done {done}")

    def made(self, side):
        return len(self.after[side].keys() - self.before[side].keys())

    def gone(self, side):
        return len(self.before[side].keys() - self.after[side].keys())

    def summaries(self):
        for side in ("pull", "push"):
            for name, count in self.summary[side].items():
                self.same(f"{side}.{name}", self.plan["summary"][side].get(name), count)
        self.same("error", self.plan["summary"]["error"], None)
        for name in ("status", "error", "open", "open_in_all", "left_out", "deleted"):
            if name in self.summary:
                self.same(name, self.plan["summary"].get(name), self.summary[name])

    def counts(self):
        for side in ("internal", "integration"):
            counts = self.plan["counts"][side]
            self.same(f"{side} create", counts["create"], self.made(side))
            self.same(f"{side} delete", counts["delete"], self.gone(side))
            known = self.before[side].keys() & self.after[side].keys()
            updates = rewritten(self.plan["changes"], side) & self.before[side].keys()
            self.same(f"{side} updated objects", sorted(updates), sorted(n for n in known if self.differs(side, n)))

    def differs(self, side, name):
        before, after = self.before[side][name], self.after[side][name]
        return any(told(before[f]) != told(after.get(f)) for f in before if f not in BOOKED)

    def values(self, name):
        foretold = listed(self.rows(name))
        done = changed(self.before, self.after)
        for key in sorted(foretold.keys() | done.keys()):
            want, have = foretold.get(key), done.get(key)
            if want and have and not want[0] and key[0] == "integration":
                want = (have[0], want[1])  # what they have was not read in this run: the CSV does not know it
            self.same(f"{name} {' '.join(key)}", want, have)

    def totals(self):
        rows = self.rows("values")
        for side in ("internal", "integration"):
            self.same(f"{side} replaced", self.plan["counts"][side]["replaced"],
                      sum(row["side"] == side for row in rows))

    def match(self):
        if not os.path.exists(self.path("match")):
            return
        match, pairs = self.json("match"), self.rows("pairs")
        self.same("match --values", sorted(map(str, self.rows("replaced"))), sorted(map(str, self.rows("values"))))
        self.same("created_here", match["created_here"]["count"], self.made("internal"))
        self.same("created_there", match["created_there"]["count"], self.made("integration"))
        self.same("deleted_here", match["deleted_here"]["count"], self.gone("internal"))
        self.same("deleted_there", match["deleted_there"]["count"], self.gone("integration"))
        links = {tuple(link[:2]) for link in self.after["links"] if not link[2]} - {
            tuple(link[:2]) for link in self.before["links"] if not link[2]}
        own = {ours for ours, theirs in links if ours not in self.before["internal"]}
        made_there = {theirs for ours, theirs in links if theirs not in self.before["integration"]}
        linked = [link for link in links if link[0] not in own and link[1] not in made_there]
        of_new = sum(ours in own for ours, theirs in links) - len(own)
        self.same("linked", match["linked"]["count"], len(linked) + of_new)
        per_object = collections.Counter(link[0] for link in self.after["links"] if not link[2])
        had = collections.Counter(link[0] for link in self.before["links"] if not link[2])
        duplicates = sum(count - max(1, had[name]) for name, count in per_object.items() if count > had[name])
        self.same("duplicates", match["duplicates"]["count"], duplicates)
        self.same("contradicting", match["contradicting"]["count"], self.summary["pull"]["contradicting"])
        kinds = collections.Counter(row["kind"] for row in pairs)
        del match["twins"]  # duplicates, by their earlier name
        for name in kinds.keys() | {k for k, v in match.items() if isinstance(v, dict) and v.get("count")}:
            self.same(f"pairs {name}", kinds[name], match[name]["count"])
        named = {(f"{row['object']}:{row['id']}", f"{row['integration_object']}:{row['integration_id']}")
                 for row in pairs if row["kind"] == "linked"}
        known = {pair for pair in named if pair[0] in self.before["internal"]}
        self.same("linked pairs", sorted(known), sorted(linked))


# what a table keeps of its rows, and no sync sends
BOOKED = {"id", "date_added", "date_modified", "date_identified", "last_active"}


def compare(scratch):
    comparison = Comparison(scratch)
    comparison.summaries()
    comparison.counts()
    comparison.totals()
    comparison.values("values")
    comparison.match()
    print("\n".join(comparison.differences) or "foretold")


if sys.argv[1] == "shot":
    shot(*sys.argv[2:5])
else:
    compare(sys.argv[2])
