-- When a request that was looked at first was let in: who asked is told so on the page of the order.
alter table ticket_order
  add column approved_at timestamptz;
