use super::*;
use crate::report::{Style, config_errors};
use crate::rules::RULES;

fn read(text: &str) -> Config {
    let file = Arc::new(SourceFile::new(FILE_NAME, text));
    Config::from_file(file::read(&file).unwrap(), Base::new("/repo/app".into(), "/repo".into()))
}

fn errors(text: &str) -> Vec<String> {
    let file = Arc::new(SourceFile::new(FILE_NAME, text));
    file::read(&file).unwrap_err().iter().map(ToString::to_string).collect()
}

fn rule(id: &str) -> &'static Rule {
    crate::rules::by_id(id).unwrap()
}

#[test]
fn every_key_is_read() {
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
    );
    assert_eq!(config.postgres.to_string(), "14..17");
    assert_eq!(config.runner.name, "plain-transaction");
    assert_eq!(config.paths, ["migrations", "../db"]);
    assert_eq!(config.start_after.as_deref(), Some("20240101"));
    assert_eq!(config.fail_on, FailOn::Error);
    assert_eq!(config.max_lock_timeout, Duration::from_secs(60));
    let session: Vec<_> = config.session.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(session, [("lock_timeout", "2s"), ("row_security", "on"), ("statement_timeout", "5000")]);
    assert_eq!(config.severity_of(rule("dropping-column"), "x.sql"), Some(Severity::Advice));
    assert_eq!(config.severity_of(rule("blocking-index-build"), "x.sql"), Some(Severity::Error));
}

#[test]
fn exclude_names_files_and_folders_as_seen_from_the_file() {
    let config = read(r#"exclude = ["legacy", "/app/old/*.sql", "*.seed.sql", "db/**"]"#);
    let excluded = |path: &str| config.is_excluded(Path::new(path));
    assert!(excluded("legacy/1.sql"));
    assert!(excluded("deep/legacy/2/1.sql"));
    assert!(excluded("old/1.sql"));
    assert!(!excluded("old/deep/1.sql"));
    assert!(excluded("m/a.seed.sql"));
    assert!(excluded("../db/1.sql"));
    assert!(!excluded("db/1.sql"));
    assert!(!excluded("m/1.sql"));
}

#[test]
fn the_narrower_word_wins_and_ignore_wins_between_equals() {
    let config = read(
        r#"select = ["default", "blocking-index-build"]
        ignore = ["locking", "dropping-column"]"#,
    );
    let on = |id: &str| config.severity_of(rule(id), "x.sql").is_some();
    assert!(on("blocking-index-build"));
    assert!(!on("scanning-check"));
    assert!(!on("dropping-column"));
    assert!(on("missing-lock-timeout"));
    let none = read(r#"select = ["locking"]"#);
    assert!(none.severity_of(rule("missing-lock-timeout"), "x.sql").is_none());
    let all = read(r#"select = ["all"]"#);
    assert!(RULES.iter().all(|rule| all.severity_of(rule, "x.sql").is_some()));
}

#[test]
fn an_override_holds_for_its_paths() {
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
    );
    let on = |id: &str, path: &str| config.severity_of(rule(id), path).is_some();
    assert!(on("dropping-column", "m/1.sql"));
    assert!(!on("dropping-column", "analytics/1.sql"));
    assert!(on("dropping-column", "analytics/x.sql"));
    assert!(on("missing-lock-timeout", "./analytics/1.sql"));
    assert!(!on("missing-lock-timeout", "m/1.sql"));
}

#[test]
fn flags_win_over_the_file() {
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
    );
    let flags = Flags {
        postgres: "16".parse().ok(),
        select: vec!["locking".into()],
        ignore: vec!["blocking-index-build".into()],
        ..Flags::default()
    };
    config.apply(&flags).unwrap();
    let on = |id: &str| config.severity_of(rule(id), "x.sql").is_some();
    assert_eq!(config.postgres.to_string(), "16");
    assert!(on("scanning-not-null"));
    assert!(!on("scanning-check"), "an override switches it off");
    assert!(!on("blocking-index-build"));
    assert!(!on("unbatched-write"));
    assert!(!on("missing-lock-timeout"));
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
    let text = config_errors(&file::read(&file).unwrap_err(), &Style::PLAIN);
    let expected = "\
error: unknown key \"exlude\"
   ╭─[lockwise.toml:2:1]
 2 │ exlude = [\"old/**\"]
   · ───┬──
   ·    ╰── did you mean \"exclude\"?
   ╰────
  help     known keys: postgres, runner, paths, exclude, start-after, fail-on, max-lock-timeout,
           session, select, ignore, severity, override
";
    assert_eq!(text, expected);
}

#[test]
fn flags_are_checked_too() {
    let flags = Flags { no_file: true, select: vec!["lokcing".into()], ..Flags::default() };
    let error = &Config::load(&flags).unwrap_err()[0];
    assert_eq!(error.to_string(), "--select: there is no rule or group \"lokcing\"");
    assert_eq!(error.help.as_deref(), Some("did you mean \"locking\"?"));
}
