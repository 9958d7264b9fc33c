-- Earlier attempts and this event's own proposal: what was meant, what became of it.
create table proposal (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  title jsonb not null,
  what jsonb not null default '{}',
  why jsonb not null default '{}',
  for_whom jsonb not null default '{}',
  how_many integer,
  planned_for date,
  where_text jsonb not null default '{}',
  state text not null default 'open' check (state in ('open', 'shelved', 'revived', 'accepted', 'done')),
  reason jsonb not null default '{}',
  came integer,
  registered integer,
  lesson jsonb not null default '{}',
  revision integer not null default 1,
  created_at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
create index proposal_event on proposal (community_id, event_id);

-- Dates that were considered; an objection is kept with its reason.
create table date_option (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  day date not null,
  state text not null default 'considered' check (state in ('considered', 'rejected', 'chosen')),
  reason jsonb not null default '{}',
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, event_id, day),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);

-- Tasks count back from the day: day_offset −14 is two weeks before.
create table task (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  title jsonb not null,
  detail jsonb not null default '{}',
  room text not null default 'plan',
  day_offset integer not null check (day_offset between -730 and 730),
  state text not null default 'open' check (state in ('open', 'done', 'dropped')),
  owner_id uuid,
  done_at timestamptz,
  position integer not null default 0,
  revision integer not null default 1,
  created_at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, owner_id) references person (community_id, id) on delete set null (owner_id)
);
create index task_event on task (community_id, event_id, day_offset, position);

-- Meetings, decisions and milestones of the road before.
create table note (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  kind text not null check (kind in ('meeting', 'decision', 'milestone')),
  day date not null,
  title jsonb not null,
  detail jsonb not null default '{}',
  present integer,
  created_at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
create index note_event on note (community_id, event_id, day);

-- Planned and actual money by line; whole fen. Income from partners is read from their pledges.
create table budget_line (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  kind text not null check (kind in ('income', 'expense')),
  title jsonb not null,
  planned_fen bigint not null default 0,
  actual_fen bigint,
  position integer not null default 0,
  revision integer not null default 1,
  created_at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
create index budget_line_event on budget_line (community_id, event_id, position);

-- Who helps with what; the personal link /v/… is derived from this row.
create table volunteer (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  person_id uuid not null,
  duty text not null check (duty in ('lead', 'secretary', 'emcee', 'door', 'stage', 'recording', 'photo', 'promotion', 'design', 'other')),
  duty_note jsonb not null default '{}',
  starts_at timestamptz,
  ends_at timestamptz,
  link_version integer not null default 1,
  state text not null default 'active' check (state in ('active', 'left')),
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, event_id, person_id, duty),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, person_id) references person (community_id, id) on delete cascade
);

-- Somebody or something in the chain of introductions: a person, an organisation, a place where people met.
-- through: where or by what they met; led_to: what came of it.
create table contact (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  name text not null,
  kind text not null check (kind in ('person', 'organisation', 'place')),
  note text not null default '',
  person_id uuid,
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, name),
  foreign key (community_id, person_id) references person (community_id, id) on delete set null (person_id)
);

create table introduction (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid,
  from_id uuid not null,
  to_id uuid not null,
  through jsonb not null default '{}',
  led_to jsonb not null default '{}',
  on_day date,
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, from_id, to_id),
  check (from_id <> to_id),
  foreign key (community_id, from_id) references contact (community_id, id) on delete cascade,
  foreign key (community_id, to_id) references contact (community_id, id) on delete cascade
);

-- A partner's support of one event. kinds: cash, venue, gifts, labour, media, speakers, stream, advice.
-- The road: lead → talking → pledged → received (or declined); only received money is money.
create table pledge (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  name text not null,
  kinds text[] not null,
  what jsonb not null default '{}',
  -- What we promised them: a logo, a word from the stage, a stand.
  in_return jsonb not null default '{}',
  state text not null default 'lead' check (state in ('lead', 'talking', 'pledged', 'received', 'declined')),
  amount_fen bigint not null default 0 check (amount_fen >= 0),
  received_fen bigint not null default 0 check (received_fen >= 0),
  url text not null default '',
  contact_id uuid,
  position integer not null default 0,
  link_version integer not null default 1,
  revision integer not null default 1,
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, event_id, name),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, contact_id) references contact (community_id, id) on delete set null (contact_id)
);
