//! What calls `run` is printed, whole paths and all, and the log is read by what one looks for.

use std::process::Command;

use crate::office::{ADDRESS, INIT, Newsroom};

#[test]
fn the_line_for_cron_works_from_any_folder() {
    let newsroom = Newsroom::new();
    let said = newsroom.good(&["service", "cron"]);
    let config = newsroom.path().join("config.toml");
    let config = std::fs::canonicalize(config).unwrap();
    assert!(said.out.starts_with("* * * * * /"), "{}", said.out);
    assert!(
        said.out
            .ends_with(&format!(" --config {} run\n", config.display())),
        "{}",
        said.out
    );
    let said = newsroom.good(&["service", "cron", "--system-user", "dateline"]);
    assert!(said.out.starts_with("* * * * * dateline /"), "{}", said.out);
}

#[test]
fn a_percent_sign_does_not_end_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("100% news");
    std::fs::create_dir(&odd).unwrap();
    let terminal = crate::terminal::Terminal::at(&odd);
    let config = odd.join("config.toml");
    let config = config.to_str().unwrap();
    let words = [&INIT[..], &[ADDRESS, "--config", config]].concat();
    assert_eq!(terminal.run(&words).code, 0);
    let said = terminal.run(&["service", "cron", "--config", config]);
    assert!(
        said.out.contains("'/") && said.out.contains("100\\% news/config.toml' run"),
        "{}",
        said.out
    );
}

#[test]
fn the_units_are_printed_and_one_by_one_are_files() {
    let newsroom = Newsroom::new();
    let both = newsroom.good(&["service", "systemd"]).out;
    let service = newsroom
        .good(&["service", "systemd", "--unit", "service", "--user", "press"])
        .out;
    let timer = newsroom
        .good(&["service", "systemd", "--unit", "timer"])
        .out;
    assert!(both.contains(&timer) && service.contains("User=press\n"));
    let folder = std::fs::canonicalize(newsroom.path()).unwrap();
    assert!(
        service.contains(&format!("ReadWritePaths={}\n", folder.display())),
        "{service}"
    );
    assert!(timer.contains("AccuracySec=1s\n"));
    // Where systemd is at hand, it reads them itself.
    let place = newsroom.path().join("dateline.service");
    std::fs::write(&place, service.replace("User=press", "User=root")).unwrap();
    if let Ok(done) = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&place)
        .output()
    {
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(
            !said.contains("Unknown") && !said.contains("Failed to parse"),
            "{said}"
        );
    }
}

#[test]
fn the_log_is_read_by_act_person_and_time() {
    let newsroom = Newsroom::new();
    newsroom.approved("");
    let acts = |words: &[&str]| {
        let said = newsroom
            .good(&[&["log", "list", "--json"], words].concat())
            .json();
        said.as_array().unwrap().len()
    };
    let all = acts(&[]);
    let approvals = acts(&["--act", "approve"]);
    assert!(approvals == 1 && all > 2);
    assert_eq!(acts(&["--by", "nobody"]), 0);
    assert_eq!(acts(&["--since", "2026-03-12 02:00"]), all);
    assert_eq!(acts(&["--since", "2026-03-12 02:01"]), 0);
}
