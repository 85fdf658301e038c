//! What the fuzzer feeds is what the program ships: the same crates in the same versions.

use std::collections::BTreeMap;

fn read(path: &str) -> toml::Table {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

/// Versions by name; several where a crate is there twice.
fn locked(path: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in read(path)["package"].as_array().unwrap() {
        let text = |key: &str| package[key].as_str().unwrap().to_owned();
        found.entry(text("name")).or_default().push(text("version"));
    }
    found
}

#[test]
fn dependencies_are_those_of_the_program() {
    let ours = read("Cargo.toml");
    let theirs = read("fuzz/Cargo.toml");
    let mut compared = 0;
    for (name, wanted) in theirs["dependencies"].as_table().unwrap() {
        let Some(known) = ours["dependencies"].get(name) else {
            assert_eq!(name, "libfuzzer-sys");
            continue;
        };
        // Of what waits for others, the readers need a part.
        if name != "tokio" {
            assert_eq!(wanted, known, "{name}");
        }
        compared += 1;
    }
    assert!(compared > 10, "{compared}");
    let program = locked("Cargo.lock");
    for (name, versions) in locked("fuzz/Cargo.lock") {
        let known = program.get(&name);
        let is_same = known.is_none_or(|known| versions.iter().all(|one| known.contains(one)));
        assert!(
            is_same,
            "{name}: fuzz has {versions:?}, the program {known:?}"
        );
    }
}

#[test]
fn every_target_is_built() {
    let folder = format!("{}/fuzz/fuzz_targets", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(folder).unwrap();
    let mut there: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect();
    there.sort();
    let manifest = read("fuzz/Cargo.toml");
    let bins = manifest["bin"].as_array().unwrap();
    let mut named: Vec<&str> = bins
        .iter()
        .map(|bin| bin["name"].as_str().unwrap())
        .collect();
    named.sort_unstable();
    assert_eq!(named, there);
}
