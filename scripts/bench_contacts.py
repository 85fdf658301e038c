"""The bench of looking at contacts: a million of them, asked for by filters, on both databases.

Called by scripts/bench (case `filters`), which hands itself over: its newsroom, its database, its program.
"""
import resource
import sqlite3
import statistics
import subprocess
import time

# What is asked for; with True, free text, which has to look at every contact.
FILTERS = [
    ("", False),
    ("status:active", False),
    ("status:opted-out", False),
    ("status:archived", False),
    ("kind:media", False),
    ("kind:blogger country:FR", False),
    ("country:DE", False),
    ("country:LU language:fr", False),
    ("language:de", False),
    ("language:de-AT", False),
    ("domain:desk77.example", False),
    ("domain:desk77.example,desk78.example", False),
    ("outlet:'Outlet 4711'", False),
    ("outlet:none", False),
    ("beat:energy", False),
    ("beat:quantum", False),
    ("beat:quantum country:DE,FR -tag:trade", False),
    ("-beat:energy", False),
    ("tag:vip", False),
    ("tag:none", False),
    ("list:tech", False),
    ("list:vip country:DE", False),
    ("-list:tech", False),
    ("list:none", False),
    ("created<7d", False),
    ("created>1y", False),
    ("last_sent:never", False),
    ("last_sent>90d", False),
    ("last_sent<90d", False),
    ("last_sent>90d -last_sent:never", False),
    ("beat:energy last_sent:never", False),
    ("outlet:'Outlet 4711' or list:vip or -country:none tag:vip", False),
    ("contact 98765", True),
    ("'nobody of this name'", True),
    ("ÖZGÜR", True),
    ("-smith country:DE", True),
]

COUNTRIES = ["DE", "FR", "US", "GB", "ES", "IT", "AT", "CH", "NL", "BE", "PL", "CA", "SE", "NO", "DK", "FI", "IE", "PT", "CZ", ""]
LANGUAGES = ["en", "en", "de", "de", "fr", "fr", "es", "it", "nl", ""]
KINDS = ["media", "media", "media", "media", "media", "freelance", "freelance", "broadcaster", "agency", "unknown"]
BEATS = ["energy", "ports", "science", "politics", "sports", "travel", "health", "money"]
DAY = 86_400_000


def choose(words, number):
    """SQL: a word by a number, spread."""
    arms = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
    return f"CASE ({number}) % {len(words)} {arms} END"


def statements(count, now, postgres):
    """A desk of `count` contacts with three years of history, in SQL that both databases read."""
    digest = "md5('{0}' || {1}) || md5('{1}' || {1})" if postgres else "lower(hex(randomblob(32)))"
    hashed = lambda salt, number: digest.format(salt, f"({number})::text" if postgres else number)
    row = lambda sql: sql if not postgres else sql.replace("randomblob", "")
    numbers = lambda high: f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {high})"
    outlets, domains = max(10, count // 50), max(10, count // 100)
    yield f"INSERT INTO outlet (name, name_key) {numbers(outlets)} SELECT 'Outlet ' || i, 'outlet ' || i FROM n"
    name = f"CASE i % 50000 WHEN 4999 THEN 'Aylin Özgür' ELSE 'Contact ' || i END"
    yield row(
        "INSERT INTO contact (email, email_key, address_hash, domain, domain_hash, name, given_name, family_name, outlet_id, title, kind, "
        f"country, language, status, source, created_at, updated_at) {numbers(count)} "
        f"SELECT address, address, {hashed('a', 'i')}, domain, 'd' || domain, name, 'Contact', 'Number', outlet, title, kind, country, language, status, "
        f"'bench', at, at FROM (SELECT i, 'c' || i || '@desk' || (i % {domains}) || '.example' AS address, 'desk' || (i % {domains}) || '.example' AS domain, "
        f"{name} AS name, CASE WHEN i % 11 = 0 THEN NULL ELSE 1 + (i * 7 % {outlets}) END AS outlet, "
        f"CASE i % 7 WHEN 0 THEN 'Science editor' ELSE 'Reporter' END AS title, "
        f"CASE WHEN i % 997 = 0 THEN 'blogger' ELSE {choose(KINDS, 'i / 3')} END AS kind, "
        f"CASE WHEN i % 1999 = 0 THEN 'LU' ELSE {choose(COUNTRIES, 'i / 7')} END AS country, "
        f"CASE WHEN i % 499 = 0 THEN 'de-AT' ELSE {choose(LANGUAGES, 'i / 11')} END AS language, "
        "CASE WHEN i % 397 = 0 THEN 'archived' WHEN i % 211 = 0 THEN 'bounced' ELSE 'active' END AS status, "
        f"CAST({now} - (i * 7919 % 1100) * {DAY} AS BIGINT) AS at FROM n) AS made"
    )
    yield f"UPDATE contact SET merged_into_id = id - 1 WHERE id % 1013 = 5"
    yield f"INSERT INTO contact_address (contact_id, email, email_key, address_hash, domain_hash) SELECT id, 'f' || email, 'f' || email, {hashed('f', 'id')}, domain_hash FROM contact WHERE id % 20 = 3"
    for kind, names in (("beat", [*BEATS, "quantum"]), ("tag", ["vip", "trade", "old"])):
        for word in names:
            yield f"INSERT INTO label (kind, name, name_key) VALUES ('{kind}', '{word}', '{word}')"
    for place, (word, every) in enumerate([(one, 4 + number) for number, one in enumerate(BEATS)] + [("quantum", 2003), ("vip", 3001), ("trade", 10), ("old", 3)]):
        yield f"INSERT INTO contact_label (label_id, contact_id) SELECT f.id, c.id FROM label f CROSS JOIN contact c WHERE f.name_key = '{word}' AND (c.id + {place}) % {every} = 0"
    for slug, every in (("tech", 5), ("vip", 2011)):
        yield f"INSERT INTO media_list (slug, name) VALUES ('{slug}', '{slug}')"
        yield f"INSERT INTO media_list_member (list_id, contact_id) SELECT l.id, c.id FROM media_list l CROSS JOIN contact c WHERE l.slug = '{slug}' AND c.id % {every} = 1"
    entry = "INSERT INTO suppression (key_id, target, hash, scope, reason, source, at, by) SELECT 'k', '{0}', {1}, 'everything', 'asked', 'bench', {2}, 'bench' FROM contact WHERE {3}"
    yield entry.format("address", "address_hash", now, "id % 201 = 0")
    yield entry.format("domain", "domain_hash", now, "id IN (17, 18)")
    # Mail to 300,000 of a million, three times, last and least a month ago.
    for age, every, rest in ((700, 5, 0), (200, 5, 0), (120, 10, 1), (30, 50, 0)):
        at = now - age * DAY
        yield (
            "INSERT INTO distribution (release_id, version_id, purpose, rehearsal, status, follows_embargo, civil, zone, send_at, tzdata, "
            "from_header, reply_to, nonce, message_domain, by, created_at, started_at, finished_at) "
            f"VALUES (1, 1, 'general', FALSE, 'finished', FALSE, '2026-01-01T00:00:00', 'UTC', {at}, '2026a', "
            f"'press@example.com', 'press@example.com', 'n{age}', 'example.com', 'bench', {at}, {at}, {at + 600_000})"
        )
        yield (
            "INSERT INTO delivery (distribution_id, version_id, purpose, round, rehearsal, contact_id, address, address_hash, domain, domain_hash, "
            "language, position, status, attempts, live, sent_at, done_at) "
            f"SELECT (SELECT MAX(id) FROM distribution), 1, 'general', {age}, FALSE, id, email, address_hash, domain, domain_hash, 'en', id, 'sent', 1, TRUE, "
            f"{at} + id / 10, {at} + id / 10 FROM contact WHERE id % {every} = {rest} AND status = 'active'"
        )


def filled(bench, desk, count):
    """Fills a newsroom's database with SQL: importing a million is another bench."""
    desk.approved()
    now = int(time.time() * 1000)
    if desk.database.startswith("sqlite"):
        with sqlite3.connect(desk.folder / "dateline.db") as db:
            db.execute("PRAGMA cache_size = -200000")
            for sql in statements(count, now, False):
                db.execute(sql)
        return
    text = ";\n".join(statements(count, now, True)) + ";\nVACUUM ANALYZE;\n"
    subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", desk.database], input=text, text=True, check=True)


def milliseconds(desk, times, *words):
    """Medians of whole processes: by the clock, and of the processor, which other work does not change."""
    took, worked = [], []
    for _ in range(times):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(desk.words(*words), capture_output=True, cwd=desk.folder)
        took.append((time.monotonic() - started) * 1000)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        worked.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
        if done.returncode not in (0, 3):
            raise SystemExit(f"scripts/bench: {' '.join(words)}: {done.stderr.decode()}")
    return statistics.median(took), statistics.median(worked)


def asked(bench, name, desk):
    times = 3 if bench.QUICK else 7
    none = milliseconds(desk, times, "--version")
    bench.say(f"  {name}: medians of {times} whole processes, by the clock (in brackets: this program's own processor time; --version: "
              f"{none[0]:.0f} ms ({none[1]:.0f})); the first thousand of a filter, and how many are on a list by it")
    missed = 0
    for number, (words, is_text) in enumerate(FILTERS):
        where = ["--where", words] if words else []
        both = [milliseconds(desk, times, "contact", "list", *where)]
        if words:
            slug = f"bench-{number}"
            desk.call("list", "create", slug, "--where", words)
            both.append(milliseconds(desk, times, "list", "show", slug))
        over = max(clock for clock, _ in both) >= (500 if is_text else 100)
        missed += over
        figures = "  ".join(f"{clock:6.0f} ms ({worked:4.0f})" for clock, worked in both)
        bench.say(f"    {words or '(everybody)':<62} {figures}{'  MISSED' if over else ''}")
    bench.say(f"    {missed} of {len(FILTERS)} missed 100 ms by index, 500 ms by free text")


def filters(bench, place):
    count = 100_000 if bench.QUICK else 1_000_000
    desk = bench.Newsroom(place)
    started = time.monotonic()
    filled(bench, desk, count)
    bench.say(f"  {count:,} contacts made in {time.monotonic() - started:.0f} s")
    asked(bench, "SQLite", desk)
    with bench.Postgres() as database:
        if database:
            desk = bench.Newsroom(place, database)
            filled(bench, desk, count)
            asked(bench, "PostgreSQL", desk)
