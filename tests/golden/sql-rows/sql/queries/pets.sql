-- name: no_schema :many -> Cat
SELECT id FROM pets;

-- name: no_struct :many -> Pet.mood
SELECT id FROM pets;

-- name: missing :many -> Pet except owners
SELECT id, name, mood FROM pets;

-- name: nullable :many -> Pet except owners
SELECT id, name AS "name?", mood, born FROM pets;

-- name: joined :many -> Pet except owners
SELECT p.id, p.name, p.mood, p.born
  FROM keepers k LEFT JOIN pets p ON p.id = k.pet;

-- name: other_type :many -> Pet except owners
SELECT id, name, mood, born, photo AS price FROM pets;

-- name: too_wide :many -> Pet except owners
SELECT id, name, mood, born, id AS legs FROM pets;

-- name: of_json :many -> Pet except owners
SELECT id, name, mood, born, marks AS tags FROM pets;

-- name: no_member :many -> Pet except owners
SELECT id, name, mood, born, photo FROM pets;

-- name: always :many -> Pet except owners
SELECT id, name, mood, born, 'pet' AS kind FROM pets;

-- name: no_exception :many -> Pet except owners, paws
SELECT id, name, mood, born FROM pets;

-- name: one_row :many -> struct pet
SELECT id, name FROM pets;

-- name: another_row :many -> struct pet
SELECT id, name AS "name?" FROM pets;

-- name: violated :many
SELECT id, name FROM pets;

-- name: moods :exec
DELETE FROM pets WHERE mood = ANY (:moods);

-- name: homes :exec
UPDATE pets SET home = :home;

-- name: taken :many -> struct mood
SELECT id, name FROM pets;

-- name: half_pet :many -> Keeper
SELECT k.id, p.id AS "pet.id", p.home::text AS "pet.place.town"
  FROM keepers k JOIN pets p ON p.id = k.pet;

-- name: no_pet :many -> Keeper
SELECT id FROM keepers;

-- name: perhaps_pet :many -> Keeper except pet
SELECT k.id, p.id AS "other-pet.id"
  FROM keepers k JOIN pets p ON p.id = k.pet;

-- name: deep_pet :many -> Keeper except pet
SELECT id, 1 AS "pet.place.town.mayor" FROM keepers;
