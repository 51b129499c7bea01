-- What stands before the first query belongs to none.

-- name: list_pets :many :read -> Pet except owners
-- All of them.
-- Their owners come from elsewhere, and */ ends no comment.
SELECT id, legs, name, mood, born, weight, chip, seen, tags, marks, more,
       price::text
  FROM pets
 ORDER BY id;

-- name: get_pet :maybe -> Pet except owners
SELECT p.id, p.name, mood::text AS "mood!", p.born
  FROM pets p
 WHERE p.id = :id;

/* Marked otherwise, the id of an outer join could be null. */

-- name: get_pet_marked :maybe -> Pet except owners
SELECT p.id AS "id!", p.name AS "name!", p.mood AS "mood!", p.born
  FROM pets p LEFT JOIN keepers k ON k.pet = p.id
 WHERE p.id = :id;

-- name: list_keepers :many :read -> Keeper
-- A pet within a keeper, and a place within a pet.
SELECT k.id, p.id AS "pet.id", p.name AS "pet.name", p.born AS "pet.born",
       (p.home).town AS "pet.place.town!",
       (p.home).street AS "pet.place.the-street"
  FROM keepers k
  JOIN pets p ON p.id = k.pet;
