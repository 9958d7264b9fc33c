-- The journal (流水帐): one row per change, written in the change's own transaction, never edited.
-- `facts` holds no personal data of attendees, only ids and figures, so that erasure need not touch it.
create table journal (
  community_id uuid not null,
  id uuid not null,
  -- Order of writing among entries of one moment.
  seq bigint generated always as identity,
  event_id uuid,
  at timestamptz not null,
  recorded_at timestamptz not null,
  kind text not null,
  actor_kind text not null,
  actor_id text not null default '',
  actor_name text not null default '',
  subject_kind text not null,
  subject_id uuid,
  facts jsonb not null default '{}',
  public boolean not null default false,
  primary key (community_id, id)
);
create index journal_event_at on journal (community_id, event_id, at, seq);
create index journal_kind on journal (community_id, event_id, kind, at);
create index journal_seq on journal (community_id, seq);

-- A request that comes twice with one key is one request: what was answered the first time.
create table request_key (
  community_id uuid not null,
  scope text not null,
  key text not null,
  body_hash text not null,
  answer jsonb,
  created_at timestamptz not null,
  primary key (community_id, scope, key)
);

-- What many mails of one kind share, with marks where each mail's own words go. Named by its content, so that it is
-- written once however many mails refer to it; nothing personal stands in it.
create table mail_letter (
  community_id uuid not null,
  id uuid not null,
  subject text not null,
  body text not null,
  calendar text,
  created_at timestamptz not null,
  primary key (community_id, id)
);

-- Mail waits here and stays visible to staff; without SMTP it is only shown.
-- Community 00000000-… is the installation itself (sign-in codes).
create table outbox (
  community_id uuid not null,
  id uuid not null,
  event_id uuid,
  template text not null,
  to_address text not null,
  locale text not null,
  subject text not null default '',
  body text not null default '',
  calendar text,
  -- Of many alike: the shared letter, and this mail's own words for its marks.
  letter_id uuid,
  places jsonb,
  state text not null default 'queued' check (state in ('queued', 'kept', 'sent', 'failed')),
  attempts integer not null default 0,
  problem text,
  created_at timestamptz not null,
  sent_at timestamptz,
  primary key (community_id, id)
);
-- The next one to send, however many have been sent.
create index outbox_waiting on outbox (community_id, created_at) where state = 'queued';
create index outbox_created on outbox (community_id, created_at desc);
create index outbox_event on outbox (community_id, event_id, created_at desc);
