//! What calls `run` is printed, whole paths and all, and the log is read by what one looks for.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

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
    assert!(service.contains("\nSuccessExitStatus=3 75 143\n"));
    assert!(service.contains("\n#LoadCredential=smtp:/etc/dateline/smtp.password\n"));
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
    // Of ten, which is a service without any fence; as root it counts a little worse.
    let judged = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", "--threshold=25"])
        .arg(&place)
        .output();
    if let Ok(judged) = judged {
        let said = String::from_utf8_lossy(&judged.stdout).into_owned();
        assert!(judged.status.success(), "{said}");
    }
}

#[test]
fn the_service_may_write_what_the_settings_name_and_asks_for_their_credentials() {
    let newsroom = Newsroom::new();
    let logs = newsroom.path().join("100% logs");
    std::fs::create_dir(&logs).unwrap();
    let settings = newsroom.path().join("config.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let text = text
        .replace(
            "#file = \"/var/log/dateline/dateline.jsonl\"",
            "file = \"100% logs/dateline.jsonl\"",
        )
        .replace(
            "[smtp]\n",
            "[smtp]\nusername = \"press@example.com\"\npassword_file = \"${CREDENTIALS_DIRECTORY}/smtp\"\n",
        );
    std::fs::write(&settings, &text).unwrap();
    // Nobody but the service has its credentials, and nobody else needs them for this.
    let service = newsroom
        .good(&["service", "systemd", "--unit", "service"])
        .out;
    let folder = std::fs::canonicalize(newsroom.path()).unwrap();
    let folder = folder.display();
    for line in [
        "LoadCredential=smtp:/etc/dateline/smtp.password".to_owned(),
        format!("ReadWritePaths={folder}"),
        format!("ReadWritePaths=\"{folder}/100%% logs\""),
    ] {
        assert!(service.lines().any(|one| one == line), "{line}: {service}");
    }
}

#[test]
fn what_systemd_hands_over_is_the_password_and_others_work_without_it() {
    let newsroom = Newsroom::new();
    newsroom.approved("");
    let (port, logins) = guarded();
    let settings = newsroom.path().join("config.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let (before, behind) = text.split_once("[smtp]\n").unwrap();
    let (_, behind) = behind.split_once("\n[").unwrap();
    let smtp = format!(
        "[smtp]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n\
         username = \"press@example.com\"\npassword_file = \"${{CREDENTIALS_DIRECTORY}}/smtp\"\n\n["
    );
    std::fs::write(&settings, format!("{before}{smtp}{behind}")).unwrap();
    let words = ["release", "test", "plant", "--to", "me@example.com"];

    // By hand: lists are looked at as ever, and what needs the password says what to do.
    newsroom.good(&["contact", "list"]);
    newsroom.good(&["config", "check"]);
    let refused = newsroom.run(&words);
    assert_eq!(refused.code, 78, "{}", refused.err);
    assert!(
        refused.err.contains("[smtp] password_file")
            && refused.err.contains("LoadCredential=smtp:"),
        "{}",
        refused.err
    );

    // As the service: a folder that only it sees.
    let credentials = newsroom.path().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    std::fs::write(credentials.join("smtp"), "from-root\n").unwrap();
    let mut terminal = crate::terminal::Terminal::at(newsroom.path());
    terminal.environment.credentials_directory = Some(credentials);
    let said = terminal.run(&words);
    assert_eq!(said.code, 12, "{}", said.err);
    let seen = logins.recv_timeout(std::time::Duration::from_secs(30));
    assert_eq!(seen.unwrap(), "\0press@example.com\0from-root");
}

/// A mail server that tells what it was given to log in with, and refuses it.
fn guarded() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            stream.write_all(b"220 guarded\r\n").unwrap();
            for line in lines.map_while(Result::ok) {
                let answer = match line.strip_prefix("AUTH PLAIN ") {
                    Some(given) => {
                        let plain = STANDARD.decode(given).unwrap();
                        let _ = tell.send(String::from_utf8(plain).unwrap());
                        "535 5.7.8 no\r\n"
                    }
                    None if line.starts_with("EHLO") => "250-guarded\r\n250 AUTH PLAIN\r\n",
                    None => "221 bye\r\n",
                };
                if stream.write_all(answer.as_bytes()).is_err() {
                    break;
                }
            }
        }
    });
    (port, told)
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
