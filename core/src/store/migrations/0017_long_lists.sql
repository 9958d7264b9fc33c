-- A row of a list begins as what most rows are, somebody new, and is written again only where the preview says otherwise.
-- When a list was first worked out stands with the list: until then nobody has said what its columns are.
alter table import_batch add column planned_at timestamptz;
update import_batch b set planned_at = coalesce(b.started_at, b.created_at)
  where b.state <> 'draft' or exists (
    select from import_row r where r.community_id = b.community_id and r.batch_id = b.id and r.plan <> '');
alter table import_row alter column plan set default 'new';

-- Nobody asks for a row by its contents, or by its booking, before the list has come to it.
drop index import_row_hash;
create index import_row_hash on import_row (community_id, event_id, hash) where outcome in ('taken', 'merged', 'again', 'erased');
drop index import_row_registration;
create index import_row_registration on import_row (community_id, registration_id) where registration_id is not null;
