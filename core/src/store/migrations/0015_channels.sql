-- An entrance that is no longer passed on. Its old links keep counting, without a share of their own.
alter table channel
  add column retired_at timestamptz;
