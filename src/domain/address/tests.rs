//! What people, spreadsheets and mail programs put into an address cell, and what becomes of it.

use proptest::prelude::*;

use super::*;

/// The addresses joined by `|`, or the code of the refusal.
fn answer(cell: &str) -> String {
    match read(cell) {
        Ok(reading) => reading
            .addresses
            .iter()
            .map(Address::as_str)
            .collect::<Vec<_>>()
            .join("|"),
        Err(problem) => problem.code.to_owned(),
    }
}

fn assert_all(cases: &[(&str, &str)]) {
    for (cell, expected) in cases {
        assert_eq!(answer(cell), *expected, "{cell:?}");
    }
}

#[test]
fn what_people_paste_is_cleaned() {
    assert_all(&[
        ("ida@example.com", "ida@example.com"),
        ("  ida@example.com\t", "ida@example.com"),
        ("\u{a0}ida@example.com\u{a0}", "ida@example.com"),
        ("\u{feff}ida@exam\u{200b}ple.com\u{200d}", "ida@example.com"),
        ("\u{202a}ida@example.com\u{202c}", "ida@example.com"),
        ("Ida.Berg@EXAMPLE.Com", "Ida.Berg@example.com"),
        ("mailto:ida@example.com", "ida@example.com"),
        ("''’ida@example.com", "ida@example.com"),
        ("Ida <‘ida@example.com>", "ida@example.com"),
        (
            "MAILTO:ida@example.com?subject=Hi, there&cc=x@example.org",
            "ida@example.com",
        ),
        ("<mailto:ida%2Bpress@example.com>", "ida+press@example.com"),
        ("SMTP:ida@example.com", "ida@example.com"),
        ("'ida@example.com'", "ida@example.com"),
        ("\"ida@example.com\"", "ida@example.com"),
        ("“ida@example.com”", "ida@example.com"),
        ("„ida@example.com“", "ida@example.com"),
        ("'ida@example.com", "ida@example.com"),
        ("o'hara@example.com", "o'hara@example.com"),
        ("ida@example.com,", "ida@example.com"),
        ("ida@example.com;", "ida@example.com"),
        ("ida@example.com\r\n", "ida@example.com"),
        ("\"ida.berg\"@example.com", "ida.berg@example.com"),
    ]);
}

#[test]
fn names_beside_an_address_are_kept_apart() {
    for (cell, name) in [
        ("Ida Berg <ida@example.com>", Some("Ida Berg")),
        ("\"Berg, Ida\" <ida@example.com>", Some("Berg, Ida")),
        ("Berg, Ida <ida@example.com>", Some("Berg, Ida")),
        (
            "\"Ida \\\"IB\\\" Berg\" <ida@example.com>",
            Some("Ida \"IB\" Berg"),
        ),
        (
            "Dr. I. Berg (Harbour Post) <ida@example.com>",
            Some("Dr. I. Berg (Harbour Post)"),
        ),
        ("I.B. Berg <ida@example.com>", Some("I.B. Berg")),
        ("'Ida Berg' <ida@example.com>", Some("Ida Berg")),
        ("ida@example.com (Ida Berg)", Some("Ida Berg")),
        ("<ida@example.com>", None),
        ("ida@example.com <ida@example.com>", None),
        ("'Ida@example.com' <ida@example.com>", None),
        ("ida@example.com<mailto:ida@example.com>", None),
    ] {
        let reading = read(cell).unwrap();
        assert_eq!(reading.addresses[0].as_str(), "ida@example.com", "{cell}");
        assert_eq!(reading.display_name.as_deref(), name, "{cell}");
    }
}

#[test]
fn several_addresses_in_one_cell_are_all_read() {
    let two = "ida@example.com|tom@example.org";
    for cell in [
        "ida@example.com; tom@example.org",
        "ida@example.com;tom@example.org;",
        "ida@example.com, tom@example.org",
        "ida@example.com ::: tom@example.org",
        "ida@example.com / tom@example.org",
        "ida@example.com | tom@example.org",
        "ida@example.com\ntom@example.org",
        "ida@example.com,\r\n\r\ntom@example.org\r\n",
        "ida@example.com tom@example.org",
        "\"ida@example.com, tom@example.org\"",
        "\"ida@example.com\", 'tom@example.org'",
        "Berg, Ida <ida@example.com>; Roe, Tom <tom@example.org>",
        "ida@example.com; IDA@example.com; tom@example.org",
    ] {
        assert_eq!(answer(cell), two, "{cell:?}");
    }
    assert_eq!(
        read("Ida <ida@example.com>, tom@example.org")
            .unwrap()
            .display_name,
        None
    );
    assert_all(&[
        ("ida@example.com; nobody", "invalid-address"),
        ("ida@example.com,,tom@example.org", "invalid-address"),
        ("ida@example.com;;", "invalid-address"),
        ("ida@example.com/tom@example.org", "invalid-address"),
        ("ida@example.com\r\nBcc: tom@example.org", "invalid-address"),
        ("ida@example.com\n\n<b>", "invalid-address"),
    ]);
}

#[test]
fn an_empty_cell_has_many_faces() {
    for cell in [
        "",
        "  ",
        "-",
        "--",
        "—",
        "n/a",
        "N/A",
        "#N/A",
        "none",
        "(none)",
        "NULL",
        "unknown",
        "?",
        "no email",
        "No  E-Mail",
        "\"\"",
        "\u{a0}",
        "keine Angabe",
        "tbc",
        "...",
    ] {
        assert_eq!(answer(cell), "no-address", "{cell:?}");
    }
    for cell in [
        "/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=ida",
        "/O=HARBOUR/OU=FIRST/CN=RECIPIENTS/CN=IDA",
        "EX:/o=Harbour/cn=ida",
        "IMCEAEX-_O=HARBOUR_CN=IDA@example.com",
        "Ida Berg </o=Harbour/ou=First/cn=ida>",
        "ida@example.com\n/ou=First@example.com",
        "\"Jana Weiß\" </ou=@DAILY.example>",
    ] {
        assert_eq!(answer(cell), "exchange-address", "{cell:?}");
    }
}

#[test]
fn what_no_server_would_take_is_refused() {
    for cell in [
        "@",
        "ida",
        "ida@",
        "@example.com",
        "ida@example",
        "ida@localhost",
        "ida.@example.com",
        ".ida@example.com",
        "ida..berg@example.com",
        "ida@example..com",
        "ida@.example.com",
        "ida@example.com.",
        "ida@@example.com",
        "ida@berg@example.com",
        "ida berg@example.com",
        "ida@exam ple.com",
        "ida @example.com",
        "ida@-example.com",
        "ida@example-.com",
        "ida@exam_ple.com",
        "ida@ab--cd.com",
        "ida@192.0.2.1",
        "ida@[192.0.2.1]",
        "ida@[IPv6:2001:db8::1]",
        "ida@example.123",
        "http://ida@example.com",
        "ida@example,com",
        "ida(at)example.com",
        "ida at example.com",
        "\"ida berg\"@example.com",
        "\"\"@example.com",
        "\"ida\\@berg\"@example.com",
        "ida\u{0}@example.com",
        "ida@exam\u{7}ple.com",
        "ida\u{9c}@example.com",
        "ida\u{fdef}@example.com",
        "\u{301}ida@example.com",
        "ida＠example.com",
        "<ida@example.com",
        "ida@example.com>",
        "<ida@example.com> !",
        "Ida.Berg <ida@example.com>",
        "\"Ida <ida@example.com>",
        "tom@example.org <ida@example.com>",
        "mailto:ida%0a@example.com",
        "mailto:ida%zz@example.com",
        "ida@xn--0.example",
        "ida@☃.example",
        "ida@⒈.example",
        "(ida@example.com",
        "ida@example.com(x)",
    ] {
        assert_eq!(answer(cell), "invalid-address", "{cell:?}");
    }
}

#[test]
fn lengths_are_counted_in_octets() {
    let label = "a".repeat(63);
    let local = "b".repeat(64);
    let long = format!("{label}.{label}.{label}");
    assert_eq!(
        answer(&format!("{local}@example.com")),
        format!("{local}@example.com")
    );
    assert_eq!(answer(&format!("b{local}@example.com")), "invalid-address");
    assert_eq!(
        answer(&format!("{}@example.com", "ü".repeat(33))),
        "invalid-address"
    );
    assert_eq!(answer(&format!("i@{label}.com")), format!("i@{label}.com"));
    assert_eq!(answer(&format!("i@a{label}.com")), "invalid-address");
    assert_eq!(
        answer(&format!("i@{long}.{}", "c".repeat(60))),
        format!("i@{long}.{}", "c".repeat(60))
    );
    assert_eq!(
        answer(&format!("i@{long}.{}", "c".repeat(62))),
        "invalid-address"
    );
    assert_eq!(answer(&format!("{local}@{long}.com")), "invalid-address");
}

#[test]
fn foreign_scripts_become_a_labels_and_keep_their_local_part() {
    assert_all(&[
        ("ida@Bücher.example", "ida@xn--bcher-kva.example"),
        ("ida@straße.example", "ida@xn--strae-oqa.example"),
        ("ida@XN--BCHER-KVA.example", "ida@xn--bcher-kva.example"),
        ("ida@例え。テスト", "ida@xn--r8jz45g.xn--zckzah"),
        ("jürgen@example.com", "jürgen@example.com"),
        ("ju\u{308}rgen@example.com", "jürgen@example.com"),
    ]);
    let address = parse("jürgen@example.com").unwrap();
    assert!(!address.is_ascii());
    assert!(parse("ida@bücher.example").unwrap().is_ascii());
}

#[test]
fn doubtful_addresses_are_read_and_said_to_be_doubtful() {
    let warnings = |cell: &str| read(cell).unwrap().warnings.join("; ");
    assert_eq!(warnings("ida@example.com"), "");
    assert_eq!(warnings("ida@post.example"), "");
    assert_eq!(warnings("ida@example.co.uk"), "");
    assert_eq!(warnings("ida@bbc.museum"), "");
    assert_eq!(
        warnings("ida@example.con"),
        "unknown ending .con, did you mean .com?"
    );
    assert_eq!(warnings("ida@example.zzzz"), "unknown ending .zzzz");
    assert!(warnings("ida@example.invalid").contains(".invalid"));
    assert!(warnings("press@example.com").contains("a desk's mailbox"));
    assert!(warnings("no-reply@example.com").contains("no editor reads"));
    assert!(warnings("jürgen@example.com").contains("SMTPUTF8"));
    assert!(warnings("ida@gmial.com").contains("gmail.com"));
    assert!(warnings("ida@gma\u{131}l.com").contains("gmail.com"));
    assert_eq!(warnings("ida@mail.com"), "");
    assert!(warnings("ida@ex\u{430}mple.com").contains("two scripts"));
    assert!(warnings("'ida@example.com").contains("apostrophe"));
}

#[test]
fn one_mailbox_has_one_key_and_a_lookalike_has_another() {
    let key = |text: &str| parse(text).unwrap().key();
    assert_eq!(key("Ida@Example.com"), key("ida@example.COM"));
    assert_eq!(key("ÜTE@example.com"), key("u\u{308}te@example.com"));
    assert_eq!(key("strauß@example.com"), key("STRAUSS@example.com"));
    assert_ne!(key("ida@ex\u{430}mple.com"), key("ida@example.com"));
    assert_ne!(key("i.da@example.com"), key("ida@example.com"));
    assert_ne!(key("ida+press@example.com"), key("ida@example.com"));
}

#[test]
fn an_address_is_never_printed_by_accident_nor_repeated_in_a_reason() {
    let address = parse("ida@example.com").unwrap();
    assert_eq!(format!("{address:?}"), "Address(…)");
    assert_eq!((address.local(), address.domain()), ("ida", "example.com"));
    for cell in [
        "ida@exam ple.com",
        "ida@localhost",
        "Ida <ida@example.com",
        "ida berg@example.com",
    ] {
        let reason = read(cell).unwrap_err().to_string();
        assert!(
            !reason.contains("ida") && !reason.contains("berg"),
            "{reason}"
        );
    }
    assert_eq!(
        parse("ida@example.com, tom@example.org").unwrap_err().code,
        "invalid-address"
    );
}

proptest! {
    #[test]
    fn plain_addresses_survive_whatever_is_pasted_round_them(
        local in "[a-z0-9]{1,8}([.+_-][a-z0-9]{1,8}){0,2}",
        domain in "[a-z]{1,10}(\\.[a-z]{2,6}){1,2}",
        before in "[ \u{a0}\u{200b}\u{feff}\n]{0,3}",
        after in "[ \u{a0}\u{200b}\u{feff}\n]{0,3}[;,]?",
    ) {
        let plain = format!("{local}@{domain}");
        prop_assert_eq!(answer(&format!("{before}{plain}{after}")), plain.clone());
        prop_assert_eq!(answer(&format!("{before}Ida Berg <{plain}>{after}")), plain.clone());
        prop_assert_eq!(answer(&format!("mailto:{plain}")), plain);
    }

    #[test]
    fn what_was_read_reads_as_itself_and_holds_nothing_that_breaks_a_header(cell in "\\PC{0,30}@?\\PC{0,20}\\.?\\PC{0,8}") {
        if let Ok(reading) = read(&cell) {
            for address in reading.addresses {
                prop_assert_eq!(parse(address.as_str()), Ok(address.clone()));
                prop_assert!(!address.as_str().contains(|c: char| c.is_whitespace() || c.is_control() || "<>\",;()\\".contains(c)));
                prop_assert!(address.domain().is_ascii());
                prop_assert_eq!(address.as_str().matches('@').count(), 1);
            }
        }
    }

    #[test]
    fn no_bytes_whatever_make_it_panic(cell in any::<String>(), near in "[a-z@.,;:<>()\"'\\\\ /|\n\u{e9}%-]{0,24}") {
        let _ = read(&cell);
        let _ = read(&near);
        let _ = read(&format!("mailto:{near}"));
    }
}
