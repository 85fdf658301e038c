//! Filters are read as they are meant, refused where they go wrong, and written as they were read.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::domain::instant::Instant;

fn problem(text: &str) -> FilterProblem {
    parse(text).expect_err(text)
}

#[test]
fn what_people_write_is_read() {
    let text = "beat:iot country:DE,FR -tag:trade outlet:'Financial Times' kind:media status:active \
                language:de list:vip domain:example.com last_sent>90d created<2026-01-01 \"free text\"";
    let filter = parse(text).unwrap();
    assert_eq!(
        filter.to_string(),
        "beat:iot country:DE,FR -tag:trade outlet:'Financial Times' kind:media status:active \
         language:de list:vip domain:example.com last_sent>90d created<2026-01-01 'free text'"
    );
    for (text, written) in [
        ("  Beat:IoT ", "beat:IoT"),
        ("country:de, fr", "country:DE,FR"),
        ("COUNTRY=de", "country:DE"),
        ("language:DE_at", "language:de-AT"),
        ("domain:@Bücher.example", "domain:xn--bcher-kva.example"),
        ("last-sent:never", "last_sent:never"),
        ("last_sent>=6mo", "last_sent>=6mo"),
        ("created:2026-01-31", "created:2026-01-31"),
        ("outlet:none tag:'none'", "outlet:none tag:'none'"),
        ("beat:a beat:b or beat:c", "beat:a beat:b or beat:c"),
        ("beat:a (beat:b OR beat:c)", "beat:a (beat:b or beat:c)"),
        ("-(beat:a beat:b)", "-(beat:a beat:b)"),
        ("-(-beat:a)", "beat:a"),
        ("((beat:a) (beat:b))", "beat:a beat:b"),
        ("smith,jones", "smith,jones"),
        ("ada@example.com", "ada@example.com"),
        ("\u{201e}Zeitung f\u{fc}r\u{201c}", "'Zeitung f\u{fc}r'"),
        ("\u{2212}tag:x", "-tag:x"),
        ("'it\\'s \\\\'", "'it\\'s \\\\'"),
        ("\"or\"", "'or'"),
        ("oregon", "oregon"),
        ("text:'a:b'", "'a:b'"),
        ("status:Opted-Out", "status:opted-out"),
    ] {
        let filter = parse(text).expect(text);
        assert_eq!(filter.to_string(), written, "{text}");
        assert_eq!(parse(written).unwrap(), filter, "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_at_its_column() {
    for (text, column, message, hint) in [
        ("", 1, "ends where a term", "beat:energy"),
        (
            "beat:a outlett:b",
            8,
            "\"outlett\", which is no field",
            "did you mean outlet?",
        ),
        ("https://example.com", 1, "no field", "quotation marks"),
        ("tag:", 5, "value was expected for tag", "tag:trade"),
        ("tag:a,", 7, "value was expected for tag", "tag:trade"),
        ("tag:a,,b", 7, "value was expected for tag", "tag:trade"),
        ("tag>5", 4, "colon was expected", "tag:trade"),
        ("country:Germany", 9, "two letters", "country:DE"),
        ("country:DE,Germany", 12, "two letters", "country:DE"),
        ("kind:journalist", 6, "a kind was expected", "media"),
        (
            "kind:medai",
            6,
            "a kind was expected",
            "did you mean media?",
        ),
        ("status:dead", 8, "a status was expected", "bounced"),
        ("language:german", 10, "language's tag", "language:de"),
        ("list:Tech", 6, "short name", "list:tech"),
        ("domain:example", 8, "a domain", "example.com"),
        ("domain:none", 8, "a domain", "example.com"),
        ("beat:a and beat:b", 8, "a term was expected", "blank means"),
        ("not beat:b", 1, "a term was expected", "minus"),
        ("- beat:b", 2, "right after the minus", "-tag:trade"),
        ("--beat:b", 2, "right after the minus", "-tag:trade"),
        ("(beat:a", 8, "for the ( at column 1", ")"),
        ("beat:a)", 7, "closes nothing", "("),
        ("()", 2, "stands a )", "term"),
        ("beat:a or", 10, "ends where", "term"),
        ("or beat:a", 1, "\"or\"", "term"),
        ("beat:a 'b", 8, "does not end", "close it"),
        ("outlet:'L'Exemple'", 11, "a blank was expected", "\\'"),
        ("last_sent:90d", 11, "period goes with >", "last_sent>90d"),
        ("last_sent>90", 11, "a period such as", "last_sent>90d"),
        ("last_sent>6m", 11, "mo for months", "last_sent"),
        ("last_sent>never", 11, "colon", "last_sent:never"),
        ("created:never", 9, "everybody", "created"),
        ("created<2026-02-30", 9, "a day such as", "created<2026"),
        ("created<01.02.2026", 9, "a day such as", "created<2026"),
        ("tag:'...' tag:' '", 15, "letters or digits", "tag:trade"),
        ("beat:\u{7}", 6, "no readable character", "control"),
    ] {
        let problem = problem(text);
        assert_eq!(problem.column, column, "{text}: {problem}");
        assert!(problem.message.contains(message), "{text}: {problem}");
        assert!(problem.hint.contains(hint), "{text}: {}", problem.hint);
    }
    assert!(parse(&"(".repeat(1000)).is_err());
    assert!(parse(&"a".repeat(5000)).is_err());
}

#[test]
fn times_are_spans_by_the_calendar_of_the_newsroom() {
    let at = |text: &str| Instant::from_timestamp_up(text.parse().unwrap());
    let now = at("2026-03-29T12:00:00Z");
    let zone = TimeZone::fixed(jiff::tz::offset(1));
    let span = |text: &str| match parse(text).unwrap() {
        Filter::When(_, when) => when.span(now, &zone),
        other => panic!("{other}"),
    };
    let until = |text: &str| span(text).unwrap().until.unwrap();
    let from = |text: &str| span(text).unwrap().from.unwrap();
    assert_eq!(until("last_sent>2y"), at("2024-03-29T12:00:00Z"));
    assert_eq!(until("last_sent>1mo"), at("2026-02-28T12:00:00Z"));
    assert_eq!(from("last_sent<=24h"), at("2026-03-28T12:00:00Z"));
    assert_eq!(until("created<2026-01-01"), at("2025-12-31T23:00:00Z"));
    assert_eq!(from("created>2026-01-01"), at("2026-01-01T23:00:00Z"));
    assert_eq!(span("last_sent:never"), None);
    let never = |text: &str| span(text).unwrap().holds(None);
    assert!(never("last_sent>90d") && never("last_sent<2026-01-01"));
    assert!(!never("last_sent<90d") && !never("last_sent:2026-01-01"));
    assert!(span("last_sent>9999y").is_some());
}

#[test]
fn a_renamed_list_is_renamed_everywhere() {
    let filter = parse("list:tech,energy or -(list:tech tag:tech)").unwrap();
    assert_eq!(filter.values_of(Field::List), ["tech", "energy", "tech"]);
    let renamed = filter.renamed(Field::List, "tech", "tech-uk");
    assert_eq!(
        renamed.to_string(),
        "list:tech-uk,energy or -(list:tech-uk tag:tech)"
    );
}

/// Any value of a field in its one spelling.
fn value(field: Field) -> BoxedStrategy<String> {
    match field {
        Field::List => "[a-z0-9]{1,5}(-[a-z0-9]{1,3})?".boxed(),
        Field::Country => "[A-Z]{2}".boxed(),
        Field::Language => "[a-z]{2}(-[A-Z]{2})?".boxed(),
        Field::Domain => "[a-z]{1,8}\\.(example|test)".boxed(),
        Field::Kind => prop::sample::select(vec!["media", "unknown", "public-affairs"])
            .prop_map(str::to_owned)
            .boxed(),
        Field::Status => prop::sample::select(STATUSES.to_vec())
            .prop_map(str::to_owned)
            .boxed(),
        Field::Beat | Field::Tag | Field::Outlet | Field::Text => {
            "[a-zA-Z0-9äÉ'\"\\\\(),:<>= -]{0,8}[a-z]"
                .prop_map(|text| text.trim().to_owned())
                .boxed()
        }
    }
}

fn wanted(field: Field) -> BoxedStrategy<Wanted> {
    let value = value(field).prop_map(Wanted::Value);
    if field.can_be_missing() {
        prop_oneof![4 => value, 1 => Just(Wanted::Nothing)].boxed()
    } else {
        value.boxed()
    }
}

fn when() -> impl Strategy<Value = Filter> {
    let order = prop::sample::select(vec![
        Order::Less,
        Order::AtMost,
        Order::AtLeast,
        Order::Greater,
    ]);
    let unit = prop::sample::select(vec![
        Unit::Hours,
        Unit::Days,
        Unit::Weeks,
        Unit::Months,
        Unit::Years,
    ]);
    let ago = (order.clone(), 0..=9999u16, unit)
        .prop_map(|(order, amount, unit)| When::Ago(order, Period { amount, unit }));
    let date = (order, 1..=9999i16, 1..=12i8, 1..=28i8).prop_map(|(order, year, month, day)| {
        When::Date(order, jiff::civil::date(year, month, day))
    });
    prop_oneof![
        Just(Filter::When(Event::LastSent, When::Never)),
        ago.prop_map(|when| Filter::When(Event::Created, when)),
        date.prop_map(|when| Filter::When(Event::LastSent, when)),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    let is = prop::sample::select(Field::ALL.to_vec()).prop_flat_map(|field| {
        prop::collection::vec(wanted(field), 1..4).prop_map(move |wanted| Filter::Is(field, wanted))
    });
    let leaf = prop_oneof![4 => is, 1 => when()];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Filter::all),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Filter::any),
            inner.prop_map(Filter::not),
        ]
    })
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_pieces_of_filters_break_the_reader(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "beat", ":", "a", ",", " ", "-", "(", ")", "or", "'", "\"", "\\", "last_sent", "<", ">", "=", "90d",
                "2026-01-01", "never", "none", "country", "DE", "\u{201e}", "\u{201c}", "é",
            ]),
            0..20,
        )
    ) {
        let text = pieces.concat();
        match parse(&text) {
            Ok(filter) => prop_assert_eq!(parse(&filter.to_string()), Ok(filter)),
            Err(problem) => prop_assert!(
                (1..=text.chars().count() + 1).contains(&problem.column) && !problem.hint.is_empty()
            ),
        }
    }

    #[test]
    fn what_is_written_reads_back_the_same(filter in filter()) {
        prop_assert_eq!(parse(&filter.to_string()), Ok(filter));
    }
}
