//! Random filters on random contacts: what SQL finds is what a plain reading in Rust finds.

use std::collections::BTreeSet;

use dateline::desk::people::contacts::{self, Filter as Asked};
use dateline::desk::people::filters;
use dateline::desk::people::lists::{self, ListEdit};
use dateline::desk::people::opt_out::{self, Reach};
use dateline::domain::filter::{Event, Field, Filter, Order, Period, Unit, Wanted, When};
use dateline::domain::instant::Instant;
use dateline::domain::name;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::world::{World, on_both};

/// In milliseconds.
const DAY: i64 = 86_400_000;

/// A contact as the model knows it.
#[derive(Clone, Debug, Default)]
struct Person {
    id: i64,
    email: String,
    name: String,
    title: String,
    outlet: String,
    kind: String,
    country: String,
    language: String,
    status: String,
    beats: Vec<String>,
    tags: Vec<String>,
    vip: bool,
    never: bool,
    created: i64,
    last: Option<i64>,
}

const OUTLETS: [&str; 4] = ["", "The Daily Example", "Funk Köln", "100% News_Wire"];
const BEATS: [&str; 3] = ["IoT", "energy", "Häfen & Ports"];
const TAGS: [&str; 3] = ["trade", "VIP", "none"];
const NAMES: [&str; 5] = ["Ada Byrne", "Zoë LÖWE", "öztürk Öz", "Bo_Chen", ""];
const TEXTS: [&str; 10] = [
    "ada", "löwe", "ÖZT", "_", "%", "köln", "example", "EDITOR", "news_w", "c1",
];
const COUNTRIES: [&str; 3] = ["DE", "FR", "CA"];
const LANGUAGES: [&str; 4] = ["de", "de-AT", "den", "fr"];
const DOMAINS: [&str; 4] = [
    "desk0.example",
    "desk1.example",
    "xn--bcher-kva.example",
    "gone.example",
];
const KINDS: [&str; 3] = ["media", "unknown", "public-affairs"];
const STATUSES: [&str; 4] = ["active", "bounced", "archived", "opted-out"];

fn pick(all: &[&str], number: usize) -> String {
    all[number % all.len()].to_owned()
}

/// Sixty contacts, made without chance: every value meets every other.
fn people(now: i64) -> Vec<Person> {
    (0..60usize)
        .map(|n| {
            let days = |count: i64| count * DAY;
            Person {
                id: 0,
                email: format!("c{n}@{}", pick(&DOMAINS, n / 5)),
                name: pick(&NAMES, n / 2),
                title: if n % 3 == 0 {
                    "Science editor".to_owned()
                } else {
                    String::new()
                },
                outlet: pick(&OUTLETS, n / 3),
                kind: pick(&KINDS, n),
                country: if n % 7 == 0 {
                    String::new()
                } else {
                    pick(&COUNTRIES, n / 4)
                },
                language: if n % 5 == 0 {
                    String::new()
                } else {
                    pick(&LANGUAGES, n)
                },
                status: pick(&["active", "active", "bounced", "active", "archived"], n),
                beats: BEATS
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| (n >> place) & 1 == 1)
                    .map(|(_, beat)| (*beat).to_owned())
                    .collect(),
                tags: TAGS
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| ((n / 3) >> place) & 1 == 1)
                    .map(|(_, tag)| (*tag).to_owned())
                    .collect(),
                vip: n % 4 == 0,
                never: n % 6 == 0,
                created: now - days(i64::try_from(n).unwrap()) * 10,
                last: (n % 3 != 0).then(|| now - days(i64::try_from(n % 11).unwrap() * 20)),
            }
        })
        .collect()
}

fn sheet(people: &[Person]) -> String {
    use std::fmt::Write as _;
    let mut csv = "email,name,title,outlet,kind,country,language,beats,tags\n".to_owned();
    for person in people {
        writeln!(
            csv,
            "{},\"{}\",{},\"{}\",{},{},{},\"{}\",\"{}\"",
            person.email,
            person.name,
            person.title,
            person.outlet,
            if person.kind == "unknown" {
                ""
            } else {
                &person.kind
            },
            person.country,
            person.language,
            person.beats.join(";"),
            person.tags.join(";"),
        )
        .unwrap();
    }
    csv
}

/// Writes the people into a world's database and gives them their ids.
async fn settle(world: &World, people: &mut [Person]) {
    world.import(&sheet(people)).await;
    for statement in [
        "INSERT INTO release (id, slug, public_id, status, created_at) VALUES (1, 'r', 'r', 'draft', 0)",
        "INSERT INTO release_version (id, release_id, number, kind, content_format, content_hash, by, at) VALUES (1, 1, 1, 'release', 1, '', '', 0)",
        "INSERT INTO media_list (slug, name) VALUES ('vip', 'vip'), ('never', 'never')",
    ] {
        world.run(statement, vec![]).await;
    }
    for (place, person) in people.iter_mut().enumerate() {
        person.id = world
            .number(
                "SELECT id AS value FROM contact WHERE email = $1",
                vec![person.email.clone().into()],
            )
            .await;
        let update = "UPDATE contact SET created_at = $1, status = $2 WHERE id = $3";
        let values = vec![
            person.created.into(),
            person.status.clone().into(),
            person.id.into(),
        ];
        world.run(update, values).await;
        for (list, is_on) in [("vip", person.vip), ("never", person.never)] {
            if is_on {
                let insert = "INSERT INTO media_list_member (list_id, contact_id) SELECT l.id, $1 FROM media_list l WHERE l.slug = $2";
                world.run(insert, vec![person.id.into(), list.into()]).await;
            }
        }
        if let Some(last) = person.last {
            let number = i64::try_from(place).unwrap() + 1;
            sent(world, number, person.id, last).await;
        }
        let is_gone = person.email.ends_with("@gone.example");
        if place % 8 == 3 {
            no(world, &person.email).await;
        }
        if place % 8 == 3 || is_gone {
            "opted-out".clone_into(&mut person.status);
        }
    }
    no(world, "@gone.example").await;
    // Somebody who was merged into the first one: never among those found, but their mail counts.
    world.import("email\nmerged@desk0.example\n").await;
    let of = "SELECT id AS value FROM contact WHERE email = 'merged@desk0.example'";
    let merged = world.number(of, vec![]).await;
    let update = "UPDATE contact SET merged_into_id = $1 WHERE id = $2";
    world
        .run(update, vec![people[0].id.into(), merged.into()])
        .await;
    let last = world.desk().now().millis() - 50 * DAY;
    sent(world, 100, merged, last).await;
    people[0].last = Some(last);
    let smart = ListEdit {
        filter: Some(Some("beat:iot country:DE or list:vip".to_owned())),
        excluded: Some(vec!["never".to_owned()]),
        ..ListEdit::default()
    };
    lists::create_with(world.desk(), "smart", "", None, &smart)
        .await
        .unwrap();
}

async fn no(world: &World, who: &str) {
    opt_out::add(world.desk(), who, &Reach::Everything, "", "person")
        .await
        .unwrap();
}

/// A mail that was sent, in a distribution of its own; a rehearsal and an older mail count for nothing.
async fn sent(world: &World, number: i64, contact: i64, at: i64) {
    for (id, rehearsal, at) in [
        (number * 2, false, at),
        (number * 2 + 1, true, at + 5 * DAY),
    ] {
        let distribution = "INSERT INTO distribution (id, release_id, version_id, purpose, rehearsal, status, follows_embargo, civil, zone, send_at, tzdata, \
             from_header, reply_to, nonce, message_domain, by, created_at, finished_at) \
             VALUES ($1, 1, 1, 'general', $2, 'finished', FALSE, '', '', $3, '', '', '', '', '', '', $3, $3)";
        world
            .run(distribution, vec![id.into(), rehearsal.into(), at.into()])
            .await;
        let delivery = "INSERT INTO delivery (distribution_id, version_id, purpose, round, rehearsal, contact_id, address, address_hash, domain, domain_hash, \
             language, position, status, sent_at, live) \
             VALUES ($1, 1, 'general', $1, $2, $4, 'x', 'x', 'x', 'x', 'en', 1, 'sent', $3, NOT $2)";
        let values = vec![id.into(), rehearsal.into(), at.into(), contact.into()];
        world.run(delivery, values).await;
    }
}

/// What the filter means, read word by word.
fn means(filter: &Filter, person: &Person, now: Instant, zone: &TimeZone) -> bool {
    let each = |part: &Filter| means(part, person, now, zone);
    match filter {
        Filter::All(parts) => parts.iter().all(each),
        Filter::Any(parts) => parts.iter().any(each),
        Filter::Not(part) => !each(part),
        Filter::Is(field, wanted) => wanted.iter().any(|one| is(*field, one, person)),
        Filter::When(event, when) => {
            let at = match event {
                Event::Created => Some(person.created),
                Event::LastSent => person.last,
            };
            match when.span(now, zone) {
                None => at.is_none(),
                Some(span) => span.holds(at.map(Instant::from_millis)),
            }
        }
    }
}

fn is(field: Field, wanted: &Wanted, person: &Person) -> bool {
    let smart = (person.beats.iter().any(|beat| beat == "IoT") && person.country == "DE"
        || person.vip)
        && !person.never;
    let Wanted::Value(value) = wanted else {
        return match field {
            Field::Beat => person.beats.is_empty(),
            Field::Tag => person.tags.is_empty(),
            Field::Outlet => person.outlet.is_empty(),
            Field::List => !person.vip && !person.never,
            Field::Country => person.country.is_empty(),
            Field::Language => person.language.is_empty(),
            _ => false,
        };
    };
    let same = |one: &String| name::key(one) == name::key(value);
    match field {
        Field::Beat => person.beats.iter().any(same),
        Field::Tag => person.tags.iter().any(same),
        Field::Outlet => !person.outlet.is_empty() && same(&person.outlet),
        Field::List => match value.as_str() {
            "vip" => person.vip,
            "never" => person.never,
            _ => smart,
        },
        Field::Kind => person.kind == *value,
        Field::Status => person.status == *value,
        Field::Country => person.country == *value,
        Field::Language => {
            person.language == *value || person.language.starts_with(&format!("{value}-"))
        }
        Field::Domain => person.email.ends_with(&format!("@{value}")),
        Field::Text => {
            let needle = value.to_lowercase();
            [&person.email, &person.name, &person.title, &person.outlet]
                .into_iter()
                .any(|text| text.to_lowercase().contains(&needle))
        }
    }
}

fn term() -> impl Strategy<Value = Filter> {
    let value = |field: Field| -> Vec<&'static str> {
        match field {
            Field::Beat => BEATS.into_iter().chain(["iot", "nothing"]).collect(),
            Field::Tag => TAGS.into_iter().chain(["Trade"]).collect(),
            Field::Outlet => OUTLETS.into_iter().skip(1).chain(["FUNK  KÖLN"]).collect(),
            Field::List => vec!["vip", "never", "smart"],
            Field::Kind => KINDS.to_vec(),
            Field::Status => STATUSES.to_vec(),
            Field::Country => COUNTRIES.into_iter().chain(["US"]).collect(),
            Field::Language => LANGUAGES.to_vec(),
            Field::Domain => DOMAINS.to_vec(),
            Field::Text => TEXTS.to_vec(),
        }
    };
    let is = prop::sample::select(Field::ALL.to_vec()).prop_flat_map(move |field| {
        let value =
            prop::sample::select(value(field)).prop_map(|value| Wanted::Value(value.to_owned()));
        let wanted = if field.can_be_missing() {
            prop_oneof![4 => value, 1 => Just(Wanted::Nothing)].boxed()
        } else {
            value.boxed()
        };
        prop::collection::vec(wanted, 1..4).prop_map(move |wanted| Filter::Is(field, wanted))
    });
    let order = prop::sample::select(vec![
        Order::Less,
        Order::AtMost,
        Order::AtLeast,
        Order::Greater,
    ]);
    let event = prop::sample::select(Event::ALL.to_vec());
    let ago = (event.clone(), order.clone(), 0..30u16).prop_map(|(event, order, tens)| {
        let period = Period {
            amount: tens * 10,
            unit: Unit::Days,
        };
        Filter::When(event, When::Ago(order, period))
    });
    let day = (event, order, 1..=12i8).prop_map(|(event, order, month)| {
        Filter::When(event, When::Date(order, jiff::civil::date(2026, month, 1)))
    });
    let on = (1..=28i8).prop_map(|day| {
        Filter::When(
            Event::LastSent,
            When::Date(Order::On, jiff::civil::date(2026, 10, day)),
        )
    });
    prop_oneof![
        8 => is,
        2 => ago,
        1 => day,
        1 => on,
        1 => Just(Filter::When(Event::LastSent, When::Never)),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    term().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Filter::all),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Filter::any),
            inner.prop_map(Filter::not),
        ]
    })
}

#[tokio::test]
async fn the_database_means_what_the_filter_says() {
    on_both(async |world| {
        let now = world.desk().now();
        let mut people = people(now.millis());
        settle(&world, &mut people).await;
        let zone = world.desk().zones.get("America/Vancouver").unwrap();
        let mut chance = TestRunner::deterministic();
        let terms = term();
        let filters = filter();
        let (mut found_some, mut found_all) = (0, 0);
        for round in 0..240 {
            let tree = if round < 90 {
                terms.new_tree(&mut chance).unwrap().current()
            } else {
                filters.new_tree(&mut chance).unwrap().current()
            };
            // As a person would have written it.
            let words = filters::read(&tree.to_string()).unwrap();
            assert_eq!(words, tree);
            let expected: BTreeSet<i64> = people
                .iter()
                .filter(|person| means(&words, person, now, &zone))
                .map(|person| person.id)
                .collect();
            let asked = Asked {
                words: Some(words.clone()),
                ..Asked::default()
            };
            let found: BTreeSet<i64> = contacts::list(world.desk(), &asked)
                .await
                .unwrap()
                .into_iter()
                .map(|contact| contact.id)
                .collect();
            assert_eq!(found, expected, "{words}");
            let condition = filters::condition(world.desk(), &words).await.unwrap();
            let count = filters::count(world.desk(), &condition).await.unwrap();
            assert_eq!(usize::try_from(count).unwrap(), expected.len(), "{words}");
            found_some += usize::from(!expected.is_empty());
            found_all += usize::from(expected.len() == people.len());
        }
        // A model that finds nobody or everybody would prove nothing.
        assert!(
            found_some > 120 && found_all < 60,
            "{found_some} {found_all}"
        );
    })
    .await;
}
