SELECT 'before any query';

-- name: GetPet :one
SELECT 1;

-- name: no_command
SELECT 1;

-- name: what :all
SELECT 1;

-- name: twice :one
SELECT 1;

-- name: twice :one
SELECT 1;

-- name: marks :one :write
SELECT 1;

-- name: rowless :exec -> Pet
SELECT 1;

-- name: target :one ->
SELECT 1;

-- name: target2 :one -> Pet except
SELECT 1;

-- name: target3 :one -> Pet instead owners
SELECT 1;

-- name: target4 :one -> struct Pet
SELECT 1;

-- name: two :one
SELECT 1; SELECT 2;

-- name: numbered :one
SELECT $1;

-- name: badly_named :one
SELECT :Pet, :pet__id;

-- name: no_text :one

-- name: open :one
SELECT 'nothing ends this;
