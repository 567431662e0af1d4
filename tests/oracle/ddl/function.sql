-- Functions, procedures and DO.
create function f() returns int language sql as 'select 1';
create or replace function s.f(a int, b text default 'x', out c int, variadic d int[] default '{}') returns setof record as $$ select 1 $$ language sql immutable strict parallel safe cost 100 rows 10;
create function f(int) returns table (a int, b text) as $body$ begin return; end $body$ language plpgsql volatile security definer set search_path = public, pg_temp set work_mem to '4MB';
create function f() returns trigger language 'plpgsql' as $$ begin return new; end; $$;
create function f() returns void stable leakproof called on null input external security invoker as 'obj', 'sym' language c;
create function f(x int) returns int immutable return x + 1;
create function f(x int) returns int language sql begin atomic select 1; select x; end;
create function f(x int) returns t.a%type as 'select 1' language sql not leakproof returns null on null input support s.sup window transform for type hstore, for type int;
create function f() returns s.t.a%type language sql as '';
create function f() returns setof t language sql stable rows 5 cost 0.5 set x from current as 'table t';
create function f() returns int[] language sql set timezone = 'UTC' set x.y = on set datestyle to iso, mdy set a = -1 as '';
create function f(a int = 3, inout b text) as '' language sql;
create procedure p(a int) language sql as $$ insert into t values (a) $$;
create or replace procedure p() language sql begin atomic insert into t values (1); end;
create procedure p(inout a int) as '' language plpgsql set search_path from current security invoker;
create function f() returns int as $_$ select $1 $_$ language sql;
create function f() returns numeric(10,2) language sql as 'x';
do $$ begin null; end $$;
do language plpgsql $$ begin null; end $$;
do $x$ begin null; end $x$ language 'plpgsql';
alter aggregate a(int) owner to bob;
alter function f(int) immutable strict;
alter function s.f owner to bob;
alter function f() rename to g;
alter function f() depends on extension e;
alter function f() set search_path = a;
alter procedure p set schema s;
alter routine r(int) security definer;
create function f(a int, b text) returns table (c int, d text) language plpgsql as $$
declare
    r record;
begin
    for r in select * from t loop
        return next;
    end loop;
end;
$$;
create function s."F"(inout a int, out b text, variadic c text[] = '{}') language sql immutable leakproof strict parallel restricted as $f$ select 1, ';' $f$;
create or replace function f(a s.t, b t.c%type) returns setof s.t rows 100 cost 5 language sql stable as 'select $1; select ''x''';
create function f() returns trigger language plpgsql security definer set search_path from current as $_$begin return null; end$_$;
create function f() returns event_trigger language plpgsql as $été$ begin null; end $été$;
create function f(a int) returns int language sql return case when a > 0 then a else (select max(b) from t) end;
create function f(a int) returns void language sql begin atomic
    insert into t values (case a when 1 then 2 end);
    delete from u where b = a;
end;
create function f(a int default 1 + 2, b text default lower('X'), c int[] default array[1, 2]) returns bool as 'lib', 'symbol' language c volatile;
create function f(internal) returns internal as 'symbol' language internal immutable;
create function "my schema"."my function"("My Arg" int) returns "My Type" language sql as $$select 1$$;
create function f() returns double precision[] language sql parallel unsafe support g as 'select null';
create procedure s.p(in a int, inout b text default 'x') language plpgsql security definer set work_mem = '1MB' as $$ begin commit; end $$;
create procedure p() begin atomic update t set a = 1; end;
alter function f(int, variadic text[]) volatile called on null input external security definer cost 10 rows 20;
alter function s.f(a int, out b text) set search_path to s, pg_temp;
alter function f() reset all;
alter function f() reset search_path;
alter function f() support g parallel safe leakproof;
alter function f(int) no depends on extension e;
alter function f set schema s;
alter function f(int) owner to current_user;
alter procedure s.p(int) rename to q;
alter procedure p() set work_mem from current security invoker;
alter procedure p owner to bob;
alter routine s.r(text) rename to q;
alter routine r set schema s;
alter aggregate s.a(int, text) rename to b;
alter aggregate a(*) set schema s;
do $$
declare
    n int;
begin
    if not exists (select 1 from pg_type where typname = 'e') then
        create type e as enum ('a');
    end if;
exception when duplicate_object then null;
end
$$;
do 'begin perform 1; end';
do language 'plpgsql' $body$ begin execute format('drop table %I', 't'); end $body$;
create function f(int, out int) as 'declare one alias for $1; begin $2 := one; $1 := 2; update t set a = $1 where b = one; end' language plpgsql;
create procedure p(a int) language plpgsql as $$ begin call s.q(a, g()); call r(); end $$;
