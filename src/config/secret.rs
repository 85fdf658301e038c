//! Fetches a password or token when it is needed: from a file or a program, never from a flag.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::config::problem::ConfigProblem;
use crate::config::resolve::{CREDENTIALS, credential};

/// How long a program may take to print a secret; `run` waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// No password is longer; a file that is belongs to something else.
const LONGEST: usize = 64 * 1024;

/// Where a secret comes from; the text is the key, for messages.
#[derive(Clone, Debug)]
pub enum Source {
    Inline(SecretString),
    File(&'static str, PathBuf),
    Command(&'static str, Vec<String>),
}

impl Source {
    pub(in crate::config) fn command(key: &'static str, words: &[String]) -> Option<Self> {
        (!words.is_empty()).then(|| Self::Command(key, words.to_vec()))
    }
}

/// The secret: a file's or a program's first line, without its line end.
///
/// A program is run without a shell and killed after ten seconds; what it writes to standard error
/// goes nowhere, as it might hold the secret.
pub async fn secret(source: &Source) -> Result<SecretString, ConfigProblem> {
    match source {
        Source::Inline(secret) => Ok(secret.clone()),
        Source::File(key, path) => {
            if let Some(name) = credential(path) {
                return Err(not_handed_over(key, name));
            }
            let bytes = tokio::fs::read(path).await.map_err(|error| {
                let mut problem = ConfigProblem::unreadable(path, &error);
                problem.code = "secret-unreadable";
                problem.message = format!("(named by {key}) {}", problem.message);
                problem.hint(
                    "check the path and its owner; the program reads it as the user it runs as",
                )
            })?;
            first_line(key, &bytes)
        }
        Source::Command(key, words) => first_line(key, &run(key, words).await?),
    }
}

fn not_handed_over(key: &str, name: &str) -> ConfigProblem {
    let message = format!("starts with {CREDENTIALS}, which is set for the service alone");
    ConfigProblem::new("config-credentials", message)
        .key(key)
        .hint(format!(
            "let systemd hand it over here, too: systemd-run --pipe --wait --property=User=dateline --property=LoadCredential={name}:/etc/dateline/{name}.password dateline …"
        ))
}

/// An access token, and how long it is good for where the program says so.
#[derive(Clone, Debug)]
pub struct Token {
    pub text: SecretString,
    pub lasts: Option<Duration>,
}

/// The token: the program prints it as its first line, or prints what a token server answers (RFC 6749,
/// section 5.1), an object with `access_token` and, in seconds, `expires_in`.
pub async fn token(source: &Source) -> Result<Token, ConfigProblem> {
    let Source::Command(key, words) = source else {
        let text = secret(source).await?;
        return Ok(Token { text, lasts: None });
    };
    let bytes = run(key, words).await?;
    if !bytes.trim_ascii_start().starts_with(b"{") {
        let text = first_line(key, &bytes)?;
        return Ok(Token { text, lasts: None });
    }
    let bad = |why: &str| {
        ConfigProblem::new("secret-empty", why)
            .key(key)
            .hint("print the token alone, or {\"access_token\":\"…\",\"expires_in\":3599}")
    };
    // What does not parse is not shown: it may hold the token.
    let answer: Answer = serde_json::from_slice(&bytes)
        .map_err(|_| bad("gave an object without an access_token that can be read"))?;
    let text = first_line(key, answer.access_token.expose_secret().as_bytes())?;
    let lasts = match answer.expires_in {
        None => None,
        Some(seconds) => Some(
            seconds
                .read()
                .ok_or_else(|| bad("gave an expires_in that is no number of seconds"))?,
        ),
    };
    Ok(Token { text, lasts })
}

#[derive(Deserialize)]
struct Answer {
    access_token: SecretString,
    expires_in: Option<Seconds>,
}

/// Some token servers quote the number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(f64),
    Text(String),
}

impl Seconds {
    fn read(&self) -> Option<Duration> {
        let seconds = match self {
            Self::Number(number) => *number,
            Self::Text(text) => text.trim().parse().ok()?,
        };
        Duration::try_from_secs_f64(seconds).ok()
    }
}

async fn run(key: &'static str, words: &[String]) -> Result<Vec<u8>, ConfigProblem> {
    let failed = |why: String| {
        ConfigProblem::new("secret-command", why)
            .key(key)
            .hint("run the command by hand as the user that dateline runs as")
    };
    let Some((program, arguments)) = words.split_first() else {
        return Err(failed("names no program".to_owned()));
    };
    let output = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    match tokio::time::timeout(PATIENCE, output).await {
        Err(_) => Err(failed(format!(
            "took longer than {} s and was stopped",
            PATIENCE.as_secs()
        ))),
        Ok(Err(error)) => {
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such program".to_owned(),
                kind => kind.to_string(),
            };
            Err(failed(format!("could not be started: {why}")))
        }
        Ok(Ok(output)) if !output.status.success() => {
            Err(failed(format!("ended with {}", output.status)))
        }
        Ok(Ok(output)) => Ok(output.stdout),
    }
}

fn first_line(key: &'static str, bytes: &[u8]) -> Result<SecretString, ConfigProblem> {
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let bad = |why: &str| ConfigProblem::new("secret-empty", why).key(key);
    if line.is_empty() {
        return Err(
            bad("gave an empty first line").hint("the first line is the secret, nothing before it")
        );
    }
    if line.len() > LONGEST {
        return Err(bad("gave a first line that is far too long for a secret"));
    }
    let text = std::str::from_utf8(line).map_err(|_| bad("gave a first line that is not UTF-8"))?;
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn command(words: &[&str]) -> Source {
        Source::Command(
            "[smtp] password_command",
            words.iter().map(|&word| word.to_owned()).collect(),
        )
    }

    #[tokio::test]
    async fn the_first_line_of_a_file_or_program_is_the_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("smtp");
        std::fs::write(&file, "pass wörd \r\nsecond\n").unwrap();
        let from_file = secret(&Source::File("[smtp] password_file", file))
            .await
            .unwrap();
        assert_eq!(from_file.expose_secret(), "pass wörd ");
        let from_program = secret(&command(&["printf", "a$HOME\\nb"])).await.unwrap();
        assert_eq!(
            from_program.expose_secret(),
            "a$HOME",
            "no shell expands it"
        );
    }

    #[tokio::test]
    async fn a_token_comes_alone_or_as_a_token_server_answers() {
        let print = |text: &str| command(&["printf", "%s", text]);
        let plain = token(&print("ya29.abc\nnoise")).await.unwrap();
        assert_eq!(
            (plain.text.expose_secret(), plain.lasts),
            ("ya29.abc", None)
        );
        for (expiry, lasts) in [
            (",\"expires_in\":3599", Some(3599)),
            (",\"expires_in\":\"3599\"", Some(3599)),
            ("", None),
        ] {
            let text = format!(
                "\n{{\"token_type\":\"Bearer\",\n\"access_token\":\"ya29.abc\"{expiry}}}\n"
            );
            let got = token(&print(&text)).await.unwrap();
            assert_eq!(got.text.expose_secret(), "ya29.abc");
            assert_eq!(got.lasts, lasts.map(Duration::from_secs));
        }
        for bad in [
            "{\"access_token\":\"s3cret\"",
            "{\"token\":\"s3cret\"}",
            "{\"access_token\":\"\"}",
            "{\"access_token\":\"s3cret\",\"expires_in\":-1}",
            "{\"access_token\":\"s3cret\",\"expires_in\":\"soon\"}",
        ] {
            let problem = token(&print(bad)).await.unwrap_err();
            assert!(!problem.to_string().contains("s3cret"), "{problem}");
        }
    }

    #[tokio::test]
    async fn what_gives_no_secret_is_a_problem_that_names_the_key() {
        for words in [
            &["false"][..],
            &["/no/such/program"],
            &["true"],
            &["printf", "\\nlate"],
        ] {
            let problem = secret(&command(words)).await.unwrap_err();
            assert_eq!(
                problem.key.as_deref(),
                Some("[smtp] password_command"),
                "{words:?}"
            );
        }
        let missing = Source::File("[smtp] password_file", PathBuf::from("/no/such/file"));
        let problem = secret(&missing).await.unwrap_err();
        assert!(
            problem.to_string().contains("[smtp] password_file"),
            "{problem}"
        );
    }
}
