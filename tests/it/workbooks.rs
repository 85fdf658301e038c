//! Spreadsheets and address books are read as they are, each problem with the sheet's own row.

use std::path::Path;

use dateline::desk::people::import_contacts::{FileReport, import};

use crate::importing::{import_text, request};
use crate::world::{World, on_both};

/// Imports a file of `contacts/`.
async fn sample(world: &World, name: &str) -> FileReport {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("contacts")
        .join(name);
    let report = import(world.desk(), &request(path)).await.unwrap();
    report.files.into_iter().next().unwrap()
}

async fn emails(world: &World) -> Vec<String> {
    world
        .texts("SELECT email || ' ' || name AS value FROM contact WHERE email IS NOT NULL ORDER BY email", vec![])
        .await
}

#[tokio::test]
async fn excel_and_opendocument_give_the_same_contacts() {
    for name in ["media-list.xlsx", "media-list.ods"] {
        on_both(async |world: World| {
            let file = sample(&world, name).await;
            assert_eq!(file.format, name.rsplit('.').next().unwrap());
            assert_eq!(
                (file.counts.rows, file.counts.added, file.counts.opted_out),
                (4, 3, 1),
                "{file:?}"
            );
            assert_eq!(file.rejected[0].line, 7);
            assert_eq!(
                emails(&world).await,
                [
                    "bo@harbourpost.example Bo Lund",
                    "cy@tide.example Cy Moss",
                    "jana.weiss@daily.example Jana Weiß"
                ]
            );
            let phone = "SELECT phone AS value FROM contact WHERE name = 'Jana Weiß'";
            assert_eq!(world.texts(phone, vec![]).await, ["49301234567"]);
            let again = sample(&world, name).await;
            assert_eq!((again.counts.added, again.counts.updated), (0, 0));
        })
        .await;
    }
}

#[tokio::test]
async fn an_address_book_gives_its_people() {
    on_both(async |world: World| {
        let file = sample(&world, "address-book.vcf").await;
        assert_eq!(
            (file.format.as_str(), file.counts.rows, file.counts.added),
            ("vcard", 3, 2),
            "{file:?}"
        );
        assert_eq!(
            (file.rejected[0].line, file.rejected[0].code),
            (22, "no-address")
        );
        assert_eq!(
            emails(&world).await,
            [
                "bo@harbourpost.example Bo Løvlie",
                "jana.weiss@daily.example Jana Weiß"
            ]
        );
        let more = "SELECT email AS value FROM contact_address";
        assert_eq!(world.texts(more, vec![]).await, ["jana@home.example"]);
    })
    .await;
}

#[tokio::test]
async fn a_file_without_a_header_is_told_by_its_addresses() {
    on_both(async |world: World| {
        let file = import_text(&world, "list.csv", "Jana Weiß,jana.weiss@daily.example,The Daily Example\nBo Lund,bo@harbourpost.example,Harbour Post\n").await;
        assert_eq!((file.counts.rows, file.counts.added), (2, 2));
        let said = &file.warnings[0].message;
        assert!(said.contains("1=name, 2=email, 3=outlet"), "{said}");
        let outlets = "SELECT o.name AS value FROM contact c JOIN outlet o ON o.id = c.outlet_id ORDER BY 1";
        assert_eq!(world.texts(outlets, vec![]).await, ["Harbour Post", "The Daily Example"]);
    })
    .await;
}
