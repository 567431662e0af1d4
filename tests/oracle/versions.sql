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
-- expect: create function f volatile
create function f() returns int as 'select 1' language sql with (isstrict, iscachable);
-- until 13
-- expect: opaque CREATE OPERATOR
create operator !! (leftarg = int, procedure = f);
-- from 19
-- todo: REPACK
-- expect: opaque REPACK
repack;
-- todo: REPACK
-- expect: opaque REPACK
-- expect: table t
repack t;
-- todo: REPACK
-- expect: opaque REPACK
-- expect: table s.t
repack (concurrently, verbose) s.t using index i;
