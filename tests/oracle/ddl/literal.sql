-- Odd literals, identifiers and layout.
select 'it''s', e'a\'b\\', E'\x41\u0041\101', b'1010', B'', x'1F', X'ff', n'x', N'y';
select U&'d\0061t\+000061', u&'d!0061' uescape '!';
select U&"d\0061t" from U&"t!0061" uescape '!';
select 'a'
  'b'
  'c';
select 'a' -- comment
  'b';
select e'a'
  'b\n';
select $$a$$, $x$ $$ $y$ $x$, $été$ ü $été$, $_1$;$_1$;
select 1, 1.5, .5, 5., 1e10, 1.5e-3, 0x1F, 0o17, 0b101, 1_000_000, 0x_ff, 1_0.5_0e1_0;
select -1, +1, - 1, 1-1, 1--comment
  , 2;
select a->>'b', a#>'{c}', a@>b, a<@b, a&&b, a||b, a?|b, a?&b, @a, |/ 4, a !~~ b, a<->b, a^b, a%b, -a from t;
select a operator(pg_catalog.+) b, a collate "C", a::s.t[], a is not distinct from b from t;
select /* block /* nested ' */ " */ 1 -- line ' "
;
select "select", "from""x", "é", "Ü", "a b" from "Grüße";
select é, größe, имя, 名前 from таблица;
select a$b, _c, d1$ from t$1;
select TRUE, False, null, NULL::int, unknown from T;
select 'é', '名', '🎉', e'\U0001F389';
create table "a.b"."c.d" ("e.f" int, "g""h" text);
create table "Ünï" (größe int, "名前" text, "🎉" bool);
create table a_name_that_is_longer_than_the_sixty_three_bytes_that_postgresql_keeps_of_it (a int);
create table S.T (ID int, Name TEXT, "Name" text);
alter table "a"";b" add column "c;d" text default ';';
create table if (a int);
create table t (user_ int, "user" text, "order" int, "group" int, name int, "end" int, offset_ int);
create index "i;x" on "t;y" ("a;b") where "c" <> ';';
insert into t values (';', $$;$$, $a$;$a$, e';\';', ";");
comment on table t is 'line one
line two; still the comment
';
	create	table	t	(	a	int	)	;
CREATE
TABLE
t
(
a
INT
)
;
;;
select 1;;select 2;
create table t(a int)with(fillfactor=70);alter table t add b int;drop table t
