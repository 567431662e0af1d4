-- Queries and statements that write rows.
insert into t default values;
insert into s.t (a, b) values (1, 'x'), (2, default), (now(), null);
insert into t as x (a) select b from u where c > 1 limit 10 on conflict (a) do update set a = excluded.a where x.b is null returning *;
insert into t (a, b[1], c.d) overriding system value values (1, 2, 3) on conflict on constraint k do nothing;
insert into t with w as (select * from u) select * from w;
insert into t values (1) on conflict do nothing returning a, lower(b) as c;
insert into t (a) select generate_series(1, 1000);
insert into t table s.u;
insert into t (select * from u union all select * from w);
insert into "T" ("A") values ((select max(a) from u));
update t set a = 1;
update only s.t as x set a = x.a + 1, b = default, (c, d) = (select 1, 2) from u join w using (id) where u.id = x.id and x.e in ('a', 'b') returning x.*;
update t set a[1] = 2, b.c = 3 where current of cur;
update t x set (a, b) = row (1, 2) where exists (select 1 from s.u where u.id = x.id);
update t set a = null where id between 1 and 1000 and b is null;
delete from t;
delete from only s.t as x using u, lateral f(u.a) as g where x.id = u.id and g.b returning x.id;
delete from t where id in (select id from t where a < now() - interval '1 day' limit 1000);
delete from t where ctid = any (array(select ctid from t limit 10));
with w as (delete from t where a = 1 returning *) insert into u select * from w;
with recursive w (n) as (values (1) union all select n + 1 from w), x as materialized (select * from t), y as not materialized (update u set a = 1 returning a) select * from w, x, y;
with w as (select 1) update t set a = w.a from w;
with w as (select 1) delete from t using w where t.a = w.a;
merge into t using u on t.id = u.id when matched and u.a > 1 then update set a = u.a, b = default when matched then delete when not matched then insert (id, a) values (u.id, u.a);
merge into only s.t as x using (select * from u) as y on x.id = y.id when not matched by source then do nothing when not matched by target then insert default values returning merge_action(), x.*;
select 1;
select;
select * from t for update;
select * from s.t as x, u for share of x nowait;
select * from t join u using (id) for no key update of u skip locked;
select count(*), t.a from t left join lateral (select * from u where u.a = t.a) x on true where t.b is not null group by t.a;
select pg_advisory_lock(1), nextval('s'), s.f(a => 1, b := 2);
select a from t where b = any (select c from u) order by d using < nulls last limit all offset 5 rows;
select a from t order by a fetch first 5 rows with ties;
select (a).b, (c.d).*, e[1], f[2:3], g.*::text from t;
-- todo: AT LOCAL (17)
select cast(a as text), a::int, int '1', interval '1' day, b at time zone 'utc', b at local from t;
select a is json object, json_value(b, '$.x' returning int), json_query(c, '$') from t;
select xmlelement(name x, xmlattributes(a as b), c), xmlforest(d), xmlparse(document e) from t;
select extract(year from a), position('x' in b), substring(c from 1 for 2), overlay(d placing 'x' from 1), trim(both 'x' from e) from t;
select grouping(a), rank() over (order by b range between interval '1 day' preceding and unbounded following exclude ties) from t group by rollup (a), cube (b, c);
select * from rows from (f(1), g(2) as (a int, b text)) with ordinality as x;
select * from json_table('{}'::jsonb, '$' columns (a int path '$.a', nested '$.b' columns (c text))) as j;
select * from xmltable('/a' passing b columns c int path 'd') as x;
values (1, 'a'), (2, 'b') order by 1;
table s.t;
table only t;
(select 1) union (select 2) order by 1;
((select * from t));
copy t from '/dev/stdin';
copy s.t (a, "B") from '/x' with (format csv, header true, null '') where a > 1;
copy t to stdout;
copy (select * from t where a > 1) to '/x' csv header;
copy t from program 'x' delimiter '|';
copy binary t to '/x';
copy (delete from t returning *) to stdout;
select trim(both from a), trim(leading from b), trim(trailing 'x' from d) from t;
-- todo: TRIM with a list
select trim(trailing 'x', d) from t;
-- todo: TRIM with FROM alone
select trim(from a) from t;
select a as total, b as index, c as table from (select 1) x;
-- todo: ALL and ANY of VALUES
select (a, b) <> all (values (1, 2), (3, 4)) from t;
-- todo: a UNION of parenthesized queries as an expression
select ((select 1) union select 2);
-- todo: queries without columns on both sides of UNION
select union select;
-- todo: functions without parentheses in FROM
select * from current_date as d, localtimestamp(3) as t;
-- todo: calls in the columns of XMLTABLE
select * from t, xmltable('/d' passing x columns a int path lower(p) default length(q));
-- todo: SELECT INTO without columns
select into t from u;
