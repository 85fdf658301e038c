//! No means no, with one click: links in mails, the page behind them, and what strangers try.

use std::time::Duration;

use dateline::desk::distribution::schedule::Start;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::Faults;
use tokio::net::TcpStream;

use crate::asking::{Site, body_of, get, ignored, one_click, post, status_of};
use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, scheduled};
use crate::world::{World, on_both};

pub(crate) const BASE: &str = "https://press.example.com/u";
const NO: &str = "SELECT COUNT(*) AS value FROM suppression WHERE lifted_at IS NULL";
const SCOPES: &str = "SELECT DISTINCT scope || '/' || source AS value FROM suppression ORDER BY 1";

/// A world that has sent a release to `count` contacts, with links in its mails.
async fn sent(world: &mut World, count: usize) -> Sink {
    world.set(|config| config.unsubscribe.base_url = Some(BASE.to_owned()));
    let sink = catcher(world, Faults::default()).await;
    contacts(world, count).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    one_run(world).await;
    assert_eq!(recipients(&sink).len(), count);
    sink
}

/// The token of the mail to `c<number>`.
fn token(sink: &Sink, number: usize) -> String {
    let start = format!("c{number}@");
    let mails = sink.mails();
    let mail = mails
        .iter()
        .find(|mail| mail.to[0].starts_with(&start))
        .unwrap();
    link(std::str::from_utf8(&mail.bytes).unwrap())
}

fn link(mail: &str) -> String {
    let (_, rest) = mail
        .split_once(&format!("List-Unsubscribe: <{BASE}/"))
        .unwrap();
    rest.split_once('>').unwrap().0.to_owned()
}

#[tokio::test]
async fn every_mail_has_a_link_of_its_own_in_header_and_footer() {
    on_both(async |mut world| {
        let sink = sent(&mut world, 3).await;
        let mut tokens = Vec::new();
        for mail in sink.mails() {
            let text = String::from_utf8(mail.bytes.to_vec()).unwrap();
            let line = text
                .split("\r\n")
                .find(|line| line.starts_with("List-Unsubscribe: "))
                .unwrap();
            let token = link(&text);
            assert!(
                line.len() < 900
                    && line.contains(", <mailto:press@example.com?subject=unsubscribe%20"),
                "{line}"
            );
            assert!(text.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
            let body = text.replace("=\r\n", "");
            assert_eq!(
                body.matches(&format!("{BASE}/{token}")).count(),
                3,
                "header, text, HTML"
            );
            tokens.push(token);
        }
        tokens.sort();
        tokens.dedup();
        assert_eq!(tokens.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_retry_leads_to_the_same_page_whatever_the_settings_say_by_then() {
    on_both(async |mut world| {
        world.set(|config| config.unsubscribe.base_url = Some(BASE.to_owned()));
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 1).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        world.set(|config| {
            config.unsubscribe.base_url = Some("https://elsewhere.example".to_owned());
            config.unsubscribe.mailto = Some("other@example.com".to_owned());
        });
        one_run(&world).await;
        let text = String::from_utf8(sink.mails()[0].bytes.to_vec()).unwrap();
        assert!(text.contains(&format!("<{BASE}/")) && text.contains("mailto:press@example.com"));
        assert!(!text.contains("elsewhere") && !text.contains("other@"));
    })
    .await;
}

#[tokio::test]
async fn looking_changes_nothing_and_shows_one_button() {
    on_both(async |mut world| {
        let sink = sent(&mut world, 1).await;
        let site = Site::open(&world).await;
        let path = format!("/u/{}", token(&sink, 0));
        let answer = get(site.address, &path).await;
        assert_eq!(status_of(&answer), 200, "{answer}");
        let body = body_of(&answer);
        assert_eq!(body.matches("<button").count(), 1, "{body}");
        assert!(
            body.contains("value=\"list\"") && body.contains("value=\"everything\" checked"),
            "{body}"
        );
        assert!(
            body.contains("c…@desk0.example") && !body.contains("c0@desk0.example"),
            "{body}"
        );
        let head = answer.to_lowercase();
        assert!(
            !head.contains("set-cookie")
                && head.contains("default-src 'none'")
                && head.contains("no-store"),
            "{head}"
        );
        let head = site
            .ask(&format!("HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
            .await;
        assert!(
            status_of(&head) == 200 && body_of(&head).is_empty(),
            "{head}"
        );
        for scanner in ["?x=1", "?List-Unsubscribe=One-Click", "?scope=everything"] {
            assert_eq!(
                status_of(&get(site.address, &format!("{path}{scanner}")).await),
                200
            );
        }
        assert_eq!(world.number(NO, vec![]).await, 0);
        site.close().await;
    })
    .await;
}

#[tokio::test]
async fn one_click_in_either_encoding_counts_once() {
    on_both(async |mut world| {
        let sink = sent(&mut world, 2).await;
        let site = Site::open(&world).await;
        let first = one_click(site.address, &format!("/u/{}", token(&sink, 0))).await;
        assert_eq!(status_of(&first), 200, "{first}");
        assert!(!first.to_lowercase().contains("location:") && !first.to_lowercase().contains("set-cookie"), "{first}");
        let again = one_click(site.address, &format!("/u/{}", token(&sink, 0))).await;
        // As a proxy that takes the path's beginning off hands it over.
        let kind = "multipart/form-data; boundary=b";
        let part = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
        let second = post(site.address, &format!("/{}", token(&sink, 1)), kind, part).await;
        let unknown = one_click(site.address, &format!("/u/1-{}", "0".repeat(20))).await;
        for answer in [&again, &second, &unknown] {
            assert_eq!(ignored(answer), ignored(&first));
        }
        assert_eq!(world.number(NO, vec![]).await, 2);
        let log = "SELECT COUNT(*) AS value FROM log_entry WHERE act = 'optout.add' AND actor = 'opt-out page'";
        assert_eq!(world.number(log, vec![]).await, 2);
        site.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_page_reaches_as_far_as_the_person_chose() {
    for (scope, entry, told) in [
        ("list", "list/page:1", "by the list"),
        ("organization", "everything/page:1", "no more mail from"),
        ("everything", "everything/page:1", "no more mail from"),
    ] {
        on_both(async |mut world| {
            let sink = sent(&mut world, 1).await;
            let site = Site::open(&world).await;
            let path = format!("/u/{}", token(&sink, 0));
            let form = "application/x-www-form-urlencoded";
            let answer = post(site.address, &path, form, &format!("scope={scope}")).await;
            assert!(
                status_of(&answer) == 200 && answer.contains("You are unsubscribed"),
                "{answer}"
            );
            assert!(
                answer.contains(told) && answer.contains("press@example.com"),
                "{answer}"
            );
            assert_eq!(world.texts(SCOPES, vec![]).await, [entry]);
            site.close().await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_no_holds_before_the_next_claim() {
    on_both(async |mut world| {
        let sink = sent(&mut world, 3).await;
        approved(&world, "second", "").await;
        scheduled(&world, "second", Start::Now).await;
        let site = Site::open(&world).await;
        one_click(site.address, &format!("/u/{}", token(&sink, 1))).await;
        one_run(&world).await;
        let all = recipients(&sink);
        assert_eq!(all.len(), 5, "{all:?}");
        assert_eq!(all.iter().filter(|to| to.starts_with("c1@")).count(), 1);
        site.close().await;
    })
    .await;
}

#[tokio::test]
async fn links_of_the_time_before_a_key_of_their_own_hold_for_ever() {
    on_both(async |mut world| {
        let sink = sent(&mut world, 1).await;
        let path = world.private_file("unsubscribe.key", "09".repeat(32));
        world.set(|config| config.unsubscribe.secret_file = Some(path));
        let site = Site::open(&world).await;
        one_click(site.address, &format!("/u/{}", token(&sink, 0))).await;
        assert_eq!(world.number(NO, vec![]).await, 1);
        site.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_rehearsals_link_changes_nothing_and_says_so() {
    on_both(async |mut world| {
        let sink = sent(&mut world, 1).await;
        world
            .run("UPDATE delivery SET rehearsal = TRUE, live = FALSE", vec![])
            .await;
        let site = Site::open(&world).await;
        let path = format!("/u/{}", token(&sink, 0));
        assert!(get(site.address, &path).await.contains("was a rehearsal"));
        one_click(site.address, &path).await;
        assert_eq!(world.number(NO, vec![]).await, 0);
        site.close().await;
    })
    .await;
}

#[tokio::test]
async fn strangers_change_nothing_and_get_a_right_answer() {
    on_both(async |mut world| {
        let sink = sent(&mut world, 1).await;
        let site = Site::open(&world).await;
        let good = token(&sink, 0);
        let form = "application/x-www-form-urlencoded";
        let one = "List-Unsubscribe=One-Click";
        let forged = format!("{}f", &good[..good.len() - 1]);
        let forged = if forged == good {
            format!("{}e", &good[..good.len() - 1])
        } else {
            forged
        };
        let other = good.replacen("1-", "2-", 1);
        for token in [
            forged.as_str(),
            &other,
            "x",
            "1-",
            "%00",
            "..%2f..%2fetc",
            "1'%20OR%201=1--",
        ] {
            assert_eq!(
                status_of(&post(site.address, &format!("/u/{token}"), form, one).await),
                200,
                "{token}"
            );
            let page = get(site.address, &format!("/u/{token}")).await;
            assert!(
                status_of(&page) == 404 && page.contains("This link is not complete"),
                "{page}"
            );
        }
        let path = format!("/u/{good}");
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            let answer = site
                .ask(&format!(
                    "{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\n{one}"
                ))
                .await;
            assert_eq!(status_of(&answer), 405, "{method}");
        }
        for body in ["", "x=y", "List-Unsubscribe=Maybe", "scope=nothing"] {
            assert_eq!(
                status_of(&post(site.address, &path, form, body).await),
                400,
                "{body}"
            );
        }
        let large = format!("{one}&x={}", "a".repeat(20_000));
        assert_eq!(
            status_of(&post(site.address, &path, form, &large).await),
            413
        );
        let long = get(site.address, &format!("{path}?{}", "a".repeat(2_000))).await;
        assert_eq!(status_of(&long), 414);
        assert_eq!(status_of(&get(site.address, "/").await), 404);
        assert_eq!(status_of(&site.ask("nonsense\r\n\r\n").await), 400);
        assert_eq!(world.number(NO, vec![]).await, 0);
        site.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_address_has_its_share_of_each_minute_whatever_it_forges() {
    on_both(async |mut world| {
        world.set(|config| config.serve.requests_per_minute = 5);
        let site = Site::open(&world).await;
        let ask = async |forwarded: String| {
            let request =
                format!("GET /u/x HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {forwarded}\r\n\r\n");
            status_of(&site.ask(&request).await)
        };
        let mut statuses = Vec::new();
        for number in 0..7 {
            statuses.push(ask(format!("10.0.0.{number}, 192.0.2.7")).await);
        }
        assert_eq!(statuses, [404, 404, 404, 404, 404, 429, 429]);
        assert_eq!(ask("192.0.2.7, 192.0.2.8".to_owned()).await, 404);
        site.close().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_dribbles_is_cut_off() {
    on_both(async |world| {
        let site = Site::open_with(&world, Duration::from_millis(300)).await;
        let started = std::time::Instant::now();
        let answer = site
            .ask("POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\nList-Un")
            .await;
        assert!(answer.is_empty() || status_of(&answer) >= 400, "{answer}");
        assert!(started.elapsed() < Duration::from_secs(10));
        let silent = site.ask("").await;
        assert!(silent.is_empty() || status_of(&silent) == 408, "{silent}");
        site.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_thousand_at_once_are_answered_and_change_nothing() {
    on_both(async |mut world| {
        sent(&mut world, 1).await;
        world.set(|config| config.serve.requests_per_minute = 100);
        let site = Site::open(&world).await;
        let asking: Vec<_> = (0..1_000)
            .map(|number| {
                tokio::spawn(one_click(
                    site.address,
                    &format!("/u/{number}-{number:020x}"),
                ))
            })
            .collect();
        let mut counts = [0, 0];
        for answer in asking {
            match status_of(&answer.await.unwrap()) {
                200 => counts[0] += 1,
                429 => counts[1] += 1,
                other => panic!("answered {other}"),
            }
        }
        assert_eq!(counts, [100, 900]);
        assert_eq!(world.number(NO, vec![]).await, 0);
        site.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_program_serves_until_it_is_asked_to_stop() {
    on_both(async |mut world| {
        let sink = sent(&mut world, 1).await;
        let mut program = world.program(&["serve", "--listen", "127.0.0.1:0", "--json"]);
        let mut serving = program
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = std::io::BufReader::new(serving.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut out, &mut line).unwrap();
        let said: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = said["http"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://")
            .parse()
            .unwrap();
        // A connection that says nothing does not hold the end up for long.
        let _idle = TcpStream::connect(address).await.unwrap();
        let answer = one_click(address, &format!("/{}", token(&sink, 0))).await;
        assert_eq!(status_of(&answer), 200, "{answer}");
        assert_eq!(world.number(NO, vec![]).await, 1);
        let killed = std::process::Command::new("kill")
            .arg(serving.id().to_string())
            .status()
            .unwrap();
        assert!(killed.success());
        let ended = tokio::task::spawn_blocking(move || serving.wait().unwrap())
            .await
            .unwrap();
        assert_eq!(ended.code(), Some(143));
    })
    .await;
}
