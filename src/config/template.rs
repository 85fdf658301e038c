//! The commented settings file that `init` writes: the shipped `config.toml` with the answers filled in.

/// The file as it is shipped: every key, its default and the reason.
const SHIPPED: &str = include_str!("../../config.toml");

/// What `init` asked. A `None` leaves the key as it is shipped.
#[derive(Clone, Debug, Default)]
pub struct InitAnswers {
    pub name: String,
    pub from: String,
    pub time_zone: Option<String>,
    pub address: Option<String>,
    pub database_url: Option<String>,
    pub database_password_file: Option<String>,
    /// `m365`, `workspace`, `ses` or `relay`.
    pub preset: Option<String>,
    pub smtp_host: Option<String>,
    pub smtp_port: Option<u16>,
    /// `tls`, `starttls` or `none`.
    pub security: Option<String>,
    pub username: Option<String>,
    pub password_file: Option<String>,
}

/// The file's text. `transport` stays `files`: a person changes it, having looked at the result.
pub fn template(answers: &InitAnswers) -> String {
    let text = |value: &String| Some(toml::Value::String(value.clone()).to_string());
    let maybe = |value: &Option<String>| value.as_ref().and_then(text);
    // A question that was left open must not be answered by the example's.
    let open = |value: &Option<String>| maybe(value).map_or(Line::Off, Line::Set);
    let answers = [
        (
            "newsroom",
            "name",
            text(&answers.name).map_or(Line::Keep, Line::Set),
        ),
        (
            "newsroom",
            "from",
            text(&answers.from).map_or(Line::Keep, Line::Set),
        ),
        ("newsroom", "time_zone", open(&answers.time_zone)),
        ("newsroom", "address", open(&answers.address)),
        (
            "database",
            "url",
            maybe(&answers.database_url).map_or(Line::Keep, Line::Set),
        ),
        (
            "database",
            "password_file",
            maybe(&answers.database_password_file).map_or(Line::Keep, Line::Set),
        ),
        (
            "smtp",
            "preset",
            maybe(&answers.preset).map_or(Line::Keep, Line::Set),
        ),
        (
            "smtp",
            "host",
            maybe(&answers.smtp_host).map_or(Line::Keep, Line::Set),
        ),
        (
            "smtp",
            "port",
            answers
                .smtp_port
                .map_or(Line::Keep, |port| Line::Set(port.to_string())),
        ),
        (
            "smtp",
            "security",
            maybe(&answers.security).map_or(Line::Keep, Line::Set),
        ),
        (
            "smtp",
            "username",
            maybe(&answers.username).map_or(Line::Keep, Line::Set),
        ),
        (
            "smtp",
            "password_file",
            maybe(&answers.password_file).map_or(Line::Keep, Line::Set),
        ),
    ];
    let mut table = "";
    let mut written = String::new();
    for line in SHIPPED.lines() {
        if let Some(name) = line.strip_prefix('[') {
            table = name.trim_end_matches(']');
        }
        let answer = answers
            .iter()
            .find(|(of, key, _)| *of == table && is_key(line, key));
        match answer {
            Some((_, key, Line::Set(value))) => written.push_str(&format_line(key, value)),
            Some((_, _, Line::Off)) if !line.starts_with('#') => {
                written.push('#');
                written.push_str(line);
            }
            _ => written.push_str(line),
        }
        written.push('\n');
    }
    written
}

/// How the customers of a known provider reach it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Provider {
    /// The value of `[smtp] preset`.
    pub preset: &'static str,
    /// None: it has one for each region, or it is yours.
    pub host: Option<&'static str>,
    pub port: u16,
    pub security: &'static str,
    /// What to know before the first login.
    pub remark: Option<&'static str>,
}

/// The providers with a preset, as their own pages say.
pub const PROVIDERS: [Provider; 4] = [
    Provider {
        preset: "m365",
        host: Some("smtp.office365.com"),
        port: 587,
        security: "starttls",
        remark: Some(
            "Microsoft 365 wants auth = \"oauth2\" with a token_command; a password works only where SMTP AUTH is still allowed",
        ),
    },
    Provider {
        preset: "workspace",
        host: Some("smtp.gmail.com"),
        port: 465,
        security: "tls",
        remark: Some("Google wants an app password, or auth = \"oauth2\" with a token_command"),
    },
    Provider {
        preset: "ses",
        host: None,
        port: 465,
        security: "tls",
        remark: Some("Amazon SES has SMTP credentials of its own, made in its console"),
    },
    Provider {
        preset: "relay",
        host: None,
        port: 465,
        security: "tls",
        remark: None,
    },
];

/// The provider of a preset.
pub fn provider(preset: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|one| one.preset == preset)
}

/// What becomes of a key's line.
enum Line {
    Keep,
    Set(String),
    /// Kept as a comment.
    Off,
}

fn format_line(key: &str, value: &str) -> String {
    format!("{key} = {value}")
}

/// Whether the line sets the key, or shows it as a comment (`#key = …`, no blank after the mark).
fn is_key(line: &str, key: &str) -> bool {
    line.strip_prefix('#')
        .unwrap_or(line)
        .strip_prefix(key)
        .is_some_and(|rest| rest.trim_start().starts_with('='))
}
