WITH extension AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), own AS (
    SELECT n.oid, nspname FROM pg_namespace n
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), relation AS (
    SELECT c.oid AS id, nspname || '.' || relname AS name, c.*
    FROM pg_class c JOIN own ON own.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND relpersistence <> 't'
        AND NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_class'::regclass AND objid = c.oid)
), attribute AS (
    SELECT a.*, r.name AS relation, r.relkind, to_jsonb(a) ->> 'attgenerated' AS generated
    FROM pg_attribute a JOIN relation r ON r.id = attrelid
    WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'f', 'v', 'm')
), parent AS (
    SELECT inhrelid, string_agg(nspname || '.' || relname, ',' ORDER BY inhseqno) AS names
    FROM pg_inherits JOIN pg_class c ON c.oid = inhparent JOIN pg_namespace n ON n.oid = relnamespace GROUP BY 1
), constr AS (
    SELECT c.*, r.name AS relation,
        (SELECT string_agg(attname, ',' ORDER BY CASE WHEN contype = 'c' THEN attname::text END, place)
         FROM unnest(conkey) WITH ORDINALITY AS key (number, place)
         JOIN pg_attribute ON attrelid = conrelid AND attnum = number) AS columns
    FROM pg_constraint c JOIN relation r ON r.id = conrelid
    -- A foreign key to a partitioned table has a copy for each of its partitions.
    WHERE NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = nullif(to_jsonb(c) ->> 'conparentid', '0')::oid AND p.conrelid = c.conrelid)
), typed AS (
    SELECT t.oid, CASE WHEN n.nspname = 'pg_catalog' THEN format_type(t.oid, NULL)
        ELSE replace(format_type(t.oid, NULL), '"', '') END AS type
    FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
    JOIN pg_namespace n ON n.oid = coalesce(e.typnamespace, t.typnamespace)
    WHERE t.oid IN (SELECT unnest(prorettype || coalesce(proallargtypes, proargtypes::oid[])) FROM pg_proc WHERE oid >= 16384)
)
SELECT 'schema' AS kind, nspname::text AS name, '{}' AS facts FROM own WHERE nspname <> 'public'
    AND NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_namespace'::regclass AND objid = own.oid)
UNION ALL
SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table'
    WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'sequence' END, r.name,
    jsonb_build_object(
        'persistence', CASE relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END,
        'parents', coalesce((SELECT names FROM parent WHERE inhrelid = id), ''),
        'partition-by', (SELECT CASE partstrat WHEN 'r' THEN 'range' WHEN 'l' THEN 'list' ELSE 'hash' END
            FROM pg_partitioned_table WHERE partrelid = id),
        'partition-key', (SELECT string_agg(coalesce(attname, '(expression)'), ',' ORDER BY place)
            FROM pg_partitioned_table p, unnest(partattrs::int[]) WITH ORDINALITY AS key (number, place)
            LEFT JOIN pg_attribute ON attrelid = r.id AND attnum = number AND number <> 0 WHERE partrelid = r.id),
        'bound', pg_get_expr(relpartbound, id),
        'populated', relispopulated::text,
        'reads', (SELECT string_agg(DISTINCT v.name, ',' ORDER BY v.name) FROM pg_rewrite w
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
            JOIN relation v ON v.id = d.refobjid
            WHERE w.ev_class = r.id AND w.ev_type = '1' AND d.refobjid <> r.id),
        'columns', coalesce((SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = id AND attnum > 0 AND NOT attisdropped), ''),
        'owned-by', (SELECT t.name || '.' || attname FROM pg_depend JOIN relation t ON t.id = refobjid
            JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
            WHERE classid = 'pg_class'::regclass AND objid = r.id AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
                AND r.relkind = 'S'),
        'type', format_type(seqtypid, NULL),
        'start', seqstart::text,
        'increment', seqincrement::text,
        'min', seqmin::text,
        'max', seqmax::text,
        'cache', seqcache::text,
        'cycle', seqcycle::text
    )::text
FROM relation r LEFT JOIN pg_sequence ON seqrelid = id
UNION ALL
SELECT 'column', relation || '.' || attname, jsonb_build_object(
    'type', CASE WHEN nspname = 'pg_catalog' THEN format_type(atttypid, atttypmod)
        ELSE replace(format_type(atttypid, atttypmod), '"', '') END,
    'not-null', attnotnull::text,
    'default', atthasdef::text,
    'expression', coalesce((SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum), ''),
    'collation', (SELECT collname FROM pg_collation k WHERE k.oid = attcollation AND attcollation <> t.typcollation),
    'generated', CASE generated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
    'identity', CASE attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END
    )::text
FROM attribute
LEFT JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_namespace n ON n.oid = coalesce(e.typnamespace, t.typnamespace)
UNION ALL
SELECT CASE contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique'
        WHEN 'n' THEN 'not null' ELSE 'exclusion' END,
    relation || '.' || conname, jsonb_build_object(
    'valid', convalidated::text,
    'enforced', coalesce(to_jsonb(constr) ->> 'conenforced', 'true'),
    'deferrable', condeferrable::text,
    'deferred', condeferred::text,
    'no-inherit', connoinherit::text,
    'columns', coalesce(columns, ''),
    'expression', pg_get_expr(conbin, conrelid),
    'references', (SELECT nspname || '.' || relname FROM pg_class f JOIN pg_namespace n ON n.oid = relnamespace WHERE f.oid = confrelid),
    'referenced-columns', (SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS key (number, place)
        JOIN pg_attribute ON attrelid = confrelid AND attnum = number),
    'on-delete', CASE confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null'
        WHEN 'd' THEN 'set default' END,
    'on-update', CASE confupdtype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null'
        WHEN 'd' THEN 'set default' END
    )::text
FROM constr WHERE contype <> 't'
UNION ALL
SELECT 'index', nspname || '.' || i.relname, jsonb_build_object(
    'on', r.name,
    'keys', (SELECT string_agg(coalesce(attname, '(expression)'), ',' ORDER BY place)
        FROM unnest(indkey::int[]) WITH ORDINALITY AS key (number, place)
        LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = number AND number <> 0
        WHERE place <= coalesce((to_jsonb(x) ->> 'indnkeyatts')::int, indnatts)),
    'include', (SELECT string_agg(attname, ',' ORDER BY place)
        FROM unnest(indkey::int[]) WITH ORDINALITY AS key (number, place)
        JOIN pg_attribute ON attrelid = indrelid AND attnum = number AND number <> 0
        WHERE place > coalesce((to_jsonb(x) ->> 'indnkeyatts')::int, indnatts)),
    'unique', indisunique::text,
    'partial', (indpred IS NOT NULL)::text,
    'order', (SELECT string_agg(CASE option & 3 WHEN 0 THEN '' WHEN 2 THEN 'nulls first' WHEN 3 THEN 'desc'
            ELSE 'desc nulls last' END, ',' ORDER BY place)
        FROM unnest(indoption::int[]) WITH ORDINALITY AS key (option, place)),
    'nulls-not-distinct', coalesce(to_jsonb(x) ->> 'indnullsnotdistinct', 'false'),
    'expressions', (SELECT string_agg(CASE number WHEN 0 THEN translate(pg_get_indexdef(indexrelid, place::int, false), E'\n', ' ') ELSE '' END, E'\n' ORDER BY place)
        FROM unnest(indkey::int[]) WITH ORDINALITY AS key (number, place)
        WHERE place <= coalesce((to_jsonb(x) ->> 'indnkeyatts')::int, indnatts)),
    'predicate', coalesce(pg_get_expr(indpred, indrelid), ''),
    'method', (SELECT amname FROM pg_am WHERE pg_am.oid = i.relam),
    'valid', indisvalid::text,
    'part-of', (SELECT names FROM parent WHERE inhrelid = indexrelid)
    )::text
FROM pg_index x JOIN relation r ON r.id = indrelid JOIN pg_class i ON i.oid = indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace
UNION ALL
SELECT 'trigger', r.name || '.' || tgname, jsonb_build_object(
    'function', (SELECT proname FROM pg_proc p WHERE p.oid = tgfoid),
    'for-each-row', (tgtype & 1 = 1)::text,
    'timing', CASE WHEN tgtype & 64 <> 0 THEN 'instead of' WHEN tgtype & 2 <> 0 THEN 'before' ELSE 'after' END,
    'events', (SELECT string_agg(word, ',' ORDER BY place)
        FROM (VALUES (1, 4, 'insert'), (2, 16, 'update'), (3, 8, 'delete'), (4, 32, 'truncate')) AS event (place, bit, word)
        WHERE tgtype & bit <> 0),
    'update-of', (SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(tgattr::int[]) WITH ORDINALITY AS key (number, place)
        JOIN pg_attribute ON attrelid = tgrelid AND attnum = number),
    'conditional', (tgqual IS NOT NULL)::text,
    'deferred', tginitdeferred::text,
    'firing', CASE tgenabled WHEN 'O' THEN 'origin' WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' ELSE 'never' END,
    'transition-tables', (SELECT string_agg(name, ',' ORDER BY name COLLATE "C") FROM (VALUES (tgoldtable::text), (tgnewtable)) AS one (name))
    )::text
FROM pg_trigger JOIN relation r ON r.id = tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT 'rule', r.name || '.' || rulename, jsonb_build_object(
    'event', CASE ev_type WHEN '1' THEN 'select' WHEN '2' THEN 'update' WHEN '3' THEN 'insert' ELSE 'delete' END,
    'instead', is_instead::text,
    'conditional', (ev_qual::text <> '<>')::text,
    'firing', CASE ev_enabled WHEN 'O' THEN 'origin' WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' ELSE 'never' END
    )::text
FROM pg_rewrite JOIN relation r ON r.id = ev_class WHERE rulename <> '_RETURN'
UNION ALL
SELECT 'policy', r.name || '.' || polname, jsonb_build_object(
    'command', CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
    'permissive', polpermissive::text,
    'roles', (SELECT string_agg(rolname, ',' ORDER BY rolname::text COLLATE "C") FROM pg_roles WHERE oid = ANY (polroles)),
    'reads', (SELECT string_agg(DISTINCT v.name, ',' ORDER BY v.name) FROM pg_depend d JOIN relation v ON v.id = d.refobjid
        WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass AND v.id <> polrelid),
    'using', coalesce(pg_get_expr(polqual, polrelid), ''),
    'check', coalesce(pg_get_expr(polwithcheck, polrelid), '')
    )::text
FROM pg_policy p JOIN relation r ON r.id = polrelid
UNION ALL
SELECT 'statistics', nspname || '.' || stxname, jsonb_build_object('on', r.name)::text
FROM pg_statistic_ext JOIN own ON own.oid = stxnamespace JOIN relation r ON r.id = stxrelid
UNION ALL
SELECT 'enum', nspname || '.' || typname, jsonb_build_object(
    'values', (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
    )::text
FROM pg_type t JOIN own ON own.oid = typnamespace
WHERE typtype = 'e' AND NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_type'::regclass AND objid = t.oid)
UNION ALL
SELECT 'function', format('%s.%s(%s)', own.nspname, proname, (
    SELECT string_agg(typed.type, ',' ORDER BY place)
    FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS argument (of, place) JOIN typed ON typed.oid = argument.of)), jsonb_build_object(
    'language', lanname,
    'volatility', CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
    'kind', CASE coalesce(to_jsonb(p) ->> 'prokind', 'f') WHEN 'p' THEN 'procedure' ELSE 'function' END,
    'strict', proisstrict::text,
    'security-definer', prosecdef::text,
    'leakproof', proleakproof::text,
    'parallel', CASE proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END,
    'returns', CASE WHEN proretset THEN 'setof ' ELSE '' END || (SELECT type FROM typed WHERE oid = prorettype),
    'arguments', (SELECT string_agg(coalesce(proargmodes[place]::text, 'i') || ' ' || coalesce(proargnames[place], '') || ' ' || typed.type, ',' ORDER BY place)
        FROM unnest(coalesce(proallargtypes, proargtypes::oid[])) WITH ORDINALITY AS argument (of, place) JOIN typed ON typed.oid = argument.of),
    'defaults', pronargdefaults::text,
    'settings', (SELECT string_agg(setting, ',' ORDER BY setting COLLATE "C") FROM (
        SELECT lower(split_part(whole, '=', 1)) || '=' || regexp_replace(substr(whole, strpos(whole, '=') + 1), '[ "'']', '', 'g') AS setting
        FROM unnest(proconfig) AS whole) AS each),
    'sql-body', (to_jsonb(p) ->> 'prosqlbody' IS NOT NULL)::text,
    'body', prosrc
    )::text
FROM pg_proc p JOIN own ON own.oid = pronamespace JOIN pg_language l ON l.oid = prolang
WHERE p.oid >= 16384 AND lanname NOT IN ('internal', 'c')
    AND NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
UNION ALL
SELECT 'publication', pubname, jsonb_build_object(
    'all-tables', puballtables::text,
    'tables', (SELECT string_agg(v.name || coalesce('(' || (SELECT string_agg(attname, ' ' ORDER BY place)
            FROM jsonb_array_elements_text(CASE jsonb_typeof(to_jsonb(p) -> 'prattrs') WHEN 'array' THEN to_jsonb(p) -> 'prattrs' ELSE to_jsonb(string_to_array(to_jsonb(p) ->> 'prattrs', ' ')) END)
                WITH ORDINALITY AS key (number, place)
            JOIN pg_attribute ON attrelid = prrelid AND attnum = number::int) || ')', ''), ',' ORDER BY v.name COLLATE "C")
        FROM pg_publication_rel p JOIN relation v ON v.id = prrelid WHERE prpubid = b.oid),
    'schemas', __SCHEMAS__
    )::text
FROM pg_publication b
UNION ALL
SELECT 'domain', nspname || '.' || typname, jsonb_build_object(
    'type', CASE WHEN (SELECT typnamespace FROM pg_type b WHERE b.oid = t.typbasetype) = 'pg_catalog'::regnamespace
        THEN format_type(typbasetype, typtypmod) ELSE replace(format_type(typbasetype, typtypmod), '"', '') END,
    'expression', coalesce(pg_get_expr(typdefaultbin, 0), ''),
    'not-null', typnotnull::text,
    'default', (typdefault IS NOT NULL)::text
    )::text
FROM pg_type t JOIN own ON own.oid = typnamespace
WHERE typtype = 'd' AND NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_type'::regclass AND objid = t.oid)
UNION ALL
SELECT 'composite type', nspname || '.' || relname, jsonb_build_object('attributes', coalesce((SELECT
    string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped), ''))::text
FROM pg_class c JOIN own ON own.oid = relnamespace
WHERE relkind = 'c' AND NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_type'::regclass AND objid = c.reltype)
UNION ALL
SELECT 'attribute', own.nspname || '.' || relname || '.' || attname, jsonb_build_object(
    'type', CASE WHEN n.nspname = 'pg_catalog' THEN format_type(atttypid, atttypmod)
        ELSE replace(format_type(atttypid, atttypmod), '"', '') END)::text
FROM pg_class c JOIN own ON own.oid = relnamespace JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_namespace n ON n.oid = coalesce(e.typnamespace, t.typnamespace)
WHERE relkind = 'c' AND NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_type'::regclass AND objid = c.reltype)
UNION ALL
SELECT DISTINCT 'aggregate', proname::text, '{}' FROM pg_proc p JOIN own ON own.oid = pronamespace
WHERE p.oid >= 16384 AND 'true' IN (to_jsonb(p) ->> 'proisagg', ((to_jsonb(p) ->> 'prokind') = 'a')::text)
    AND NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
UNION ALL
SELECT 'extension', extname::text, '{}' FROM pg_extension WHERE extname <> 'plpgsql'
UNION ALL
SELECT 'collation', nspname || '.' || collname, '{}' FROM pg_collation c JOIN own ON own.oid = collnamespace
WHERE NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_collation'::regclass AND objid = c.oid)
UNION ALL
SELECT 'server', srvname::text, '{}' FROM pg_foreign_server s
WHERE NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_foreign_server'::regclass AND objid = s.oid)
UNION ALL
SELECT 'foreign-data wrapper', fdwname::text, '{}' FROM pg_foreign_data_wrapper w
WHERE NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_foreign_data_wrapper'::regclass AND objid = w.oid)
UNION ALL
SELECT 'domain check', nspname || '.' || typname || '.' || conname, jsonb_build_object('valid', convalidated::text,
    'expression', pg_get_expr(conbin, 0))::text
FROM pg_constraint JOIN pg_type t ON t.oid = contypid JOIN own ON own.oid = typnamespace
WHERE contype = 'c' AND NOT EXISTS (SELECT FROM extension WHERE classid = 'pg_type'::regclass AND objid = t.oid)
ORDER BY 1, 2
