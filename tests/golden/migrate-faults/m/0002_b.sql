-- What changes, and why.
--
/* CREATE TABLE b (id int); */
