//! A person's rights: a dossier holds all of it, and after an erasure nothing of it is anywhere.

use dateline::desk::distribution::schedule::Start;
use dateline::desk::people::{contacts as people, rights};
use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::newsdesk::{approved, catcher, one_run, scheduled};
use crate::world::{World, on_both};

const SHEET: &str = "Name,E-mail,Phone,Notes,Tags\n\
    Ada Quillfeather,quillfeather@desk.example,+49 30 5550199,likes zeppelins,wire\n";
const TRACES: [&str; 3] = ["uillfeather", "5550199", "zeppelins"];

async fn bring(world: &World) {
    let path = world.file("people.csv", SHEET);
    let request = dateline::desk::people::import_contacts::ImportRequest {
        paths: vec![path.clone()],
        source: "our sheet".to_owned(),
        list: Some("tech".to_owned()),
        ..Default::default()
    };
    dateline::desk::people::import_contacts::import(world.desk(), &request)
        .await
        .unwrap();
    std::fs::remove_file(path).unwrap();
}

/// Where a trace is found: in a file of the folder, or in a row of a table.
async fn found(world: &World, trace: &str) -> Vec<String> {
    let mut places = Vec::new();
    if world.desk().store.is_sqlite() {
        for entry in std::fs::read_dir(world.folder()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let bytes = std::fs::read(&path).unwrap();
                let at = bytes
                    .windows(trace.len())
                    .position(|part| part == trace.as_bytes());
                if let Some(at) = at {
                    let around = &bytes[at.saturating_sub(80)..(at + 80).min(bytes.len())];
                    places.push(format!(
                        "{}: {}",
                        path.display(),
                        String::from_utf8_lossy(around)
                    ));
                }
            }
        }
        return places;
    }
    let tables = "SELECT table_name::text AS value FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    for table in world.texts(tables, vec![]).await {
        let count = format!("SELECT COUNT(*) AS value FROM {table} AS one WHERE one::text LIKE $1");
        if world
            .number(&count, vec![format!("%{trace}%").into()])
            .await
            > 0
        {
            places.push(table);
        }
    }
    places
}

#[tokio::test]
async fn after_an_erasure_nothing_is_found_and_nothing_comes_back() {
    on_both(|mut world| async move {
        let quoting = Act::Reply(b"550 5.1.1 <quillfeather@desk.example> unknown\r\n".to_vec());
        let faults = Faults::default().with(Step::Rcpt, When::FirstPerAddress, quoting);
        let _sink = catcher(&mut world, faults).await;
        bring(&world).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        for trace in TRACES {
            assert_ne!(found(&world, trace).await, Vec::<String>::new(), "{trace}");
        }
        let who = "quillfeather@desk.example";
        let dossier = rights::dossier(world.desk(), who).await.unwrap();
        assert_eq!(dossier.mails.len(), 1);
        let card = rights::vcard(&dossier.card);
        assert!(
            card.contains("EMAIL:quillfeather@desk.example\r\n"),
            "{card}"
        );
        let all = serde_json::to_string(&dossier).unwrap();
        assert!(
            all.contains("zeppelins") && all.contains("5550199"),
            "{all}"
        );

        let erased = rights::erase(world.desk(), who).await.unwrap();
        assert_eq!(
            (erased.contacts.len(), erased.mails, erased.rewritten),
            (1, 1, true)
        );
        for trace in TRACES {
            assert_eq!(found(&world, trace).await, Vec::<String>::new(), "{trace}");
        }
        let gone = people::find(world.desk(), who).await.unwrap_err();
        assert_eq!(gone.code, "no-contact");
        let kept = "SELECT COUNT(*) AS value FROM delivery";
        assert_eq!(world.number(kept, vec![]).await, 1);

        bring(&world).await;
        let again = people::show(world.desk(), who).await.unwrap();
        assert_eq!(again.contact.status, "opted-out");
    })
    .await;
}
