-- One try to pay an order. Only a verified notice or a query makes it paid.
create table payment (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  order_id uuid not null,
  provider text not null check (provider in ('offline', 'wechatpay', 'alipay', 'stripe')),
  method text not null,
  -- Our number at the provider.
  out_trade_no text not null,
  amount_fen bigint not null check (amount_fen > 0),
  -- No real money: made at the sandbox.
  sandbox boolean not null default false,
  -- open: begun · paid: money is here · failed, closed: no money came.
  state text not null check (state in ('open', 'paid', 'failed', 'closed')),
  -- What the money was for. late: no seat was left · twice: the order was paid already. Both go back.
  outcome text not null default '' check (outcome in ('', 'booked', 'late', 'twice')),
  -- The provider's number, once it has told one.
  provider_no text not null default '',
  -- What the page needs to go on paying: an address, a code, a form.
  started jsonb not null default '{}',
  -- Offline: the proof that was uploaded (its name in the community's private folder), and who confirmed.
  proof_path text,
  proof_name text not null default '',
  proof_type text not null default '',
  proof_at timestamptz,
  confirmed_by text not null default '',
  note text not null default '',
  created_at timestamptz not null,
  expires_at timestamptz,
  paid_at timestamptz,
  closed_at timestamptz,
  asked_at timestamptz,
  primary key (community_id, id),
  unique (community_id, provider, out_trade_no),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, order_id) references ticket_order (community_id, id) on delete cascade
);
create index payment_order on payment (community_id, order_id);
create index payment_open on payment (community_id, created_at) where state = 'open';

-- What a provider told, also what was refused. No body is kept, only what was read from it. A notice that belongs to no
-- payment of ours stands under the installation (all zeros), which is no community.
create table payment_notice (
  community_id uuid not null,
  id uuid not null,
  provider text not null,
  -- The provider's own id of the notice, or a digest of its body.
  notice_no text not null,
  payment_id uuid,
  kind text not null check (kind in ('paid', 'refunded', 'other')),
  verdict text not null check (verdict in ('taken', 'again', 'late', 'refused')),
  reason text not null default '',
  amount_fen bigint,
  received_at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, payment_id) references payment (community_id, id) on delete cascade
);
create index payment_notice_payment on payment_notice (community_id, payment_id);
create index payment_notice_day on payment_notice (community_id, received_at);

-- Money on its way back: of a cancelled seat, or of a payment that came too late or twice.
create table refund (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  order_id uuid not null,
  payment_id uuid not null,
  out_refund_no text not null,
  amount_fen bigint not null check (amount_fen > 0),
  -- The seat that it is for, when it is for one.
  line_id uuid,
  reason text not null default '',
  cause text not null check (cause in ('cancelled', 'late', 'twice', 'goodwill')),
  -- asked: to be decided · due: to be sent · sent: at the provider · done · failed: to be tried again · refused
  state text not null check (state in ('asked', 'due', 'sent', 'done', 'failed', 'refused')),
  provider_no text not null default '',
  problem text not null default '',
  tries integer not null default 0,
  created_at timestamptz not null,
  -- Not tried again before.
  next_at timestamptz,
  sent_at timestamptz,
  done_at timestamptz,
  primary key (community_id, id),
  unique (community_id, out_refund_no),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, order_id) references ticket_order (community_id, id) on delete cascade,
  foreign key (community_id, payment_id) references payment (community_id, id) on delete cascade
);
create index refund_order on refund (community_id, order_id);
create index refund_open on refund (community_id, created_at) where state in ('due', 'sent', 'failed');

-- The books: each movement is two or more entries that sum to nothing. Nothing is ever changed here.
create table ledger_entry (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  -- Entries of one movement share it.
  movement_id uuid not null,
  account text not null check (account in ('buyers', 'sales', 'provider', 'bank', 'fees', 'refunds_due')),
  -- Which provider, for its account.
  provider text not null default '',
  -- Above nothing: into the account; below: out of it.
  amount_fen bigint not null check (amount_fen <> 0),
  what text not null check (what in ('sale', 'sale_undone', 'payment', 'refund_due', 'refund', 'fee', 'payout')),
  order_id uuid,
  payment_id uuid,
  refund_id uuid,
  at timestamptz not null,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);
create index ledger_entry_movement on ledger_entry (community_id, movement_id);
create index ledger_entry_event on ledger_entry (community_id, event_id, at);

-- The title data for an invoice, and what became of it. Issued by the host's finance team, not by us.
create table fapiao (
  community_id uuid not null references community (community_id) on delete cascade,
  id uuid not null,
  event_id uuid not null,
  order_id uuid not null,
  kind text not null check (kind in ('normal', 'special')),
  title_type text not null check (title_type in ('company', 'public', 'person', 'other')),
  title text not null,
  tax_id text not null default '',
  address text not null default '',
  phone text not null default '',
  bank text not null default '',
  account text not null default '',
  email text not null default '',
  amount_fen bigint not null check (amount_fen > 0),
  -- Who issues it, as it stood when it was asked for.
  host_entity text not null default '',
  locale text not null default 'zh',
  -- asked 已申请 · issuing 开具中 · issued 已开具 · reversed 已冲红 · refused 驳回
  state text not null check (state in ('asked', 'issuing', 'issued', 'reversed', 'refused')),
  reason text not null default '',
  number text not null default '',
  file_path text,
  file_name text not null default '',
  asked_at timestamptz not null,
  issued_at timestamptz,
  closed_at timestamptz,
  revision integer not null default 1,
  primary key (community_id, id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade,
  foreign key (community_id, order_id) references ticket_order (community_id, id) on delete cascade
);
create index fapiao_order on fapiao (community_id, order_id);
create index fapiao_event on fapiao (community_id, event_id, asked_at);

-- How an event is paid: what its organisers add to the providers of the installation.
create table payment_setting (
  community_id uuid not null references community (community_id) on delete cascade,
  event_id uuid not null,
  -- Providers of the installation that this event does without.
  without text[] not null default '{}',
  -- Bank transfer or a collection code of the community's own.
  offline boolean not null default false,
  instructions jsonb not null default '{}',
  code_path text,
  code_name text not null default '',
  code_type text not null default '',
  offline_days integer not null default 3 check (offline_days between 1 and 30),
  -- Who takes the money and issues invoices (收款与开票主体).
  host_entity text not null default '',
  fapiao boolean not null default false,
  -- A holder who cancels a paid seat: gets the money by itself · asks and the treasurer decides · gets nothing.
  refunds text not null default 'ask' check (refunds in ('self', 'ask', 'none')),
  -- Null: until the event begins.
  refund_until timestamptz,
  revision integer not null default 1,
  primary key (community_id, event_id),
  foreign key (community_id, event_id) references event (community_id, id) on delete cascade
);

-- One day's statement of a provider beside our own rows. What no community knows stands under the installation (all zeros).
create table reconciliation (
  community_id uuid not null,
  provider text not null,
  day date not null,
  checked_at timestamptz not null,
  matched integer not null,
  matched_fen bigint not null,
  fee_fen bigint not null default 0,
  differences jsonb not null default '[]',
  primary key (community_id, provider, day)
);
