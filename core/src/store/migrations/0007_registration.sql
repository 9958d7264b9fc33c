-- The event's counter of seats: one row per event, locked by whoever decides.
create table seat_counter (
  community_id uuid not null references community (community_id) on delete cascade,
  event_id uuid not null,
  taken integer not null default 0 check (taken >= 0),
  opens_at timestamptz,
  closes_at timestamptz,
  open boolean not null default false,
  primary key (community_id, event_id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);

-- Every entrance has its own tracked link and may have its own share of the cap.
create table channel (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  slug text not null,
  name jsonb not null,
  share integer check (share >= 0),
  clicks integer not null default 0,
  -- Seats taken through this entrance, written under the lock of the event's seat_counter.
  taken integer not null default 0 check (taken >= 0),
  position integer not null default 0,
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, event_id, slug),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);

create table ticket_type (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  name jsonb not null,
  price_fen bigint not null default 0 check (price_fen >= 0),
  counts boolean not null default true,
  position integer not null default 0,
  created_at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);

-- One seat booked by one person. phone and email are what was given for this booking, in normal form:
-- they hold the door's search and the rule of one booking per contact; '' when not given or erased.
-- Whoever books agrees to the notice of notice_version; only what is optional stands in consent.
create table registration (
  community_id uuid not null,
  id uuid not null,
  event_id uuid not null,
  person_id uuid not null,
  ticket_type_id uuid,
  channel_id uuid,
  code text not null,
  state text not null default 'registered' check (state in ('registered', 'cancelled')),
  phone text not null default '',
  email text not null default '',
  locale text not null default 'zh',
  answers jsonb not null default '{}',
  notice_version text not null default '',
  link_version integer not null default 1,
  registered_at timestamptz not null,
  cancelled_at timestamptz,
  erased_at timestamptz,
  primary key (community_id, id),
  unique (community_id, event_id, code),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, person_id) references person (community_id, id) on delete cascade,
  foreign key (community_id, channel_id) references channel (community_id, id) on delete set null (channel_id),
  foreign key (community_id, ticket_type_id) references ticket_type (community_id, id) on delete set null (ticket_type_id)
);
-- In a rush these tables fill in seconds, long before they are analysed. What tells bookings apart therefore comes right
-- after the community, so that no other index can look as good as the exact one. An event's own bookings are found by
-- their codes' index.
-- person_id is never null; said here, the planner takes these two only for a question about a person.
create unique index registration_once on registration (community_id, person_id, event_id) where state = 'registered' and person_id is not null;
create unique index registration_phone_once on registration (community_id, phone, event_id) where state = 'registered' and phone <> '';
create unique index registration_email_once on registration (community_id, email, event_id) where state = 'registered' and email <> '';
create index registration_person on registration (community_id, person_id) where person_id is not null;

-- Each scan, also the refused ones; the first accepted one per list admits. The id is made by the scanning phone,
-- so that a scan sent twice is one scan.
create table scan (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  registration_id uuid,
  list text not null check (list in ('morning', 'afternoon', 'evening', 'day')),
  at timestamptz not null,
  desk text not null default '',
  verdict text not null check (verdict in ('admitted', 'again', 'cancelled', 'unknown', 'other_event', 'undone')),
  by_name text not null default '',
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, registration_id) references registration (community_id, id) on delete set null (registration_id)
);
create unique index scan_admitted_once on scan (community_id, event_id, registration_id, list) where verdict = 'admitted';
create index scan_event on scan (community_id, event_id, at);
