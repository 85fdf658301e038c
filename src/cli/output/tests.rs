//! What is printed where, and what is asked.

use std::sync::{Arc, Mutex};

use super::*;

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// An output, its stdout and its stderr; at a terminal when somebody is there to answer.
fn output(global: &Global, answer: Option<&'static str>) -> (Output, Paper, Paper) {
    let (out, err) = (Paper::default(), Paper::default());
    let mut io = Io::pipes(
        answer.unwrap_or_default().as_bytes(),
        out.clone(),
        err.clone(),
    );
    let is_attended = answer.is_some();
    io.stdin_is_terminal = is_attended;
    io.stdout_is_terminal = is_attended;
    io.stderr_is_terminal = is_attended;
    io.width = is_attended.then_some(40);
    (Output::new(io, global, true), out, err)
}

#[test]
fn only_the_right_word_confirms() {
    for (answer, global, code) in [
        (Some("harbour-light\n"), Global::default(), None),
        (Some("  harbour-light \r\n"), Global::default(), None),
        (Some("yes\n"), Global::default(), Some("not-confirmed")),
        (Some("\n"), Global::default(), Some("not-confirmed")),
        (Some(""), Global::default(), Some("not-confirmed")),
        (None, Global::default(), Some("needs-confirmation")),
        (
            Some("harbour-light\n"),
            Global {
                no_input: true,
                ..Global::default()
            },
            Some("needs-confirmation"),
        ),
        (
            None,
            Global {
                yes: true,
                ..Global::default()
            },
            None,
        ),
    ] {
        let (mut output, out, err) = output(&global, answer);
        let result = output.confirm_typed("1,746 people get this.", "harbour-light");
        assert_eq!(
            result.as_ref().err().map(|problem| problem.code),
            code,
            "{answer:?}"
        );
        assert_eq!(out.text(), "", "a question is no result");
        assert_eq!(
            err.text().contains("Type harbour-light"),
            answer.is_some() && !global.no_input
        );
        if code == Some("needs-confirmation") {
            let problem = result.unwrap_err();
            assert_eq!(
                (problem.exit, problem.hint.as_deref()),
                (Exit::Usage, Some("add --yes"))
            );
        }
    }
}

#[test]
fn a_question_has_a_flag_and_may_have_a_default() {
    let (mut asked, _, err) = output(&Global::default(), Some("Europe/Berlin\n\n"));
    let first = asked
        .question("Time zone", Some("UTC"), "--time-zone")
        .unwrap();
    let second = asked
        .question("Time zone", Some("UTC"), "--time-zone")
        .unwrap();
    assert_eq!((first.as_str(), second.as_str()), ("Europe/Berlin", "UTC"));
    assert!(err.text().contains("Time zone [UTC]: "));
    let (mut alone, _, err) = output(&Global::default(), None);
    assert_eq!(
        alone
            .question("Time zone", Some("UTC"), "--time-zone")
            .unwrap(),
        "UTC"
    );
    let refused = alone.question("Name", None, "--name").unwrap_err();
    assert_eq!(refused.hint.as_deref(), Some("give it with --name"));
    assert_eq!(err.text(), "");
}

#[test]
fn a_table_is_plain_in_a_pipe_and_fits_a_terminal() {
    let rows = || {
        vec![
            vec![
                "Zoë".to_owned(),
                "The Daily Example of the Whole Wide West Coast".to_owned(),
            ],
            vec!["日本".to_owned(), "x".to_owned()],
        ]
    };
    let (mut pipe, out, _) = output(&Global::default(), None);
    pipe.table(&["name", "outlet"], rows());
    assert_eq!(
        out.text(),
        "name  outlet\nZoë   The Daily Example of the Whole Wide West Coast\n日本  x\n"
    );
    let (mut terminal, out, _) = output(&Global::default(), Some(""));
    terminal.table(&["name", "outlet"], rows());
    assert!(
        out.text().lines().all(|line| line.chars().count() <= 40),
        "{}",
        out.text()
    );
}

#[test]
fn a_narrow_table_breaks_names_and_never_addresses() {
    let (mut terminal, out, _) = output(&Global::default(), Some(""));
    let row = [
        "Ada Byrne of the Daily Example",
        "ada@example.com",
        "active",
    ];
    terminal.table(
        &["Name", "Address", "Status"],
        vec![row.map(str::to_owned).to_vec()],
    );
    let text = out.text();
    assert!(text.contains("ada@example.com  active"), "{text}");
    assert!(text.lines().count() > 3, "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 40),
        "{text}"
    );
}

#[test]
fn nothing_printed_can_steer_the_terminal() {
    let (mut output, out, err) = output(&Global::default(), None);
    let evil = "a\u{1b}]0;title\u{7}\u{202e}b\rc";
    output.line(evil);
    output.table(&["x"], vec![vec![evil.to_owned()]]);
    output.say(evil);
    output.warn(evil);
    output.problem(&Problem::new(Exit::Failed, "x", evil).hint(evil));
    for text in [out.text(), err.text()] {
        assert!(
            !text.contains(['\u{1b}', '\u{7}', '\u{202e}', '\r']),
            "{text:?}"
        );
    }
}

#[test]
fn a_refusal_is_three_lines_or_one_object() {
    let problem = Problem::new(
        Exit::Login,
        "login",
        "login refused by smtp.example.net\naccount press@example.com",
    )
    .hint("dateline doctor --smtp");
    let (mut words, out, err) = output(&Global::default(), None);
    words.problem(&problem);
    assert_eq!(
        err.text(),
        "error: login refused by smtp.example.net\n  account press@example.com\n  try: dateline doctor --smtp\n"
    );
    assert_eq!(out.text(), "");
    let (mut json, out, err) = output(
        &Global {
            json: true,
            ..Global::default()
        },
        None,
    );
    json.problem(&problem);
    json.done("Imported.");
    assert_eq!((err.text().lines().count(), out.text().as_str()), (1, ""));
    let object: serde_json::Value = serde_json::from_str(&err.text()).unwrap();
    assert_eq!(object["error"]["code"], "login");
}

#[test]
fn quiet_keeps_results_and_warnings_only() {
    let (mut output, out, err) = output(
        &Global {
            quiet: true,
            ..Global::default()
        },
        None,
    );
    output.done("Imported.");
    output.say("Reading.");
    output.detail("More.");
    output.line("42");
    output.warn("careful");
    assert_eq!(
        (out.text().as_str(), err.text().as_str()),
        ("42\n", "warning: careful\n")
    );
}
