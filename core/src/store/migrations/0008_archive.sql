-- A file as it came in, kept by its checksum under files/.
create table file (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid,
  name text not null,
  sha256 text not null,
  size bigint not null check (size > 0),
  media_type text not null,
  created_at timestamptz not null,
  primary key (community_id, id)
);
create index file_event on file (community_id, event_id);

-- A recording and the session it belongs to, with the reason for the match; nothing is guessed silently.
create table recording (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  file_id uuid not null,
  session_id uuid,
  name text not null,
  recorded_on date,
  no integer,
  slug text not null default '',
  started_at timestamptz,
  matched_by text not null default 'none' check (matched_by in ('time', 'number', 'slug', 'hand', 'none')),
  problems jsonb not null default '[]',
  published boolean not null default false,
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, event_id, name),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, file_id) references file (community_id, id),
  foreign key (community_id, session_id) references session (community_id, id) on delete set null (session_id)
);

-- Articles: the recap (纪实) and others, Markdown.
create table article (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  slug text not null,
  kind text not null check (kind in ('recap', 'story', 'news')),
  locale text not null default 'zh',
  title text not null,
  body text not null,
  state text not null default 'draft' check (state in ('draft', 'published')),
  published_at timestamptz,
  revision integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, event_id, slug, locale),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);

-- From which event this one was copied, and what came along.
create table copy (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  from_community_id uuid not null,
  from_event_id uuid not null,
  from_name jsonb not null,
  counts jsonb not null default '{}',
  copied_at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
