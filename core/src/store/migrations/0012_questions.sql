-- What whoever registers is asked beside name and contact: why, and for how long the answer is kept.
create table question (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  -- Its name for programs and forms; stays when the words change.
  key text not null,
  kind text not null check (kind in ('short', 'long', 'choice', 'choices', 'number', 'date', 'file', 'consent')),
  label jsonb not null,
  help jsonb not null default '{}',
  -- For choice and choices: [{ "key": …, "label": { "zh": …, "en": … } }].
  options jsonb not null default '[]',
  -- For number: the smallest and the largest that is taken, and what is counted.
  lowest double precision,
  highest double precision,
  unit jsonb not null default '{}',
  required boolean not null default false,
  purpose jsonb not null,
  -- Answers go so many days after the event's end; longer than the event keeps its attendees only for a reason.
  keep_days integer not null check (keep_days between 0 and 3650),
  keep_reason jsonb not null default '{}',
  -- person: asked for each seat · order: once for all seats of an order, kept with the first one.
  asked_of text not null default 'person' check (asked_of in ('person', 'order')),
  -- Asked when the other question's answer is, or contains, one of these values; null: always.
  shown_by_id uuid,
  shown_values text[] not null default '{}',
  -- Ticket types that it is asked for; empty: all.
  type_ids uuid[] not null default '{}',
  position integer not null default 0,
  archived_at timestamptz,
  created_at timestamptz not null,
  revision integer not null default 1,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  -- Looked at when the transaction ends: a backup may bring a question before the one that it hangs on.
  foreign key (community_id, shown_by_id) references question (community_id, id) on delete set null (shown_by_id)
    deferrable initially deferred
);
create unique index question_key_once on question (community_id, event_id, key) where archived_at is null;
create index question_event on question (community_id, event_id, position);

-- One answer: a text, a list of option keys, a number, true, or the id of an answer_file.
create table answer (
  community_id uuid not null,
  registration_id uuid not null,
  question_id uuid not null,
  value jsonb not null,
  given_at timestamptz not null,
  primary key (community_id, registration_id, question_id),
  foreign key (community_id, registration_id) references registration (community_id, id) on delete cascade,
  foreign key (community_id, question_id) references question (community_id, id) on delete cascade
);
create index answer_question on answer (community_id, question_id);

-- A file that was handed in as an answer, kept by its checksum under files/. Without a registration and an order it waits
-- for the form that it came with, and goes when that never comes.
create table answer_file (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  question_id uuid not null,
  registration_id uuid,
  order_id uuid,
  name text not null,
  sha256 text not null,
  size bigint not null check (size > 0),
  media_type text not null,
  created_at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, question_id) references question (community_id, id) on delete cascade,
  foreign key (community_id, registration_id) references registration (community_id, id) on delete cascade,
  foreign key (community_id, order_id) references ticket_order (community_id, id) on delete cascade
);
create index answer_file_registration on answer_file (community_id, registration_id) where registration_id is not null;
create index answer_file_question on answer_file (community_id, question_id);
create index answer_file_content on answer_file (community_id, sha256);
create index answer_file_waiting on answer_file (community_id, created_at) where registration_id is null and order_id is null;
