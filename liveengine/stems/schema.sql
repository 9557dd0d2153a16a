-- The library's tables, migration 0001. Only the daemon writes. Times are seconds since 1970 (UTC).
-- Paths are BLOBs: a file name is bytes, and not every one is UTF-8. `row_hash` = BLAKE2b-64 over the row's other
-- columns (see seal() in connect.py): SQLite itself does not notice a flipped bit.

-- The folders that sources lie in: many stems, one path.
CREATE TABLE folders (
    id          INTEGER PRIMARY KEY,
    path        BLOB    NOT NULL UNIQUE,            -- absolute, with the separator at its end
    row_hash    BLOB
);

-- What there is to know of each stem, in few bytes (stored.py writes them); the view `stems_told` says it in full.
CREATE TABLE stems (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice
    folder      INTEGER NOT NULL REFERENCES folders (id),  -- with `name`: the file it was made from
    name        BLOB    NOT NULL,
    path        BLOB    NOT NULL,                   -- the library's own copy, relative to the data root; named: the source;
                                                    -- as TEXT only what `stems_told` cannot add
    title       TEXT    NOT NULL,
    category    TEXT    NOT NULL,
    tags        TEXT    NOT NULL,                   -- JSON array of words
    bpm         REAL,
    key         TEXT,                               -- "Am", "C"
    rate        INTEGER NOT NULL,                   -- frames per second
    channels    INTEGER NOT NULL,
    frames      INTEGER NOT NULL,
    loop        INTEGER NOT NULL,                   -- 1 loop, 0 one-shot
    bars        REAL,
    loudness    INTEGER,                            -- 1/100 LUFS
    peak        INTEGER,                            -- 1/100 dBFS
    transients  BLOB    NOT NULL,                   -- int32 little-endian, frames
    peaks       BLOB    NOT NULL,                   -- waveform for display, int8: lowest row, highest row
    mark        INTEGER NOT NULL,                   -- fingerprint of the source, 64 bits (see sound/mark.py)
    hash        BLOB,                               -- BLAKE2b-128 of the source's bytes; NULL: named, not analysed yet
    provenance  INTEGER NOT NULL CHECK (provenance BETWEEN 0 AND 3),  -- original, separated, generated, proposed
    parent      INTEGER,                            -- the stem it was separated or generated from
    root        INTEGER,                            -- MIDI note of a one-shot
    downbeat    REAL,                               -- seconds from the start to the first beat of a bar
    quality     INTEGER,                            -- 0..1000, see ml/quality.py
    licence     TEXT,
    pack        TEXT,
    creator     TEXT,
    facts       BLOB    NOT NULL,                   -- all else measured, with sources and confidences (packing.py)
    created_at  INTEGER NOT NULL,                   -- ms
    updated_at  INTEGER NOT NULL,                   -- ms after that
    row_hash    BLOB
);
CREATE INDEX stems_parent ON stems (parent) WHERE parent IS NOT NULL;
CREATE INDEX stems_title ON stems (title COLLATE NOCASE);  -- for suggestions while typing
CREATE INDEX stems_mark ON stems (mark);  -- equal files have equal marks: what has a hash is looked for here, too
CREATE INDEX stems_named ON stems (id) WHERE hash IS NULL;
CREATE UNIQUE INDEX stems_path ON stems (path) WHERE hash IS NULL;  -- a copy's name holds the hash
-- All that the search wants of a row, without the row: it is long, and a start reads every one.
CREATE INDEX stems_known ON stems (id, category, bpm, key, loop, frames, rate, provenance);

CREATE TABLE models (
    id          INTEGER PRIMARY KEY,
    model       TEXT    NOT NULL,
    checksum    TEXT    NOT NULL,                   -- of the model's weights or tables
    UNIQUE (model, checksum)
);

CREATE TABLE embeddings (
    stem        INTEGER NOT NULL REFERENCES stems (id) ON DELETE CASCADE,
    model       INTEGER NOT NULL REFERENCES models (id),
    vector      BLOB    NOT NULL,                   -- float16 little-endian, L2-normalised
    row_hash    BLOB,
    UNIQUE (stem, model)                            -- not WITHOUT ROWID: rows that only come at the end fill their pages
);

-- What the search reads of a stem: places on axes, likely categories, words of the name (`columns.pack`). A cache, made
-- from `stems` whenever a stem changes, so that a start need not read 100,000 JSON texts; another lexicon makes it anew.
CREATE TABLE codes (
    stem        INTEGER PRIMARY KEY REFERENCES stems (id) ON DELETE CASCADE,
    lexicon     INTEGER NOT NULL,                   -- checksum of what the places were taken against
    codes       BLOB    NOT NULL
);

-- What the user corrected. The columns of `stems` hold what counts, so here is what the analysis says instead: it comes
-- back when the edit is taken away, and a new analysis writes here. Values are JSON of the column's value.
CREATE TABLE edits (
    stem        INTEGER NOT NULL REFERENCES stems (id) ON DELETE CASCADE,
    field       TEXT    NOT NULL,                   -- a column of `stems`
    value       TEXT    NOT NULL,
    analysed    TEXT    NOT NULL,
    edited_at   REAL    NOT NULL,
    PRIMARY KEY (stem, field)
) WITHOUT ROWID;

-- What the last edits replaced, newest batch last; a batch is one command.
CREATE TABLE edit_log (
    batch       INTEGER NOT NULL,
    stem        INTEGER NOT NULL REFERENCES stems (id) ON DELETE CASCADE,
    field       TEXT    NOT NULL,
    before      TEXT,                               -- JSON; NULL where there was no edit
    PRIMARY KEY (batch, stem, field)
) WITHOUT ROWID;

-- How a stem came to be that the Fabrik has made, and what it is known to be: that counts before what is measured.
CREATE TABLE lineage (
    stem        INTEGER PRIMARY KEY REFERENCES stems (id) ON DELETE CASCADE,
    made_by     TEXT    NOT NULL,                   -- separate, generate, mutate, propose, dream
    model       TEXT    NOT NULL,                   -- its id, or the name of the method; '' = by signal processing alone
    checksum    TEXT    NOT NULL,                   -- of the model's weights
    seed        INTEGER,
    latent      BLOB    NOT NULL,                   -- float32 little-endian
    terms       TEXT    NOT NULL,                   -- JSON object: mode, amount ...
    known       TEXT    NOT NULL,                   -- JSON object: category, tempo, bars ... (lineage.Known)
    row_hash    BLOB
);

-- What it was made from. A parent may be deleted: its title stays here.
CREATE TABLE parents (
    stem        INTEGER NOT NULL REFERENCES stems (id) ON DELETE CASCADE,
    parent      INTEGER NOT NULL,                   -- a stem, or what was one
    share       REAL    NOT NULL,                   -- 0..1
    title       TEXT    NOT NULL,
    row_hash    BLOB,
    PRIMARY KEY (stem, parent)
) WITHOUT ROWID;
CREATE INDEX parents_parent ON parents (parent);

-- What each separation of a track gave. While all of it is there the track need not be taken apart again.
CREATE TABLE separations (
    track       TEXT    NOT NULL,                   -- BLAKE2b-128 of the file, hex
    model       TEXT    NOT NULL,
    checksum    TEXT    NOT NULL,                   -- of the model's weights
    part        TEXT    NOT NULL,                   -- drums, bass, other, vocals
    stem        INTEGER REFERENCES stems (id) ON DELETE SET NULL,
    left_out    TEXT    NOT NULL,                   -- why it is no stem; '' = it is one, or was
    PRIMARY KEY (track, model, checksum, part)
) WITHOUT ROWID;
CREATE INDEX separations_stem ON separations (stem) WHERE stem IS NOT NULL;

-- What the user does with a stem; kept apart from what the stem is.
CREATE TABLE taste (
    stem        INTEGER PRIMARY KEY REFERENCES stems (id) ON DELETE CASCADE,
    favourite   INTEGER NOT NULL DEFAULT 0,
    rating      INTEGER CHECK (rating BETWEEN 0 AND 5),  -- stars; NULL = not rated
    plays       INTEGER NOT NULL DEFAULT 0,
    played_at   REAL,
    found       INTEGER NOT NULL DEFAULT 0,         -- in how many answers to a search
    found_at    REAL
);

CREATE VIEW stems_told AS SELECT
    s.id,
    iif(s.hash IS NULL, 'named', 'ready') AS state,
    iif(typeof(s.path) = 'text',
        CAST('processed_database/stems/' || s.path || '-' || lower(hex(substr(s.hash, 1, 12))) || '.wav' AS BLOB),
        s.path) AS path,
    CAST(f.path || s.name AS BLOB) AS source,
    s.title, s.category, s.tags, s.bpm, s.key,
    CAST(s.frames AS REAL) / s.rate AS duration,    -- seconds
    s.rate, s.channels, s.frames, s.loop, s.bars,
    s.loudness / 100.0 AS loudness,                 -- LUFS
    s.peak / 100.0 AS peak,                         -- dBFS
    s.transients, s.peaks,
    printf('%016x', s.mark) AS mark,
    s.hash,
    CASE s.provenance WHEN 0 THEN 'original' WHEN 1 THEN 'separated' WHEN 2 THEN 'generated' ELSE 'proposed' END
        AS provenance,
    s.parent, s.root, s.downbeat,
    s.quality / 1000.0 AS quality,                  -- 0..1
    s.licence, s.pack, s.creator, s.facts,
    s.created_at / 1000.0 AS created_at,
    (s.created_at + s.updated_at) / 1000.0 AS updated_at,
    t.favourite, t.rating, t.plays
FROM stems s JOIN folders f ON f.id = s.folder LEFT JOIN taste t ON t.stem = s.id;

-- The same as far as the search wants it, from `stems_known` alone (columns.Known).
CREATE VIEW stems_searched AS SELECT
    s.id, s.category, s.bpm, s.key, s.loop,
    CAST(s.frames AS REAL) / s.rate AS duration,
    CASE s.provenance WHEN 0 THEN 'original' WHEN 1 THEN 'separated' WHEN 2 THEN 'generated' ELSE 'proposed' END
        AS provenance,
    ifnull(t.favourite, 0) AS favourite,
    ifnull(t.plays, 0) AS plays
FROM stems s INDEXED BY stems_known LEFT JOIN taste t ON t.stem = s.id;

-- What a user thinks of a stem: said (like, reject) or shown (kept, swapped, played); how often, and when last.
CREATE TABLE opinions (
    user        TEXT    NOT NULL,
    stem        INTEGER NOT NULL REFERENCES stems (id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL CHECK (kind IN ('like', 'reject', 'kept', 'swapped', 'played')),
    count       INTEGER NOT NULL,
    seconds     REAL    NOT NULL DEFAULT 0,         -- played: how long it was heard in all
    at          REAL    NOT NULL,
    PRIMARY KEY (user, stem, kind)
) WITHOUT ROWID;
CREATE INDEX opinions_stem ON opinions (stem);

-- What was searched for, so that it can be repeated.
CREATE TABLE searches (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    user        TEXT    NOT NULL,
    address     TEXT    NOT NULL,                   -- of the command
    arguments   TEXT    NOT NULL,                   -- JSON object
    matches     INTEGER NOT NULL,
    at          REAL    NOT NULL
);

CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT    NOT NULL,
    payload     TEXT    NOT NULL,                   -- JSON
    state       TEXT    NOT NULL CHECK (
        state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'set_aside')
    ),
    now         INTEGER NOT NULL DEFAULT 0,         -- 1: somebody waits for it; the others may wait
    done        INTEGER NOT NULL DEFAULT 0,
    total       INTEGER NOT NULL DEFAULT 0,
    text        TEXT    NOT NULL DEFAULT '',
    attempts    INTEGER NOT NULL DEFAULT 0,         -- since it was queued or last got anywhere
    code        TEXT,
    error       TEXT,
    result      TEXT,                               -- JSON
    place       TEXT,                               -- JSON: what it needs to go on where it was after a kill
    created_at  REAL    NOT NULL,
    begun_at    REAL,                               -- of the first try since it was asked for; NULL = it waits for that
    updated_at  REAL    NOT NULL
);
CREATE INDEX jobs_state ON jobs (state, id);

-- What was noted of the newest jobs, a bounded number of lines of each.
CREATE TABLE job_log (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    job         INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    at          REAL    NOT NULL,
    level       TEXT    NOT NULL CHECK (level IN ('info', 'warning', 'error')),
    text        TEXT    NOT NULL
);
CREATE INDEX job_log_job ON job_log (job, id);

-- The files of an ingest job, each with its own state, so that a killed scan goes on where it stopped.
CREATE TABLE job_files (
    job         INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    path        BLOB    NOT NULL,                   -- empty where the file is a stem's and nobody asks for it any more
    state       TEXT    NOT NULL CHECK (
        state IN ('queued', 'named', 'done', 'duplicate', 'quarantined', 'failed', 'vanished', 'deleted')
    ),
    attempts    INTEGER NOT NULL DEFAULT 0,
    stem        INTEGER,                            -- while named: the stem that waits for its analysis, if any
    reason      TEXT,
    PRIMARY KEY (job, position)
) WITHOUT ROWID;
CREATE INDEX job_files_path ON job_files (path) WHERE path <> x'';
CREATE INDEX job_files_stem ON job_files (stem) WHERE state = 'named';

-- What the watched folders have brought: a file is queued once in each state.
CREATE TABLE watched (
    path        BLOB    PRIMARY KEY,
    size        INTEGER NOT NULL,                   -- bytes
    changed     INTEGER NOT NULL                    -- ns since 1970
) WITHOUT ROWID;

CREATE TABLE quarantine (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    source      BLOB    NOT NULL,
    hash        BLOB,                               -- NULL where the bytes could not be read
    code        TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    copy        BLOB,                               -- relative to the data root; NULL where nothing could be copied
    created_at  REAL    NOT NULL
);
CREATE INDEX quarantine_hash ON quarantine (hash);
CREATE INDEX quarantine_source ON quarantine (source);

-- The live session as the daemon last wrote it; one row.
CREATE TABLE session (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    record      TEXT    NOT NULL,                   -- JSON
    saved_at    REAL    NOT NULL,
    row_hash    BLOB
);

CREATE TABLE tracks (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    path        BLOB    NOT NULL,                   -- relative to the data root where it lies inside
    prompt      TEXT    NOT NULL,
    plan        TEXT    NOT NULL,                   -- JSON
    duration    REAL    NOT NULL,                   -- seconds
    created_at  REAL    NOT NULL,
    row_hash    BLOB
);
CREATE TABLE track_stem (
    track       INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    stem        INTEGER NOT NULL,
    section     TEXT    NOT NULL,
    PRIMARY KEY (track, position)
) WITHOUT ROWID;

CREATE TABLE settings (
    key         TEXT PRIMARY KEY,
    value       TEXT NOT NULL,                      -- JSON
    updated_at  REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE metrics (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    figure      TEXT NOT NULL,
    value       REAL NOT NULL,
    unit        TEXT NOT NULL,
    measured_at REAL NOT NULL
);
