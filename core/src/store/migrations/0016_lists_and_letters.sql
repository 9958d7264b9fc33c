-- A row that hangs on another of its own table may come before it while a backup is read back in.
alter table ticket_type alter constraint ticket_type_community_id_parent_id_fkey deferrable initially immediate;
alter table order_line alter constraint order_line_community_id_for_line_id_fkey deferrable initially immediate;

-- Which ticket type the list’s own word for one means: its id, plain (no type) or leave (not taken). The next list of the same
-- source begins with what the last one said.
alter table import_batch
  add column type_by_word jsonb not null default '{}';

-- Vouchers may be changed by two people at once.
alter table voucher
  add column revision integer not null default 1;

-- A free text may be planned: for a moment beside the event, or for one that stands when the event moves; to all who are
-- registered, to who holds a type, or to who waits.
alter table planned_message
  add column send_at timestamptz,
  add column audience text not null default 'registered' check (audience in ('registered', 'type', 'waiting')),
  add column ticket_type_id uuid,
  add check (num_nonnulls(days_before, hours_before, send_at) <= 1),
  add check ((audience = 'type') = (ticket_type_id is not null)),
  add foreign key (community_id, ticket_type_id) references ticket_type (community_id, id) on delete cascade;

-- Who got a message while they waited: the key that nobody gets one twice.
create table message_waiting_receipt (
  community_id uuid not null,
  message_id uuid not null,
  waiting_id uuid not null,
  mail_id uuid not null,
  at timestamptz not null,
  primary key (community_id, message_id, waiting_id),
  foreign key (community_id, message_id) references planned_message (community_id, id) on delete cascade,
  foreign key (community_id, waiting_id) references waiting (community_id, id) on delete cascade
);
create index message_waiting_receipt_waiting on message_waiting_receipt (community_id, waiting_id);
