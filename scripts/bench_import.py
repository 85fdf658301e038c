"""The speed of `contact import`, beside what others do with the same rows; see scripts/bench."""
import csv
import fcntl
import json
import os
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time

COLUMNS = ["email", "name", "outlet", "beats", "country", "phone", "notes"]
GIVEN = "Ada Ana Ben Chloé Dana Émile Farid Greta Hanna Ivo Jürgen Kim Lena Marek Nadia Owen Pia Quentin Rosa Søren Tara Uwe Vera Wim Yara Zoë".split()
FAMILY = "Abbott Byrne Castillo Dumont Eriksen Fischer García Haddad Ito Jansen Keller Lindqvist Müller Novak Okafor Petit Quinn Reyes Silva Tanaka Ueda Vogel Weiss Xu Young Zamora".split()
BEATS = [f"beat {word}" for word in "energy shipping iot health science courts housing film music food travel autos banking climate space games law farming sport fashion".split()]
LANDS = "US GB DE FR CA ES IT NL SE DK AT CH BE PL BR JP IN AU IE PT".split()
WRONG = ["", "n/a", "no address", "name@", "@desk.example", "two@@desk.example", "a b@desk.example"]
# What a media database's users would write themselves: validate, fold, upsert, ten thousand at a time.
SCRIPT = """
import csv, re, sqlite3, sys
db = sqlite3.connect(sys.argv[2])
db.execute("PRAGMA journal_mode = WAL"); db.execute("PRAGMA cache_size = -65536")
db.execute("CREATE TABLE contact (id INTEGER PRIMARY KEY, email TEXT, email_key TEXT UNIQUE, name TEXT, outlet TEXT, beats TEXT, country TEXT, phone TEXT, notes TEXT)")
db.execute("CREATE INDEX contact_outlet ON contact (outlet)"); db.execute("CREATE INDEX contact_country ON contact (country)")
good = re.compile(r"[^@\\s]+@[^@\\s]+\\.[^@\\s]+$")
put = "INSERT INTO contact (email, email_key, name, outlet, beats, country, phone, notes) VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (email_key) DO UPDATE SET " + \\
    ", ".join(f"{c} = CASE WHEN excluded.{c} = '' THEN {c} ELSE excluded.{c} END" for c in ("name", "outlet", "beats", "country", "phone", "notes"))
batch = []
for row in csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")):
    row = {name: (value or "").strip() for name, value in row.items()}
    if not good.match(row["email"]):
        continue
    batch.append((row["email"], row["email"].lower(), row["name"], row["outlet"], row["beats"], row["country"], row["phone"], row["notes"]))
    if len(batch) == 10000:
        db.executemany(put, batch)
        batch.clear()
db.executemany(put, batch)
db.commit()
"""


def rows(count):
    """Rows as a press office's exports have them: 5 % say again who was there, 1 % are nobody."""
    chance = random.Random(20261130)
    outlets = max(50, count // 50)
    for n in range(count):
        who = n
        if n and chance.random() < 0.05:
            who = chance.randrange(n)
        part = random.Random(who) if who != n else chance
        given, family = GIVEN[who % len(GIVEN)], FAMILY[who // 7 % len(FAMILY)]
        outlet = who * 2654435761 % outlets
        plain = f"{given}.{family}".lower().encode("ascii", "ignore").decode()
        email = f"{plain}{who}@desk{outlet}.example"
        if who != n:
            email = email.upper()
        elif part.random() < 0.01:
            email = WRONG[n % len(WRONG)]
        beats = [BEATS[who % len(BEATS)]]
        if part.random() < 0.3:
            beats.append(BEATS[(who + 7) % len(BEATS)])
        phone = f"+1 555 {who % 1000:03d} {who % 10000:04d}" if part.random() < 0.5 else ""
        notes = "Prefers a call before noon; covers the harbour and the grid." if part.random() < 0.2 else ""
        yield [email, f"{given} {family}", f"The Outlet {outlet} Post", "; ".join(beats), LANDS[outlet % len(LANDS)], phone, notes]


def write_rows(folder, count):
    """all.csv with every row, distinct.csv with the first valid row of each person."""
    seen, good = set(), re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+$")
    with open(folder / "all.csv", "w", newline="") as everything, open(folder / "distinct.csv", "w", newline="") as distinct:
        everything, distinct = csv.writer(everything), csv.writer(distinct)
        everything.writerow(COLUMNS)
        distinct.writerow(COLUMNS)
        for row in rows(count):
            everything.writerow(row)
            key = row[0].lower()
            if good.match(key) and key not in seen:
                seen.add(key)
                distinct.writerow([key, *row[1:]])
    return len(seen)


def high_water(pid):
    """MB of memory that a process has had at the most. What wait4 tells is never below what this
    program had itself when it began the other one."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return max([int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")], default=0)


class Took:
    """A process that ended: seconds, seconds of processor time, MB at the most."""

    def __init__(self, words, folder, text=None, may_fail=False):
        started = time.monotonic()
        with open(folder / "said", "w+") as said:
            process = subprocess.Popen(words, cwd=folder, stdin=subprocess.PIPE, stdout=said, stderr=subprocess.STDOUT, text=True)
            if text:
                process.stdin.write(text)
            process.stdin.close()
            self.memory, ended = 0, 0
            while not ended:
                self.memory = max(self.memory, high_water(process.pid))
                ended, status, usage = os.wait4(process.pid, os.WNOHANG)
                time.sleep(0.005)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.seconds = time.monotonic() - started
            self.processor = usage.ru_utime + usage.ru_stime
            said.seek(0)
            if process.returncode not in (0, 3) and not may_fail:
                sys.exit(f"scripts/bench: {words[0]}: {said.read()[-2000:]}")

    def line(self, name, floor):
        return (f"    {name:<44} {self.seconds:7.1f} s {self.seconds / floor.seconds:6.2f} x   "
                f"processor {self.processor:7.1f} s {self.processor / floor.processor:6.2f} x   {self.memory:5.0f} MB")


def sqlite_import(folder, number):
    """SQLite's own importer into one table with one unique index, with our page cache and journal."""
    text = f"""PRAGMA journal_mode = WAL;
PRAGMA cache_size = -65536;
PRAGMA synchronous = FULL;
CREATE TABLE contact ({', '.join('email TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE' if c == 'email' else c + ' TEXT' for c in COLUMNS)});
.mode csv
.import --skip 1 all.csv contact
"""
    return Took(["sqlite3", f"floor{number}.db"], folder, text)


def python_import(folder, number):
    (folder / "upsert.py").write_text(SCRIPT)
    return Took([sys.executable, "upsert.py", "all.csv", f"script{number}.db"], folder)


def dateline_import(bench, place, folder, database=None):
    desk = bench.Newsroom(place, database)
    words = desk.words("contact", "import", str(folder / "all.csv"), "--source", "bench")
    took = Took(words, desk.folder)
    return desk, took


def psql_copy(folder, database, number):
    text = f"""CREATE TABLE floor{number} ({', '.join(c + ' TEXT' for c in COLUMNS)});
CREATE UNIQUE INDEX ON floor{number} (email);
\\copy floor{number} FROM 'distinct.csv' WITH (FORMAT csv, HEADER)
"""
    return Took(["psql", "-qX", "-v", "ON_ERROR_STOP=1", database], folder, text)


def beside_others(bench, place):
    count, rounds = (20_000, 1) if bench.QUICK else (1_000_000, 1)
    folder = pathlib.Path(place) / "import"
    folder.mkdir()
    distinct = write_rows(folder, count)
    size = (folder / "all.csv").stat().st_size / 1e6
    bench.say(f"  {count:,} rows ({size:.0f} MB), {distinct:,} people, into a new SQLite database")
    for number in range(rounds):
        floor = sqlite_import(folder, number)
        bench.say(floor.line("sqlite3 .import, one table, one index", floor))
        _, ours = dateline_import(bench, place, folder)
        bench.say(ours.line("dateline contact import", floor))
        bench.say(python_import(folder, number).line("Python csv + executemany upsert", floor))
    with bench.Postgres() as database:
        if not database:
            return
        bench.say("  the same into a new PostgreSQL database (processor time: the client's alone)")
        for number in range(rounds):
            floor = psql_copy(folder, database, number)
            bench.say(floor.line("psql \\copy of the people, one index", floor))
            _, ours = dateline_import(bench, place, folder, database)
            bench.say(ours.line("dateline contact import", floor))


def probe(folder, waits, stop):
    """Again and again what a `run` does when it begins: its lock file, then the database's write lock."""
    db = sqlite3.connect(folder / "dateline.db", timeout=30, isolation_level=None)
    while not stop.wait(0.05):
        with open(f"{folder}/dateline.db.run-lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                pass  # A real one has it, and the import sees that one.
            started = time.monotonic()
            db.execute("BEGIN IMMEDIATE")
            waits.append(time.monotonic() - started)
            db.execute("ROLLBACK")
    db.close()


def beside(bench, place):
    """How long a `run` waits for SQLite's write lock while an import goes on."""
    count, mails = (20_000, 500) if bench.QUICK else (300_000, 5000)
    folder = pathlib.Path(place) / "beside"
    folder.mkdir()
    write_rows(folder, count)
    desk = bench.Newsroom(place)
    desk.contacts(mails)
    desk.scheduled()
    waits, stop = [], threading.Event()
    with bench.Server("smtp-sink") as server:
        desk.settings(port=server.port, connections=4)
        words = desk.words("contact", "import", str(folder / "all.csv"), "--source", "bench")
        started = time.monotonic()
        importing = subprocess.Popen(words, cwd=desk.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        sending = subprocess.Popen(desk.words("run", "--json"), cwd=desk.folder, stdout=subprocess.PIPE, text=True)
        report, _ = sending.communicate()
        sent, sending_took = json.loads(report)["sent"], time.monotonic() - started
        prober = threading.Thread(target=probe, args=(desk.folder, waits, stop))
        prober.start()
        importing.wait()
        took = time.monotonic() - started
        stop.set()
        prober.join()
    waits.sort()
    bench.say(f"  import of {count:,} rows in {took:.1f} s; meanwhile a run sent {sent:,} mails in {sending_took:.1f} s; "
              f"then {len(waits)} runs that began waited for the write lock: median {waits[len(waits) // 2] * 1000:.0f} ms, "
              f"longest {waits[-1] * 1000:.0f} ms")


CASES = {"import": beside_others, "beside": beside}
