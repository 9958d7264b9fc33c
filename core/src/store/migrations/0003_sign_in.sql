-- Sign-in. These tables are global: one account may help in several communities, and its address is unique.
-- Nothing here can be used by whoever reads it: tokens and codes are kept as digests only.
create table account (
  id text not null primary key,
  email text not null unique,
  name text not null default '',
  locale text not null default 'zh' check (locale in ('zh', 'en')),
  administrator boolean not null default false,
  created_at timestamptz not null,
  signed_in_at timestamptz
);

create table account_session (
  token_hash text not null primary key,
  account_id text not null references account (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index account_session_account on account_session (account_id);
create index account_session_expires on account_session (expires_at);

-- The one code that is valid for an address; `tries` is raised before a guess is compared.
create table sign_in_code (
  email text not null primary key,
  code_hash text not null,
  tries integer not null default 0,
  expires_at timestamptz not null
);
create index sign_in_code_expires on sign_in_code (expires_at);

create table sign_in_link (
  token_hash text not null primary key,
  email text not null,
  administrator boolean not null default false,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_link_email on sign_in_link (email);
create index sign_in_link_expires on sign_in_link (expires_at);

-- How often something was tried within a window; `key` is a digest of what is limited (address, client).
create table sign_in_limit (
  key text not null primary key,
  count integer not null,
  resets_at timestamptz not null
);
create index sign_in_limit_resets on sign_in_limit (resets_at);
