//! A run with nothing to do says nothing and leaves nothing behind, however often cron calls it.

use std::time::Duration;

use crate::bureau::on_both;

/// Five hours of cron; `scripts/soak` makes it a week.
const RUNS: usize = 300;

#[test]
fn hundreds_of_idle_runs_say_nothing_and_leave_nothing() {
    on_both(|bureau| {
        bureau.due();
        bureau.silent_run();
        assert_eq!(bureau.sink.mails().len(), 2);
        bureau.silent_run();
        let before: Vec<_> = counts(&bureau.rows());
        let size = folder_size(bureau.path());
        for _ in 0..RUNS {
            bureau.wait(bureau.clock.sleep(Duration::from_mins(1)));
            bureau.silent_run();
        }
        assert_eq!(counts(&bureau.rows()), before);
        assert!(
            before
                .iter()
                .any(|(name, count)| name == "delivery" && *count == 2)
        );
        let grown = folder_size(bureau.path()) - size;
        assert!(grown <= 0, "the folder grew by {grown} bytes");
        assert_eq!(bureau.sink.mails().len(), 2);
    });
}

fn counts(rows: &[(String, Vec<String>)]) -> Vec<(String, usize)> {
    rows.iter()
        .map(|(name, texts)| (name.clone(), texts.len()))
        .collect()
}

fn folder_size(folder: &std::path::Path) -> i64 {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| i64::try_from(entry.unwrap().metadata().unwrap().len()).unwrap())
        .sum()
}
