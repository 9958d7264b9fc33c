-- `no` is the short number that personal links carry, so that every look-up stays in one tenant.
create table community (
  community_id uuid not null primary key,
  no bigint generated always as identity unique,
  slug text not null unique,
  name jsonb not null,
  about jsonb not null default '{}',
  city jsonb not null default '{}',
  site text not null default '',
  contact text not null default '',
  accent text not null default '',
  notice_version text not null default '1',
  example boolean not null default false,
  revision bigint not null default 1,
  created_at timestamptz not null
);

create table edition (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  slug text not null,
  name jsonb not null,
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, slug)
);

-- An event: one venue, one city, usually one day.
-- seats: chairs in the hall; cap: registrations accepted; expected: how many the organisers count on.
create table event (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  edition_id uuid,
  slug text not null,
  name jsonb not null,
  summary jsonb not null default '{}',
  purpose jsonb not null default '{}',
  audience jsonb not null default '{}',
  city jsonb not null default '{}',
  venue jsonb not null default '{}',
  address jsonb not null default '{}',
  venue_note jsonb not null default '{}',
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  time_zone text not null default 'Asia/Shanghai',
  state text not null default 'draft' check (state in ('draft', 'published', 'over', 'postponed', 'cancelled')),
  seats integer check (seats >= 0),
  cap integer check (cap >= 0),
  expected integer check (expected >= 0),
  budget_fen bigint not null default 0,
  retention_days integer not null default 180 check (retention_days between 1 and 3650),
  live_url text not null default '',
  revision bigint not null default 1,
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, slug),
  foreign key (community_id, edition_id) references edition (community_id, id)
);
create index event_starts on event (community_id, starts_at);

-- A role in the community (event_id null) or in one event. Roles: community/permissions.ts.
create table membership (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  account_id text not null,
  event_id uuid,
  role text not null,
  created_at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
create unique index membership_once on membership (community_id, account_id, event_id, role) nulls not distinct;
create index membership_account on membership (account_id);
