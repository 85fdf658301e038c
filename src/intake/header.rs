//! The header row: which column is which field, by the words of four languages and the user's `--map`.

use strsim::jaro_winkler;

use crate::intake::cell::{clean, key, words};
use crate::intake::header_parts;
use crate::intake::problem::IntakeProblem;
use crate::intake::words::consent::{self, Wish};
use crate::intake::words::headers;

/// What a column can hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    Email,
    /// A further address of the same person.
    MoreEmail,
    Name,
    GivenName,
    MiddleName,
    FamilyName,
    Outlet,
    Title,
    Beats,
    Tags,
    /// Media lists by their short names, as our own export has them.
    Lists,
    Kind,
    Country,
    Language,
    TimeZone,
    Phone,
    /// How the person likes files: attached, as links, or none.
    Attachments,
    Notes,
    /// Yes means: do not write to this person.
    OptOut,
    /// No means: do not write to this person.
    OptIn,
    /// The word of another program for whether it may write.
    Status,
    /// Filled in means: unsubscribed.
    UnsubscribedAt,
    /// Filled in means: the address is dead.
    BouncedAt,
    /// Why somebody unsubscribed; tells complaints apart.
    OptOutReason,
    /// JSON with further fields (listmonk).
    Attributes,
}

impl Field {
    pub const ALL: [Self; 25] = [
        Self::Email,
        Self::MoreEmail,
        Self::Name,
        Self::GivenName,
        Self::MiddleName,
        Self::FamilyName,
        Self::Outlet,
        Self::Title,
        Self::Beats,
        Self::Tags,
        Self::Lists,
        Self::Kind,
        Self::Country,
        Self::Language,
        Self::TimeZone,
        Self::Phone,
        Self::Attachments,
        Self::Notes,
        Self::OptOut,
        Self::OptIn,
        Self::Status,
        Self::UnsubscribedAt,
        Self::BouncedAt,
        Self::OptOutReason,
        Self::Attributes,
    ];

    /// The word for `--map` and for reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::MoreEmail => "more-email",
            Self::Name => "name",
            Self::GivenName => "given-name",
            Self::MiddleName => "middle-name",
            Self::FamilyName => "family-name",
            Self::Outlet => "outlet",
            Self::Title => "title",
            Self::Beats => "beats",
            Self::Tags => "tags",
            Self::Lists => "lists",
            Self::Kind => "kind",
            Self::Country => "country",
            Self::Language => "language",
            Self::TimeZone => "time-zone",
            Self::Phone => "phone",
            Self::Attachments => "attachments",
            Self::Notes => "notes",
            Self::OptOut => "opt-out",
            Self::OptIn => "opt-in",
            Self::Status => "status",
            Self::UnsubscribedAt => "unsubscribed-at",
            Self::BouncedAt => "bounced-at",
            Self::OptOutReason => "opt-out-reason",
            Self::Attributes => "attributes",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        let word = key(word);
        Self::ALL
            .into_iter()
            .find(|field| key(field.as_str()) == word)
            .or_else(|| headers::field(&word))
    }
}

/// The column in which rejects keep the opt-out that only their file's name told.
pub(crate) const OPT_OUT_COLUMN: &str = "dateline_opt_out";

/// Columns of the reject file that the importer itself wrote, and reads over.
pub(crate) const REJECT_COLUMNS: [&str; 2] = ["dateline_line", "dateline_reason"];

/// The columns of a header row by their words alone; `None` is ignored.
pub(crate) fn by_words(header: &[String]) -> Vec<Option<Field>> {
    let keys: Vec<String> = header.iter().map(|cell| key(cell)).collect();
    let mut fields: Vec<Option<Field>> = header.iter().map(|cell| named(cell)).collect();
    let has = |fields: &[Option<Field>], field| fields.contains(&Some(field));
    // "Title" beside "Job Title" is Mr or Dr (Outlook); "Nom" beside "Prénom", "Name" beside
    // "Vorname" is the family name, "Nombre" beside "Apellidos" the given name.
    let mut job_title = keys
        .iter()
        .zip(&fields)
        .any(|(key, field)| *field == Some(Field::Title) && !headers::is_bare_title(key));
    let given = has(&fields, Field::GivenName);
    let family = has(&fields, Field::FamilyName);
    let mut has_email = false;
    for (key, field) in keys.iter().zip(&mut fields) {
        match field {
            // The first one; French Outlook calls the job "Titre", too.
            Some(Field::Title) if job_title && headers::is_bare_title(key) => {
                *field = None;
                job_title = false;
            }
            Some(Field::Name) if given && !family && headers::is_bare_name(key) => {
                *field = Some(Field::FamilyName);
            }
            Some(Field::Name) if family && !given && headers::is_given_beside_family(key) => {
                *field = Some(Field::GivenName);
            }
            Some(Field::Email) if key != headers::SUBSCRIBER => has_email = true,
            _ => {}
        }
    }
    if !has(&fields, Field::Country)
        && let Some(at) = keys.iter().position(|key| key == "outletcountry")
    {
        fields[at] = Some(Field::Country);
    }
    // "Do Not Mail" beside "Do Not E-mail" is about letters.
    if keys.iter().any(|key| key == "donotemail")
        && let Some(at) = keys.iter().position(|key| key == "donotmail")
    {
        fields[at] = None;
    }
    if has_email && let Some(at) = keys.iter().position(|key| key == headers::SUBSCRIBER) {
        fields[at] = None;
    }
    if !has(&fields, Field::Email)
        && let Some(field) = fields.iter_mut().find(|f| **f == Some(Field::MoreEmail))
    {
        *field = Some(Field::Email);
    }
    fields
}

/// The field that a header names: by a known word, by the stems of a wish ("Newsletter abbestellt"),
/// or else in a part: "Courriel / E-mail", "Phone (work)".
pub(crate) fn named(header: &str) -> Option<Field> {
    // Microsoft Dynamics: the number of a record, not to be touched.
    if key(header).starts_with("donotmodify") {
        return None;
    }
    headers::field(&key(header))
        .or_else(|| wished(header))
        .or_else(|| header_parts::in_part(header))
        .or_else(|| header_parts::asked(header))
}

/// A column that is about writing to the person, known by the stems of its header only: its words
/// are somebody's own, so a column without one that we understand is left alone, and said.
pub(crate) fn is_by_stem(header: &str) -> bool {
    headers::field(&key(header)).is_none() && wished(header).is_some()
}

/// The header names a yes and a no, so that a bare "yes" below it could be either.
pub(crate) fn is_both(header: &str) -> bool {
    headers::field(&key(header)).is_none() && consent::wish(header) == Some(Wish::Both)
}

fn wished(header: &str) -> Option<Field> {
    Some(match consent::wish(header)? {
        Wish::Out => Field::OptOut,
        Wish::OutAt => Field::UnsubscribedAt,
        Wish::OutReason => Field::OptOutReason,
        Wish::Dead => Field::BouncedAt,
        Wish::In => Field::OptIn,
        Wish::Both => Field::Status,
    })
}

/// `--map` understood but not yet laid on a file.
pub(crate) struct Mapping {
    entries: Vec<(String, Option<Field>, String)>,
}

impl Mapping {
    pub(crate) fn parse(map: &[(String, String)]) -> Result<Self, IntakeProblem> {
        let mut entries = Vec::new();
        for (column, word) in map {
            let ignored = matches!(key(word).as_str(), "" | "ignore" | "none" | "skip");
            let field = Field::parse(word);
            if field.is_none() && !ignored {
                return Err(unknown_field(column, word));
            }
            entries.push((column.clone(), field.filter(|_| !ignored), word.clone()));
        }
        Ok(Self { entries })
    }

    /// Index of each mapped column in `header`: by its text, its letters alone, or its number.
    fn place(&self, header: &[String]) -> Vec<Option<usize>> {
        self.entries
            .iter()
            .map(|(column, ..)| find(header, column))
            .collect()
    }

    /// Every mapped column stands in this row by its text, and one of them is the address.
    pub(crate) fn names(&self, header: &[String]) -> bool {
        !self.entries.is_empty()
            && self
                .entries
                .iter()
                .any(|(_, field, _)| *field == Some(Field::Email))
            && self
                .entries
                .iter()
                .all(|(column, ..)| by_text(header, column).is_some())
    }

    /// Some column is said to be the address's.
    pub(crate) fn says_the_email(&self) -> bool {
        self.entries
            .iter()
            .any(|(_, field, _)| *field == Some(Field::Email))
    }

    /// The address's column is given by number, so a file may do without a header row.
    pub(crate) fn numbers_the_email(&self) -> bool {
        self.entries
            .iter()
            .any(|(column, field, _)| *field == Some(Field::Email) && number(column).is_some())
    }

    /// Lays the mapping over what the words said. Mapped columns come first: see `order`.
    pub(crate) fn apply(
        &self,
        file: &str,
        header: &[String],
        fields: &mut [Option<Field>],
    ) -> Result<Vec<usize>, IntakeProblem> {
        let mut mapped = Vec::new();
        for (index, (column, field, word)) in self.place(header).iter().zip(&self.entries) {
            let Some(index) = *index else {
                return Err(IntakeProblem::UnknownColumn {
                    file: file.to_owned(),
                    column: column.clone(),
                    field: word.clone(),
                    headers: listed(header),
                });
            };
            fields[index] = *field;
            mapped.push(index);
        }
        Ok(mapped)
    }
}

/// Columns in the order in which they fill a field: those the user named before the others, and what
/// is of the person's home last.
pub(crate) fn order(header: &[String], mapped: &[usize]) -> Vec<usize> {
    let others = |is_home: bool| {
        (0..header.len())
            .filter(|index| !mapped.contains(index))
            .filter(move |index| is_of_home(&header[*index]) == is_home)
    };
    let named = mapped.iter().copied();
    named.chain(others(false)).chain(others(true)).collect()
}

/// "Home Country", "Land/Region privat", "Pays (domicile)".
fn is_of_home(header: &str) -> bool {
    const HOME: [&str; 14] = [
        "home",
        "privat",
        "prive",
        "privee",
        "domicile",
        "domicilio",
        "particular",
        "residencia",
        "residenza",
        "thuis",
        "hem",
        "dom",
        "ev",
        "ab",
    ];
    let words = words(header);
    words.iter().any(|word| HOME.contains(&word.as_str()))
        || header.contains("自宅")
        || header.contains("집")
}

/// A column that is called no more than a status, of whatever.
pub(crate) fn is_bare_status(header: &str) -> bool {
    matches!(
        key(header).as_str(),
        "status" | "contactstatus" | "state" | "statut" | "estado" | "leadstatus"
    )
}

/// The header cells as one line for a message, at most twenty of them.
pub(crate) fn listed(header: &[String]) -> String {
    let mut shown: Vec<String> = header
        .iter()
        .filter(|cell| !cell.is_empty())
        .take(20)
        .map(|cell| {
            // Where there is no header row, a person's address may stand here.
            if cell.contains('@') {
                return "\"…@…\"".to_owned();
            }
            format!("\"{}\"", cell.chars().take(40).collect::<String>())
        })
        .collect();
    if header.len() > 20 {
        shown.push("…".to_owned());
    }
    if shown.is_empty() {
        return "all empty".to_owned();
    }
    shown.join(", ")
}

/// The header most like a word for the e-mail address.
pub(crate) fn nearest_to_email(header: &[String]) -> Option<&String> {
    let likeness = |cell: &&String| {
        let key = key(cell);
        ["email", "mail", "emailaddress", "address"]
            .iter()
            .map(|word| jaro_winkler(&key, word))
            .fold(0.0_f64, f64::max)
    };
    header
        .iter()
        .filter(|cell| !cell.is_empty())
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .filter(|cell| likeness(cell) > 0.75)
}

/// A cleaned header cell, without the marks for required fields and sorting.
pub(crate) fn cell(text: &str) -> String {
    // A BOM that some program took for three letters and wrote out as such.
    let text = text.strip_prefix("ï»¿").unwrap_or(text);
    clean(text).replace('\n', " ")
}

fn unknown_field(column: &str, word: &str) -> IntakeProblem {
    let nearest = Field::ALL
        .into_iter()
        .map(|field| (jaro_winkler(&key(word), &key(field.as_str())), field))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.8)
        .map_or(String::new(), |(_, field)| {
            format!(", did you mean {}", field.as_str())
        });
    IntakeProblem::UnknownField {
        column: column.to_owned(),
        field: word.to_owned(),
        nearest,
        fields: Field::ALL.map(Field::as_str).join(", ") + ", ignore",
    }
}

fn find(header: &[String], column: &str) -> Option<usize> {
    by_text(header, column).or_else(|| number(column).filter(|index| *index < header.len()))
}

fn by_text(header: &[String], column: &str) -> Option<usize> {
    let wanted = key(column);
    header.iter().position(|cell| cell == column).or_else(|| {
        header
            .iter()
            .position(|cell| !wanted.is_empty() && key(cell) == wanted)
    })
}

fn number(column: &str) -> Option<usize> {
    column.trim().parse::<usize>().ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(header: &str) -> Vec<&'static str> {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        by_words(&header)
            .into_iter()
            .map(|field| field.map_or("-", Field::as_str))
            .collect()
    }

    #[test]
    fn four_languages_are_understood() {
        assert_eq!(
            fields("E-Mail *,First_Name,Surname,Publication"),
            ["email", "given-name", "family-name", "outlet"]
        );
        assert_eq!(
            fields("Name,Vorname,E-Mail-Adresse,Redaktion,Ressort,Anrede"),
            ["family-name", "given-name", "email", "outlet", "beats", "-"]
        );
        assert_eq!(
            fields("Nom,Prénom,Courriel,Média,Rubrique,Désabonné"),
            [
                "family-name",
                "given-name",
                "email",
                "outlet",
                "beats",
                "opt-out"
            ]
        );
        assert_eq!(
            fields("Nombre,Apellidos,Correo electrónico,Medio,Sección,País"),
            [
                "given-name",
                "family-name",
                "email",
                "outlet",
                "beats",
                "country"
            ]
        );
        assert_eq!(fields("Nombre,Correo"), ["name", "email"]);
    }

    #[test]
    fn further_languages_and_databases_are_understood() {
        let person = ["given-name", "family-name", "email", "outlet", "title"];
        for header in [
            "Nome,Cognome,Indirizzo posta elettronica,Testata,Qualifica",
            "Voornaam,Achternaam,E-mailadres,Redactie,Functie",
            "Nome,Sobrenome,E-mail,Veículo,Cargo",
            "Imię,Nazwisko,Adres e-mail,Redakcja,Stanowisko",
            "Förnamn,Efternamn,E-postadress,Tidning,Befattning",
            "Fornavn,Efternavn,E-mailadresse,Avis,Stilling",
            "Etunimi,Sukunimi,Sähköpostiosoite,Lehti,Tehtävänimike",
            "Jméno,Příjmení,E-mailová adresa,Společnost,Funkce",
            "Keresztnév,Vezetéknév,E-mail cím,Szerkesztőség,Beosztás",
            "Ad,Soyad,E-posta Adresi,Yayın,Unvan",
            "Имя,Фамилия,Электронная почта,Издание,Должность",
            "名,姓,メールアドレス,媒体名,役職",
            "이름,성,이메일,언론사,직함",
            "Contact First Name,Contact Last Name,Contact Email,Outlet Name,Contact Job Title",
            "First name,Last name,Author Email,Outlets,Designation",
        ] {
            assert_eq!(fields(header), person, "{header}");
        }
        assert_eq!(
            fields("Subscriber,Name,Lead Status"),
            ["email", "name", "-"]
        );
        assert_eq!(fields("Email,Subscriber"), ["email", "-"]);
        assert_eq!(fields("姓名,邮箱,单位"), ["name", "email", "outlet"]);
    }

    #[test]
    fn a_no_is_found_under_any_name() {
        assert_eq!(
            fields(
                "Email,Newsletter abbestellt,Marketing Consent,Invalid Email?,SMS opt-in,Opt-out date"
            ),
            [
                "email",
                "opt-out",
                "opt-in",
                "bounced-at",
                "-",
                "unsubscribed-at"
            ]
        );
    }

    #[test]
    fn a_title_beside_a_job_title_is_an_honorific() {
        assert_eq!(
            fields("Title,Job Title,E-mail Address"),
            ["-", "title", "email"]
        );
        assert_eq!(fields("Title,Email"), ["title", "email"]);
    }

    #[test]
    fn parts_of_a_header_count_where_they_agree() {
        assert_eq!(
            fields("Courriel / E-mail,Phone (work),E-mail (opt-in),Name (outlet)"),
            ["email", "phone", "opt-in", "-"]
        );
    }

    #[test]
    fn numbered_addresses_follow_the_first() {
        assert_eq!(
            fields("E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value"),
            ["-", "email", "more-email"]
        );
        assert_eq!(fields("E-mail 2 Address"), ["email"]);
        assert_eq!(
            fields("Email address 1,Email address 2,Phone 2"),
            ["email", "more-email", "phone"]
        );
    }

    #[test]
    fn every_field_has_its_word() {
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(field));
        }
        assert_eq!(Field::parse("first name"), Some(Field::GivenName));
        let problem = unknown_field("A", "emial").to_string();
        assert!(problem.contains("did you mean email"), "{problem}");
        assert!(problem.contains("given-name"), "{problem}");
    }
}
