-- What pglast's grammar (PostgreSQL 18) refuses and another version accepts. The facts expected of each stand above it.

-- until 11
-- expect: alter table t
-- expect: 1 set with oids
alter table t set with oids;
-- expect: create table t
-- expect: 1 column a integer
-- expect: option oids = true
create table t (a int) with oids;
-- expect: create table t
-- expect: as query
-- expect: option oids = true
create table t with oids as select 1;
-- expect: create table t
-- expect: 1 column a integer
-- expect: option oids = true
create table t (a int) with (oids = true);
-- expect: create function f [strict]
-- expect: immutable
-- expect: returns integer
-- expect: language sql
-- expect: body 1 query
create function f() returns int as 'select 1' language sql with (isstrict, iscachable);
-- until 13
-- expect: opaque CREATE OPERATOR
create operator !! (leftarg = int, procedure = f);
-- from 19
-- expect: repack
repack;
-- expect: repack
-- expect: of t
repack t;
-- expect: repack [concurrently] [using index]
-- expect: of s.t
-- expect: index i
-- expect: option concurrently
-- expect: option verbose
repack (concurrently, verbose) s.t using index i;
