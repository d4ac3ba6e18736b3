-- What the list of community favourites is ordered by. Owner: scorer.

alter table scores
    add column star_surplus real;                  -- standard deviations, see the definitions
