-- What can be registered for: tickets, and what is added to a ticket (dinner, T-shirt, workshop seat). A variant (size M)
-- is a type of its own under its parent, so that it can have its own quota.
alter table ticket_type
  add column kind text not null default 'ticket' check (kind in ('ticket', 'addon')),
  add column category text not null default 'standard' check (category in ('standard', 'student', 'comp', 'speaker', 'media', 'staff')),
  add column parent_id uuid,
  add column about jsonb not null default '{}',
  -- fixed: price_fen, 0 is free. open: whoever registers says how much, price_fen at least.
  add column pricing text not null default 'fixed' check (pricing in ('fixed', 'open')),
  -- Early bird: this price until then, or for so many; null: no such end.
  add column early_fen bigint check (early_fen >= 0),
  add column early_until timestamptz,
  add column early_count integer check (early_count >= 0),
  add column sells_from timestamptz,
  add column sells_until timestamptz,
  -- Shown only with a voucher for it.
  add column hidden boolean not null default false,
  -- Somebody looks at each request before it gets a seat.
  add column review boolean not null default false,
  add column per_order integer not null default 1 check (per_order between 1 and 100),
  add column per_person integer not null default 1 check (per_person between 1 and 100),
  -- Held and registered, written under the lock of the event's seat_counter. So are quota.taken and voucher.used.
  add column taken integer not null default 0 check (taken >= 0),
  add column retired_at timestamptz,
  add column revision integer not null default 1,
  add foreign key (community_id, parent_id) references ticket_type (community_id, id) on delete cascade;
create index ticket_type_event on ticket_type (community_id, event_id, position);

-- A number of places that several types share; a type may be in several quotas and needs a place in each.
create table quota (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  name jsonb not null,
  -- Null: counted, not limited.
  size integer check (size >= 0),
  taken integer not null default 0 check (taken >= 0),
  position integer not null default 0,
  created_at timestamptz not null,
  revision integer not null default 1,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
create index quota_event on quota (community_id, event_id, position);

create table quota_type (
  community_id uuid not null,
  quota_id uuid not null,
  ticket_type_id uuid not null,
  primary key (community_id, quota_id, ticket_type_id),
  foreign key (community_id, quota_id) references quota (community_id, id) on delete cascade,
  foreign key (community_id, ticket_type_id) references ticket_type (community_id, id) on delete cascade
);
create index quota_type_type on quota_type (community_id, ticket_type_id);

create table voucher (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  code text not null,
  -- What it was made for, and the heap it was made in.
  note text not null default '',
  batch text not null default '',
  -- percent: value of a hundred off; amount: value fen off; price: costs value fen (0: free); none: only opens or reserves.
  effect text not null default 'none' check (effect in ('none', 'percent', 'amount', 'price')),
  value bigint not null default 0 check (value >= 0),
  -- Null: every type of the event.
  ticket_type_id uuid,
  max_uses integer not null default 1 check (max_uses between 1 and 100000),
  used integer not null default 0 check (used >= 0),
  -- Unused uses keep a place each, in the type's quotas and under the cap, until valid_until.
  reserves boolean not null default false,
  -- How many places it keeps now; written under the lock of the event's seat_counter.
  kept integer not null default 0 check (kept >= 0),
  valid_from timestamptz,
  valid_until timestamptz,
  retired_at timestamptz,
  created_at timestamptz not null,
  primary key (community_id, id),
  unique (community_id, event_id, code),
  check (used <= max_uses),
  check (not reserves or ticket_type_id is not null),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, ticket_type_id) references ticket_type (community_id, id) on delete cascade
);

-- A hold, and what becomes of it: several seats, a payment, a review. A free seat alone needs no order.
-- review: asked for, holds nothing · held: seats are held until expires_at · placed: all is said, money is awaited until
-- expires_at · done: every line is booked, and paid where it costs · the others hold nothing.
create table ticket_order (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  code text not null,
  state text not null check (state in ('review', 'held', 'placed', 'done', 'declined', 'cancelled', 'expired')),
  -- Who orders; '' while not said or after erasure.
  name text not null default '',
  phone text not null default '',
  email text not null default '',
  locale text not null default 'zh',
  channel_id uuid,
  voucher_id uuid,
  notice_version text not null default '',
  total_fen bigint not null default 0 check (total_fen >= 0),
  -- Received and not given back, written with the ledger.
  paid_fen bigint not null default 0 check (paid_fen >= 0),
  created_at timestamptz not null,
  expires_at timestamptz,
  placed_at timestamptz,
  done_at timestamptz,
  closed_at timestamptz,
  -- Why it was declined or cancelled, as it was told.
  reason text not null default '',
  link_version integer not null default 1,
  erased_at timestamptz,
  primary key (community_id, id),
  unique (community_id, event_id, code),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, channel_id) references channel (community_id, id) on delete set null (channel_id),
  foreign key (community_id, voucher_id) references voucher (community_id, id) on delete set null (voucher_id)
);
create index ticket_order_open on ticket_order (community_id, event_id, expires_at) where state in ('held', 'placed');
create index ticket_order_event on ticket_order (community_id, event_id, created_at);

-- One thing of an order. asked: under review · held: counted · booked: counted as its registration · free: given back.
create table order_line (
  community_id uuid not null,
  id uuid not null,
  order_id uuid not null,
  event_id uuid not null,
  -- Null: the plain seat of an event without types.
  ticket_type_id uuid,
  -- What it is added to: the line of the ticket.
  for_line_id uuid,
  position integer not null default 0,
  price_fen bigint not null default 0 check (price_fen >= 0),
  state text not null check (state in ('asked', 'held', 'booked', 'free')),
  -- Counted as one use of the order's voucher.
  by_voucher boolean not null default false,
  name text not null default '',
  phone text not null default '',
  email text not null default '',
  answers jsonb not null default '{}',
  consents text[] not null default '{}',
  registration_id uuid,
  primary key (community_id, id),
  foreign key (community_id, order_id) references ticket_order (community_id, id) on delete cascade,
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, ticket_type_id) references ticket_type (community_id, id),
  foreign key (community_id, for_line_id) references order_line (community_id, id) on delete cascade,
  foreign key (community_id, registration_id) references registration (community_id, id) on delete set null (registration_id)
);
create index order_line_order on order_line (community_id, order_id, position);
create index order_line_registration on order_line (community_id, registration_id) where registration_id is not null;

-- Who waits for a seat, an add-on or a workshop. An offer is an order that holds the seats until it expires.
create table waiting (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  -- Null: any ticket of an event without types.
  ticket_type_id uuid,
  -- For an add-on: the ticket it goes with.
  registration_id uuid,
  seats integer not null default 1 check (seats between 1 and 20),
  -- All together or none.
  together boolean not null default true,
  name text not null default '',
  phone text not null default '',
  email text not null default '',
  locale text not null default 'zh',
  channel_id uuid,
  notice_version text not null default '',
  -- Higher is called earlier; then who came earlier.
  priority integer not null default 0,
  state text not null check (state in ('waiting', 'offered', 'taken', 'left', 'missed')),
  joined_at timestamptz not null,
  offered_at timestamptz,
  closed_at timestamptz,
  order_id uuid,
  link_version integer not null default 1,
  erased_at timestamptz,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, ticket_type_id) references ticket_type (community_id, id) on delete cascade,
  foreign key (community_id, registration_id) references registration (community_id, id) on delete cascade,
  foreign key (community_id, channel_id) references channel (community_id, id) on delete set null (channel_id),
  foreign key (community_id, order_id) references ticket_order (community_id, id) on delete set null (order_id)
);
create index waiting_line on waiting (community_id, event_id, priority desc, joined_at, id) where state = 'waiting';
create index waiting_order on waiting (community_id, order_id) where order_id is not null;

alter table registration
  -- The order it came with; null: a free seat registered for at once, or a list from elsewhere.
  add column order_id uuid,
  add foreign key (community_id, order_id) references ticket_order (community_id, id) on delete set null (order_id);
create index registration_order on registration (community_id, order_id) where order_id is not null;

-- How seats are given, beside the switch and the window.
alter table seat_counter
  -- While a form is filled in; while money is awaited; how long an offer to somebody who waits stands.
  add column hold_minutes integer not null default 15 check (hold_minutes between 1 and 1440),
  add column pay_minutes integer not null default 30 check (pay_minutes between 5 and 20160),
  add column offer_hours integer not null default 12 check (offer_hours between 1 and 168),
  -- Whether people may wait when there is no seat.
  add column waiting_open boolean not null default true,
  -- Until when a ticket may be handed to somebody else; null: until the event begins.
  add column handover_until timestamptz;
