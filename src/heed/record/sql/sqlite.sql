-- The ledger on SQLite. docs/adr/0003 says why each column is there; nothing but heed.record.ledger and .erase writes here.
CREATE TABLE record_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  frontier BLOB NOT NULL,
  recorded_at TEXT NOT NULL,
  is_synthetic INTEGER NOT NULL
) STRICT;

-- The columns that people ask by are read out of the spine, whose members lie at fixed places (docs/adr/0007).
CREATE TABLE record_entry (
  n INTEGER PRIMARY KEY,
  spine BLOB NOT NULL,
  leaf BLOB NOT NULL,
  kind TEXT AS (CAST(substr(spine, 172, length(spine) - 348 - length(n)) AS TEXT)),
  subject TEXT AS (CAST(substr(spine, -115, 32) AS TEXT)),
  recorded_at TEXT AS (CAST(substr(spine, -155, 27) AS TEXT)),
  actor TEXT AS (CAST(substr(spine, 11, 32) AS TEXT)),
  agency TEXT AS (CAST(substr(spine, 55, 32) AS TEXT))
) STRICT;

-- 16,384 places for the parts of each entry: its facts at the first, its words at the last, its files between them.
CREATE TABLE record_part (
  id INTEGER PRIMARY KEY,
  n INTEGER AS (id >> 14),
  part TEXT AS (CASE id & 16383 WHEN 0 THEN 'facts' WHEN 16383 THEN 'words' ELSE 'file' END),
  digest TEXT NOT NULL,
  salt BLOB NOT NULL,
  bytes BLOB
) STRICT;

CREATE TABLE record_request (
  request TEXT PRIMARY KEY,
  n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE record_ref (
  key TEXT NOT NULL,
  n INTEGER NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (key, n, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_tile (
  level INTEGER NOT NULL,
  i INTEGER NOT NULL,
  root BLOB NOT NULL,
  folded BLOB NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (level, i)
) STRICT;

CREATE TABLE record_checkpoint (
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL,
  issued_at TEXT NOT NULL
) STRICT;

CREATE TABLE record_cosignature (
  size INTEGER NOT NULL,
  line TEXT NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (size, line)
) STRICT;

CREATE TABLE record_erasure (
  n INTEGER NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('words', 'both')),
  by_n INTEGER NOT NULL,
  PRIMARY KEY (n, part)
) STRICT;

CREATE TRIGGER record_entry_stays BEFORE UPDATE ON record_entry
BEGIN SELECT RAISE(ABORT, 'The record refuses to change an entry.'); END;
CREATE TRIGGER record_entry_lasts BEFORE DELETE ON record_entry
BEGIN SELECT RAISE(ABORT, 'The record refuses to drop an entry.'); END;
CREATE TRIGGER record_part_stays BEFORE UPDATE ON record_part
BEGIN SELECT RAISE(ABORT, 'The record refuses to change a part.'); END;
CREATE TRIGGER record_part_lasts BEFORE DELETE ON record_part
WHEN NOT EXISTS (SELECT 1 FROM record_erasure e WHERE e.n = OLD.n AND (e.part = 'both' OR OLD.part <> 'facts'))
BEGIN SELECT RAISE(ABORT, 'The record drops a part only under an erasure that names it.'); END;
CREATE TRIGGER record_erasure_stays BEFORE UPDATE ON record_erasure
BEGIN SELECT RAISE(ABORT, 'The record refuses to change an erasure.'); END;
CREATE TRIGGER record_erasure_lasts BEFORE DELETE ON record_erasure
BEGIN SELECT RAISE(ABORT, 'The record refuses to drop an erasure.'); END;

CREATE TABLE record_view (
  n INTEGER PRIMARY KEY,
  line BLOB NOT NULL,
  leaf BLOB NOT NULL,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  subject TEXT NOT NULL
) STRICT;
CREATE INDEX record_view_subject ON record_view (subject, n);
CREATE INDEX record_view_actor ON record_view (actor, n);
CREATE TABLE record_view_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  frontier BLOB NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE TABLE record_view_checkpoint (
  size INTEGER PRIMARY KEY,
  note TEXT NOT NULL,
  issued_at TEXT NOT NULL
) STRICT;
CREATE TRIGGER record_view_stays BEFORE UPDATE ON record_view
BEGIN SELECT RAISE(ABORT, 'The viewing log refuses to change a line.'); END;
CREATE TRIGGER record_view_lasts BEFORE DELETE ON record_view
BEGIN SELECT RAISE(ABORT, 'The viewing log refuses to drop a line.'); END;
