create table hall (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  name jsonb not null,
  seats integer,
  position integer not null default 0,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);

-- One item of the programme: a talk, or a warm-up, opening, break … Its guid never changes (feeds rely on it);
-- `no` is the whole number that exchange formats ask for, unique in the event.
create table session (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  no integer not null,
  slug text not null,
  kind text not null check (kind in ('warm-up', 'opening', 'keynote', 'talk', 'lightning', 'panel', 'workshop', 'break', 'photo', 'closing', 'other')),
  title jsonb not null,
  abstract jsonb not null default '{}',
  level text not null default '' check (level in ('', 'beginner', 'intermediate', 'advanced')),
  language text not null default 'zh',
  slides_url text not null default '',
  note jsonb not null default '{}',
  state text not null default 'confirmed' check (state in ('draft', 'confirmed', 'cancelled')),
  may_record boolean not null default true,
  hall_id uuid,
  starts_at timestamptz,
  minutes integer not null default 30 check (minutes between 1 and 1440),
  position integer not null default 0,
  revision integer not null default 1,
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, event_id, no),
  unique (community_id, event_id, slug),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, hall_id) references hall (community_id, id) on delete set null (hall_id)
);
create index session_starts on session (community_id, event_id, starts_at, position);

create table session_speaker (
  community_id uuid not null references community (community_id) on delete cascade,
  session_id uuid not null,
  person_id uuid not null,
  affiliation jsonb not null default '{}',
  position integer not null default 0,
  primary key (community_id, session_id, person_id),
  foreign key (community_id, session_id) references session (community_id, id) on delete cascade,
  foreign key (community_id, person_id) references person (community_id, id) on delete cascade
);
create index session_speaker_person on session_speaker (community_id, person_id);

-- A released schedule is what the public sees; the working copy may differ.
create table schedule_release (
  community_id uuid not null references community (community_id) on delete cascade,
  event_id uuid not null,
  version integer not null,
  released_at timestamptz not null,
  note jsonb not null default '{}',
  content jsonb not null,
  primary key (community_id, event_id, version),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);

-- What really happened on stage, to the second.
create table run (
  community_id uuid not null references community (community_id) on delete cascade,
  event_id uuid not null,
  session_id uuid not null,
  started_at timestamptz,
  ended_at timestamptz,
  extra_seconds integer not null default 0,
  overrun_seconds integer,
  state text not null default 'waiting' check (state in ('waiting', 'on', 'done', 'skipped')),
  primary key (community_id, session_id),
  foreign key (community_id, session_id) references session (community_id, id) on delete cascade,
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
create index run_event on run (community_id, event_id);

-- Figures read from a stream or counted in a hall, with what was counted and when.
create table figure (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  metric text not null check (metric in ('stream_clicks', 'stream_viewers', 'stream_peak', 'head_count')),
  platform text not null default '',
  value integer not null check (value >= 0),
  at timestamptz not null,
  note jsonb not null default '{}',
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
