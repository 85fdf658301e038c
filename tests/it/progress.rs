//! A person who looks on sees how far a run is; cron, pipes and programs see nothing of it.

use std::time::Duration;

use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::bureau::with_faults;

/// Slow enough that the line is drawn while mails are on their way, and one of them is put off.
fn slow() -> Faults {
    Faults::default()
        .with(
            Step::BeforeTaking,
            When::Always,
            Act::Delay(Duration::from_millis(1500)),
        )
        .with(
            Step::Rcpt,
            When::Address("bo@post.example".to_owned()),
            Act::Reply(b"450 4.7.1 greylisted\r\n".to_vec()),
        )
}

#[test]
fn a_run_at_a_terminal_shows_how_far_it_is_and_takes_the_line_away() {
    with_faults(&slow(), |bureau| {
        bureau.due();
        let mut terminal = bureau.terminal();
        terminal.is_attended = true;
        let said = terminal.run(&["run"]);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.err.contains("to go"), "{:?}", said.err);
        assert!(
            said.err.contains("deferred: 1 at post.example"),
            "{:?}",
            said.err
        );
        assert!(said.err.ends_with("\r\x1b[K"), "{:?}", said.err);
        assert!(said.out.contains("1 sent, 1 to try again"), "{}", said.out);
    });
}

#[test]
fn nobody_else_sees_it() {
    with_faults(&slow(), |bureau| {
        bureau.due();
        let mut terminal = bureau.terminal();
        for (is_attended, words) in [
            (true, &["run", "--quiet"][..]),
            (true, &["run", "--json"]),
            (false, &["run"]),
        ] {
            terminal.is_attended = is_attended;
            let said = terminal.run(words);
            assert_eq!((said.code, said.err.as_str()), (0, ""), "{words:?}");
        }
    });
}
