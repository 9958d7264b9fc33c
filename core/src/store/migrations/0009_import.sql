-- A list of people that came from elsewhere: one uploaded file, how its columns were read, and what became of it.
create table import_batch (
  community_id uuid not null,
  id uuid not null,
  event_id uuid not null,
  channel_id uuid,
  -- The platform or partner in the organiser's words.
  source text not null,
  -- On what basis the people's data may be used here, as the organiser stated it, and when.
  basis text not null check (basis in ('ours', 'consent', 'joint')),
  basis_note text not null default '',
  file_name text not null,
  format text not null check (format in ('csv', 'xlsx')),
  encoding text not null,
  header_line integer not null,
  -- The columns: heading, what it is read as, why that was guessed, some values.
  columns jsonb not null,
  state text not null default 'draft' check (state in ('draft', 'running', 'done', 'cancelled')),
  total integer not null,
  done integer not null default 0,
  created_by text not null default '',
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  -- When the rows' contents were removed at the end of keeping.
  cleared_at timestamptz,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, channel_id) references channel (community_id, id) on delete set null (channel_id)
);
create index import_batch_event on import_batch (community_id, event_id, created_at);

-- Every row of the file as it came. hash is keyed by the installation's secret and outlives the contents, so that a row
-- that was taken is not taken again and one that was erased stays erased.
create table import_row (
  community_id uuid not null,
  batch_id uuid not null,
  event_id uuid not null,
  line integer not null,
  cells jsonb not null,
  hash text not null,
  -- What is to become of it by the preview, and why.
  plan text not null default '' check (plan in ('', 'new', 'same', 'again', 'possible', 'refused')),
  reason text not null default '',
  -- Whom it may be: another row of this file, or a booking.
  mate_line integer,
  mate_id uuid,
  choice text not null default '' check (choice in ('', 'same', 'other', 'skip')),
  -- What became of it; '' while the list has not come to it.
  outcome text not null default '' check (outcome in ('', 'taken', 'merged', 'again', 'held', 'skipped', 'refused', 'erased')),
  registration_id uuid,
  primary key (community_id, batch_id, line),
  foreign key (community_id, batch_id) references import_batch (community_id, id) on delete cascade,
  foreign key (community_id, registration_id) references registration (community_id, id) on delete set null (registration_id)
);
create index import_row_hash on import_row (community_id, event_id, hash);
create index import_row_registration on import_row (community_id, registration_id);

-- Namesakes of one organisation, whom a person has to tell apart. Most people have given no organisation.
create index person_affiliated on person (community_id, name) where affiliation <> '{}';
