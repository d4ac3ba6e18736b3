-- A single version behind a sudden jump speaks for automation as well. Owner: scorer.

alter table label_shares drop constraint label_shares_dimension_check;
alter table label_shares add constraint label_shares_dimension_check
    check (dimension in ('country', 'installer', 'version'));
