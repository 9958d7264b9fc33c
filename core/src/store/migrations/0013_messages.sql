-- The words of a kind of mail as an organiser changed them, for one event or (event_id null) for all of the community.
-- No row: the built-in words.
create table message_template (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid,
  kind text not null,
  locale text not null check (locale in ('zh', 'en')),
  subject text not null,
  body text not null,
  revision integer not null default 1,
  changed_at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
create unique index message_template_once on message_template (community_id, kind, locale, event_id) nulls not distinct;

-- When nobody is written to who does not wait for it; wall-clock times in the event's time zone. No row: 22:00 to 08:00.
create table message_setting (
  community_id uuid not null primary key references community (community_id) on delete cascade,
  quiet_from text not null default '22:00' check (quiet_from ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  quiet_until text not null default '08:00' check (quiet_until ~ '^([01]\d|2[0-3]):[0-5]\d$')
);

-- A message to all who are registered. What is said by its own words (free, changed) stands here.
create table planned_message (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  kind text not null check (kind in ('reminder', 'reconfirm', 'reconfirm_again', 'changed', 'called_off', 'free')),
  -- off: switched off · planned: waits for its moment · sending: begun · sent · missed: its moment passed unused ·
  -- dropped: an organiser decided that nobody need be told.
  state text not null default 'planned' check (state in ('off', 'planned', 'sending', 'sent', 'missed', 'dropped')),
  -- Its moment: so many days before the event's day, at a wall-clock time there; or so many hours before the start;
  -- neither: at once.
  days_before integer check (days_before between 0 and 60),
  at_time text check (at_time ~ '^([01]\d|2[0-3]):[0-5]\d$'),
  hours_before integer check (hours_before between 1 and 72),
  -- Re-confirmation: until when an answer is awaited (days before, at the same wall-clock time), and what then becomes
  -- of a seat without one.
  until_days integer check (until_days between 0 and 60),
  -- As it was told when the question went out; it stands, even if the event moves.
  answer_until timestamptz,
  silent text not null default 'keep' check (silent in ('keep', 'remind', 'release')),
  subject jsonb not null default '{}',
  body jsonb not null default '{}',
  -- What changed, as it is told: old and new by field.
  facts jsonb not null default '{}',
  revision integer not null default 1,
  created_at timestamptz not null,
  started_at timestamptz,
  sent_at timestamptz,
  -- Re-confirmation: when the silent ones were dealt with.
  closed_at timestamptz,
  -- How many it went to; how many could not be written to; how many seats were given on.
  mailed integer not null default 0,
  without_mail integer not null default 0,
  released integer not null default 0,
  primary key (community_id, id),
  check ((days_before is null) = (at_time is null)),
  check (days_before is null or hours_before is null),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
-- One of each of these an event: whoever comes second finds the first one's.
create unique index planned_message_one on planned_message (community_id, event_id, kind)
  where kind in ('reminder', 'reconfirm', 'reconfirm_again');
create index planned_message_event on planned_message (community_id, event_id, created_at);
create index planned_message_open on planned_message (community_id, event_id)
  where state in ('planned', 'sending') or (kind = 'reconfirm' and state = 'sent' and closed_at is null);

-- Who got a message: the key that nobody gets one twice, whatever stops in between.
create table message_receipt (
  community_id uuid not null,
  message_id uuid not null,
  registration_id uuid not null,
  mail_id uuid not null,
  at timestamptz not null,
  -- Re-confirmation: when a seat without an answer was dealt with.
  closed_at timestamptz,
  primary key (community_id, message_id, registration_id),
  foreign key (community_id, message_id) references planned_message (community_id, id) on delete cascade,
  foreign key (community_id, registration_id) references registration (community_id, id) on delete cascade
);
create index message_receipt_registration on message_receipt (community_id, registration_id);

-- Whether somebody was asked again if they come, and when they said that they do.
alter table registration
  add column reconfirm_asked_at timestamptz,
  add column reconfirmed_at timestamptz;

-- A mail may wait until the quiet hours are over; null: it may leave at once.
alter table outbox
  add column not_before timestamptz;
drop index outbox_waiting;
create index outbox_waiting on outbox (community_id, (coalesce(not_before, created_at))) where state = 'queued';
