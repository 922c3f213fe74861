-- The ledger on PostgreSQL; the same tables as sqlite.sql. The application's role owns none of them (heed.record.roles).
CREATE TABLE record_head (
  id smallint PRIMARY KEY CHECK (id = 1),
  size bigint NOT NULL,
  frontier bytea NOT NULL,
  recorded_at text NOT NULL,
  is_synthetic smallint NOT NULL
);

CREATE TABLE record_entry (
  n bigint PRIMARY KEY,
  spine bytea NOT NULL,
  leaf bytea NOT NULL,
  kind text GENERATED ALWAYS AS (
    encode(substring(spine FROM 172 FOR greatest(0, octet_length(spine) - 348 - length(n::text))), 'escape')
  ) STORED,
  subject text GENERATED ALWAYS AS (encode(substring(spine FROM octet_length(spine) - 114 FOR 32), 'escape')) STORED,
  recorded_at text COLLATE "C" GENERATED ALWAYS AS (
    encode(substring(spine FROM octet_length(spine) - 154 FOR 27), 'escape')
  ) STORED,
  actor text GENERATED ALWAYS AS (encode(substring(spine FROM 11 FOR 32), 'escape')) STORED,
  agency text GENERATED ALWAYS AS (encode(substring(spine FROM 55 FOR 32), 'escape')) STORED
);

CREATE TABLE record_part (
  id bigint PRIMARY KEY,
  n bigint GENERATED ALWAYS AS (id >> 14) STORED,
  part text GENERATED ALWAYS AS (CASE id & 16383 WHEN 0 THEN 'facts' WHEN 16383 THEN 'words' ELSE 'file' END) STORED,
  digest text NOT NULL,
  salt bytea NOT NULL,
  bytes bytea
);

CREATE TABLE record_request (
  request text COLLATE "C" PRIMARY KEY,
  n bigint NOT NULL
);

CREATE TABLE record_ref (
  key text COLLATE "C" NOT NULL,
  n bigint NOT NULL,
  role text NOT NULL,
  PRIMARY KEY (key, n, role)
);

CREATE TABLE record_tile (
  level smallint NOT NULL,
  i bigint NOT NULL,
  root bytea NOT NULL,
  folded bytea NOT NULL,
  hashes bytea NOT NULL,
  PRIMARY KEY (level, i)
);

CREATE TABLE record_checkpoint (
  size bigint PRIMARY KEY,
  note text NOT NULL,
  issued_at text NOT NULL
);

CREATE TABLE record_cosignature (
  size bigint NOT NULL,
  line text NOT NULL,
  received_at text NOT NULL,
  PRIMARY KEY (size, line)
);

CREATE TABLE record_erasure (
  n bigint NOT NULL,
  part text NOT NULL CHECK (part IN ('words', 'both')),
  by_n bigint NOT NULL,
  PRIMARY KEY (n, part)
);

CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END$$;

CREATE FUNCTION record_part_guard() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN
  IF NOT EXISTS (SELECT 1 FROM record_erasure e WHERE e.n = OLD.n AND (e.part = 'both' OR OLD.part <> 'facts')) THEN
    RAISE EXCEPTION 'The record drops a part only under an erasure that names it.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END$$;

CREATE TRIGGER record_entry_stays BEFORE UPDATE OR DELETE ON record_entry
FOR EACH ROW EXECUTE FUNCTION record_refuse('The record refuses to change or drop an entry.');
CREATE TRIGGER record_entry_lasts BEFORE TRUNCATE ON record_entry
FOR EACH STATEMENT EXECUTE FUNCTION record_refuse('The record refuses to drop entries.');
CREATE TRIGGER record_part_stays BEFORE UPDATE ON record_part
FOR EACH ROW EXECUTE FUNCTION record_refuse('The record refuses to change a part.');
CREATE TRIGGER record_part_lasts BEFORE DELETE ON record_part FOR EACH ROW EXECUTE FUNCTION record_part_guard();
CREATE TRIGGER record_part_empties BEFORE TRUNCATE ON record_part
FOR EACH STATEMENT EXECUTE FUNCTION record_refuse('The record refuses to drop parts.');
CREATE TRIGGER record_erasure_stays BEFORE UPDATE OR DELETE ON record_erasure
FOR EACH ROW EXECUTE FUNCTION record_refuse('The record refuses to change or drop an erasure.');
CREATE TRIGGER record_erasure_lasts BEFORE TRUNCATE ON record_erasure
FOR EACH STATEMENT EXECUTE FUNCTION record_refuse('The record refuses to drop erasures.');

CREATE TABLE record_view (
  n bigint PRIMARY KEY,
  line bytea NOT NULL,
  leaf bytea NOT NULL,
  at text NOT NULL,
  actor text NOT NULL,
  subject text NOT NULL
);
CREATE INDEX record_view_subject ON record_view (subject, n);
CREATE INDEX record_view_actor ON record_view (actor, n);
CREATE TABLE record_view_head (
  id smallint PRIMARY KEY CHECK (id = 1),
  size bigint NOT NULL,
  frontier bytea NOT NULL,
  at text NOT NULL
);
CREATE TABLE record_view_checkpoint (
  size bigint PRIMARY KEY,
  note text NOT NULL,
  issued_at text NOT NULL
);
CREATE TRIGGER record_view_stays BEFORE UPDATE OR DELETE ON record_view
FOR EACH ROW EXECUTE FUNCTION record_refuse('The viewing log refuses to change or drop a line.');
CREATE TRIGGER record_view_lasts BEFORE TRUNCATE ON record_view
FOR EACH STATEMENT EXECUTE FUNCTION record_refuse('The viewing log refuses to drop lines.');
