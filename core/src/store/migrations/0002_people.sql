-- One person, many hats: what a community knows of somebody. Sign-in tables are global and made in 0003.
create table person (
  community_id uuid not null,
  id uuid not null,
  name text not null,
  display_name text not null default '',
  about jsonb not null default '{}',
  affiliation jsonb not null default '{}',
  pinyin text not null default '',
  initials text not null default '',
  account_id text,
  link_version integer not null default 1,
  created_at timestamptz not null,
  erased_at timestamptz,
  primary key (community_id, id)
);
create unique index person_account on person (community_id, account_id) where account_id is not null;

-- Ways to reach a person; `value` is normalised (E.164, lower-case e-mail).
create table contact_point (
  community_id uuid not null,
  person_id uuid not null,
  kind text not null check (kind in ('phone', 'email', 'wechat')),
  value text not null,
  created_at timestamptz not null,
  primary key (community_id, person_id, kind, value),
  foreign key (community_id, person_id) references person (community_id, id) on delete cascade
);
create index contact_point_value on contact_point (community_id, kind, value);

-- What a person agreed to, in which version of the notice, until taken back.
create table consent (
  community_id uuid not null,
  id uuid not null,
  person_id uuid not null,
  event_id uuid,
  purpose text not null,
  notice_version text not null,
  given_at timestamptz not null,
  withdrawn_at timestamptz,
  primary key (community_id, id),
  foreign key (community_id, person_id) references person (community_id, id) on delete cascade
);
create index consent_person on consent (community_id, person_id);
