//! The settings file: what is shipped is what is the default, and a mistake is named without its value.

use std::fs;
use std::path::{Path, PathBuf};

use dateline::config::environment::Environment;
use dateline::config::keys::newsroom::Place;
use dateline::config::problem::ConfigProblem;
use dateline::config::template::{InitAnswers, template};
use dateline::config::{Config, find, load};
use serde_json::Value;

const SHIPPED: &str = include_str!("../../config.toml");
pub(crate) const LEAST: &str =
    "dateline = 1\n[newsroom]\nname = \"N\"\nfrom = \"press@example.com\"\n";

/// Loads a text as `config.toml` of a folder that is gone afterwards.
pub(crate) fn loaded(text: &str) -> Result<Config, ConfigProblem> {
    let folder = tempfile::tempdir().unwrap();
    load(&written(folder.path(), text), &Environment::default())
}

/// Writes it for its owner's eyes only.
pub(crate) fn written(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("config.toml");
    fs::write(&path, text).unwrap();
    readable(&path, 0o600);
    path
}

pub(crate) fn readable(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn as_json(config: &Config) -> Value {
    serde_json::to_value(config).unwrap()
}

/// The shipped file with every commented key switched on.
pub(crate) fn everything_on() -> String {
    SHIPPED
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(key) if !key.is_empty() && !key.starts_with(' ') => format!("{key}\n"),
            _ => format!("{line}\n"),
        })
        .collect()
}

#[test]
fn the_shipped_file_is_runnable_and_shows_the_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = load(&written(folder.path(), SHIPPED), &Environment::default()).unwrap();
    let least = load(&written(folder.path(), LEAST), &Environment::default()).unwrap();
    let (mut shipped, least) = (as_json(&shipped), as_json(&least));
    for example in ["name", "from", "time_zone", "address"] {
        shipped["newsroom"][example] = least["newsroom"][example].clone();
    }
    assert_eq!(shipped, least);
    assert_eq!(shipped["smtp"]["transport"], "files");
    let database = format!("sqlite://{}", folder.path().join("dateline.db").display());
    assert_eq!(shipped["database"]["url"], database.as_str());
}

#[test]
fn a_newsroom_without_a_file_has_the_same_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let least = load(&written(folder.path(), LEAST), &Environment::default()).unwrap();
    let here = format!("{}/", folder.path().display());
    let least = as_json(&least).to_string().replace(&here, "");
    assert_eq!(
        as_json(&Config::new("N", "press@example.com")).to_string(),
        least
    );
}

#[test]
fn the_values_shown_for_limits_are_those_in_force() {
    let all = everything_on();
    let limits = &all[all.find("\n[limits]\n").unwrap()..all.find("\n[run]\n").unwrap()];
    let shown = loaded(&format!("{LEAST}{limits}")).unwrap();
    assert!(shown.limits.per_hour.is_some());
    assert_eq!(shown.rates(), loaded(LEAST).unwrap().rates());
}

#[test]
fn the_shipped_file_knows_every_key_and_no_other() {
    let all: toml::Table = everything_on().parse().unwrap();
    let known = as_json(
        &loaded(&format!(
            "{LEAST}[[hook]]\nafter = \"finished\"\nrun = [\"x\"]\n"
        ))
        .unwrap(),
    );
    for (table, keys) in known.as_object().unwrap() {
        let Some(first) = keys.as_array().map_or(Some(keys), |tables| tables.first()) else {
            continue;
        };
        let shown = &all[table.as_str()];
        let shown = shown.get(0).unwrap_or(shown);
        for key in first.as_object().into_iter().flat_map(|keys| keys.keys()) {
            assert!(
                shown.get(key).is_some(),
                "config.toml does not show [{table}] {key}"
            );
        }
    }
    // Unknown ones are refused when it is read; what remains are contradictions on purpose.
    let problem = loaded(&everything_on()).unwrap_err();
    assert_eq!(problem.code, "config-value", "{problem}");
}

#[test]
fn paths_start_at_the_folder_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "{LEAST}templates = \"/own\"\n[database]\nurl = \"sqlite:my.db\"\n[smtp]\nusername = \"u\"\npassword_file = \"${{CREDENTIALS_DIRECTORY}}/smtp\"\n"
    );
    let path = written(folder.path(), &text);
    let environment = Environment {
        credentials_directory: Some(PathBuf::from("/run/credentials")),
        ..Environment::default()
    };
    let config = load(&path, &environment).unwrap();
    assert_eq!(
        config.smtp.password_file.unwrap(),
        Path::new("/run/credentials/smtp")
    );
    assert_eq!(config.newsroom.templates.unwrap(), Path::new("/own"));
    assert_eq!(config.desk.key_file, folder.path().join("dateline.key"));
    let Place::Sqlite(database) = config.database.place() else {
        panic!("an SQLite URL is not taken for one");
    };
    assert_eq!(database, folder.path().join("my.db"));
}

#[test]
fn the_file_is_looked_for_in_the_promised_order() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, LEAST).unwrap();
        path
    };
    let (cli, variable) = (place("cli.toml"), place("variable.toml"));
    let (here, home, machine) = (
        place("here/config.toml"),
        place("home/dateline/config.toml"),
        place("etc/dateline/config.toml"),
    );
    let mut environment = Environment {
        dateline_config: Some(variable.clone()),
        config_home: Some(folder.path().join("home")),
        system_config: Some(folder.path().join("etc")),
        ..Environment::default()
    };
    let cwd = here.parent().unwrap();
    assert_eq!(find::find(Some(&cli), &environment, cwd).unwrap(), cli);
    assert_eq!(find::find(None, &environment, cwd).unwrap(), variable);
    environment.dateline_config = None;
    assert_eq!(find::find(None, &environment, cwd).unwrap(), here);
    // With a mistake in it the file is still ours; somebody else's is passed over.
    fs::write(&here, "dateline = 1\n[newsroom\n").unwrap();
    assert_eq!(find::find(None, &environment, cwd).unwrap(), here);
    fs::write(&here, "[package]\ndateline = 1\n").unwrap();
    assert_eq!(find::find(None, &environment, cwd).unwrap(), home);
    fs::remove_file(&home).unwrap();
    assert_eq!(find::find(None, &environment, cwd).unwrap(), machine);
    fs::remove_file(&machine).unwrap();
    assert_eq!(
        find::find(None, &environment, cwd).unwrap_err().code,
        "no-config"
    );
    // What was named must be there.
    let named = find::find(Some(Path::new("gone.toml")), &environment, cwd).unwrap_err();
    assert_eq!(named.code, "config-unreadable");
}

#[test]
fn init_fills_the_answers_into_the_shipped_file() {
    let answers = InitAnswers {
        name: "The \"Blue\" Room".to_owned(),
        from: "Blue <blue@example.org>".to_owned(),
        time_zone: Some("Europe/Berlin".to_owned()),
        preset: Some("relay".to_owned()),
        smtp_host: Some("smtp.example.org".to_owned()),
        smtp_port: Some(587),
        security: Some("starttls".to_owned()),
        username: Some("blue".to_owned()),
        password_file: Some("smtp.password".to_owned()),
        database_url: Some("postgres://blue@db.example.org/blue".to_owned()),
        database_password_file: Some("db.password".to_owned()),
        address: None,
    };
    let text = template(&answers);
    assert_eq!(text.lines().count(), SHIPPED.lines().count());
    let config = loaded(&text).unwrap();
    assert_eq!(config.newsroom.name, "The \"Blue\" Room");
    assert_eq!(config.newsroom.time_zone.as_deref(), Some("Europe/Berlin"));
    assert_eq!(
        config.newsroom.address, None,
        "the example's address must not get into a mail"
    );
    assert!(matches!(config.database.place(), Place::Postgres(_)));
    assert!(
        config
            .database
            .password_file
            .as_ref()
            .unwrap()
            .ends_with("db.password")
    );
    assert_eq!(config.smtp.port(), 587);
    assert_eq!(as_json(&config)["smtp"]["transport"], "files");
    assert_eq!(as_json(&config)["smtp"]["host"], "smtp.example.org");
}
