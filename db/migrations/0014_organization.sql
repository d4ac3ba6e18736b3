-- The organisation on PyPI that owns a package: one account beside it is not alone. Owner: scorer.

alter table packages add column organization text;
