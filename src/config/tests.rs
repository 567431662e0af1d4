use super::*;
use crate::report::{Style, config_errors};
use crate::rules::RULES;

/// What is wrong, where a test wants nothing to be.
type Outcome = Result<(), Vec<ConfigError>>;

#[test]
fn the_schema_is_read_from_the_folder_of_the_file_or_its_place_is_said() {
    let file = Arc::new(SourceFile::new(FILE_NAME, "paths = []\nschema = \"no.sql\""));
    let configured = file::read(&file).ok().and_then(|config| config.schema);
    assert_eq!(configured, Some(("no.sql".to_owned(), Span::new(20, 28))));
    let missing = SchemaPath { path: "../no.sql".into(), written: Some((file, Span::new(20, 28))) };
    let message = missing.read().err().map(|error| error.to_string());
    assert_eq!(message.as_deref(), Some("lockwise.toml:2:10: ../no.sql: no such file or folder"));
}

fn read(text: &str) -> Result<Config, Vec<ConfigError>> {
    let file = Arc::new(SourceFile::new(FILE_NAME, text));
    Ok(Config::from_file(file::read(&file)?, Base::new("/repo/app".into(), "/repo".into())))
}

fn errors(text: &str) -> Vec<String> {
    read(text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// Those of the rules that are on in a file.
fn on<'a>(config: &Config, path: &str, ids: &[&'a str]) -> Vec<&'a str> {
    let is_on = |id: &str| {
        let rule = crate::rules::by_id(id);
        assert!(rule.is_some(), "there is no rule {id}");
        rule.is_some_and(|rule| config.severity_of(rule, path).is_some())
    };
    ids.iter().copied().filter(|id| is_on(id)).collect()
}

#[test]
fn every_key_is_read() -> Outcome {
    let config = read(
        r#"
            postgres = "14..17"
            runner = "plain-transaction"
            paths = ["app/migrations", "db"]
            exclude = ["legacy/**", "*.seed.sql"]
            start-after = "20240101"
            fail-on = "error"
            max-lock-timeout = "1min"
            session = { lock_timeout = "2s", statement_timeout = 5000, Row_Security = true }
            [severity]
            dropping-column = "advice"
        "#,
    )?;
    assert_eq!(config.postgres.to_string(), "14..17");
    assert_eq!(config.runner.name, "plain-transaction");
    assert_eq!(config.paths, ["migrations", "../db"]);
    assert_eq!(config.start_after.as_deref(), Some("20240101"));
    assert_eq!(config.fail_on, FailOn::Error);
    assert_eq!(config.max_lock_timeout, Duration::from_secs(60));
    let session: Vec<_> = config.session.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(session, [("lock_timeout", "2s"), ("row_security", "on"), ("statement_timeout", "5000")]);
    let severity = |id| crate::rules::by_id(id).and_then(|rule| config.severity_of(rule, "x.sql"));
    assert_eq!(severity("dropping-column"), Some(Severity::Advice));
    assert_eq!(severity("blocking-index-build"), Some(Severity::Error));
    Ok(())
}

#[test]
fn exclude_names_files_and_folders_as_seen_from_the_file() -> Outcome {
    let config = read(r#"exclude = ["legacy", "/app/old/*.sql", "*.seed.sql", "db/**"]"#)?;
    let excluded = |path: &str| config.is_excluded(Path::new(path));
    assert!(excluded("legacy/1.sql"));
    assert!(excluded("deep/legacy/2/1.sql"));
    assert!(excluded("old/1.sql"));
    assert!(!excluded("old/deep/1.sql"));
    assert!(excluded("m/a.seed.sql"));
    assert!(excluded("../db/1.sql"));
    assert!(!excluded("db/1.sql"));
    assert!(!excluded("m/1.sql"));
    Ok(())
}

#[test]
fn the_narrower_word_wins_and_ignore_wins_between_equals() -> Outcome {
    let config = read(
        r#"select = ["default", "blocking-index-build"]
        ignore = ["locking", "dropping-column"]"#,
    )?;
    let rules = ["blocking-index-build", "scanning-check", "dropping-column", "missing-lock-timeout"];
    assert_eq!(on(&config, "x.sql", &rules), ["blocking-index-build", "missing-lock-timeout"]);
    assert_eq!(on(&read(r#"select = ["timeout"]"#)?, "x.sql", &rules), ["missing-lock-timeout"]);
    let all = read(r#"select = ["all"]"#)?;
    assert!(RULES.iter().all(|rule| all.severity_of(rule, "x.sql").is_some()));
    Ok(())
}

#[test]
fn an_override_holds_for_its_paths() -> Outcome {
    let config = read(
        r#"
            ignore = ["timeout"]
            [[override]]
            paths = ["app/analytics/**"]
            select = ["missing-lock-timeout"]
            ignore = ["breaking"]
            [[override]]
            paths = ["**/x.sql"]
            select = ["dropping-column"]
        "#,
    )?;
    let rules = ["dropping-column", "dropping-table", "missing-lock-timeout"];
    assert_eq!(on(&config, "m/1.sql", &rules), ["dropping-column", "dropping-table"]);
    assert_eq!(on(&config, "./analytics/1.sql", &rules), ["missing-lock-timeout"]);
    assert_eq!(on(&config, "analytics/x.sql", &rules), ["dropping-column", "missing-lock-timeout"]);
    Ok(())
}

#[test]
fn flags_win_over_the_file() -> Outcome {
    let mut config = read(
        r#"
            postgres = "14"
            select = ["all"]
            ignore = ["locking"]
            [[override]]
            paths = ["**"]
            select = ["data"]
            ignore = ["scanning-check"]
        "#,
    )?;
    let flags = Flags {
        postgres: "16".parse().ok(),
        select: vec!["locking".into()],
        ignore: vec!["blocking-index-build".into()],
        ..Flags::default()
    };
    config.apply(&flags)?;
    assert_eq!(config.postgres.to_string(), "16");
    // An override still switches scanning-check off, and no longer anything on.
    let rules =
        ["scanning-not-null", "scanning-check", "blocking-index-build", "unbatched-write", "missing-lock-timeout"];
    assert_eq!(on(&config, "x.sql", &rules), ["scanning-not-null"]);
    Ok(())
}

#[test]
fn mistakes_are_all_reported_with_their_place() {
    let text = "postgre = \"15\"\npostgres = \"9.6\"\nrunner = \"plane\"\npaths = \"migrations\"\nignore = [\"dropping-colum\", 3]\n\
        fail-on = \"warn\"\nmax-lock-timeout = \"5 fortnights\"\nsession = { lock_timout = \"2s\" }\nstart-after = 5\n\
        exclude = [\"a[\"]\n[severity]\nblocking-index-build = \"fatal\"\nlocking = \"error\"\n[[override]]\nselect = [\"all\"]\n";
    assert_eq!(
        errors(text),
        [
            "lockwise.toml:1:1: unknown key \"postgre\"",
            "lockwise.toml:2:12: PostgreSQL 9 is not known; lockwise knows PostgreSQL 10 to 18",
            "lockwise.toml:3:10: there is no runner \"plane\"",
            "lockwise.toml:4:9: \"paths\" is a list: write [\"...\"]",
            "lockwise.toml:5:11: there is no rule or group \"dropping-colum\"",
            "lockwise.toml:5:29: this has to be a string: write it in double quotes",
            "lockwise.toml:6:11: \"warn\" is none of error, warning, never",
            "lockwise.toml:7:20: \"5 fortnights\" is not a time such as \"500ms\", \"5s\" or \"1min\"",
            "lockwise.toml:8:13: PostgreSQL has no setting \"lock_timout\"",
            "lockwise.toml:9:15: this has to be a string: write it in double quotes",
            "lockwise.toml:10:12: \"a[\" is not a pattern: unclosed character class; missing ']'",
            "lockwise.toml:12:24: \"fatal\" is none of error, warning, advice",
            "lockwise.toml:13:1: there is no rule \"locking\"",
            "lockwise.toml:14:1: an override without paths",
        ]
    );
}

#[test]
fn text_that_is_not_toml_has_a_place() {
    assert_eq!(errors("a = 1\nb = [1,\n").len(), 1);
    assert!(errors("postgres = 15\npostgres = 16\n")[0].starts_with("lockwise.toml:2:1: is not TOML: "));
}

#[test]
fn a_mistake_is_shown_with_its_line_and_a_suggestion() {
    let file = Arc::new(SourceFile::new(FILE_NAME, "postgres = 15\nexlude = [\"old/**\"]\n"));
    let text = config_errors(&file::read(&file).err().unwrap_or_default(), &Style::PLAIN);
    let expected = "\
error: unknown key \"exlude\"
   ╭─[lockwise.toml:2:1]
 2 │ exlude = [\"old/**\"]
   · ───┬──
   ·    ╰── did you mean \"exclude\"?
   ╰────
  help     known keys: postgres, runner, paths, exclude, start-after, schema, fail-on,
           max-lock-timeout, session, select, ignore, severity, override
";
    assert_eq!(text, expected);
}

#[test]
fn flags_are_checked_too() {
    let flags = Flags { no_file: true, select: vec!["lokcing".into()], ..Flags::default() };
    let errors = Config::load(&flags).err().unwrap_or_default();
    let said: Vec<_> = errors.iter().map(|error| (error.to_string(), error.help.as_deref())).collect();
    let message = "--select: there is no rule or group \"lokcing\"".to_owned();
    assert_eq!(said, [(message, Some("did you mean \"locking\"?"))]);
}
