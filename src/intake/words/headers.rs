//! Header words in English, German, French and Spanish; those of further languages stand beside.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::intake::cell;
use crate::intake::header::Field;
use crate::intake::words::{address_books, more_headers};

const WORDS: &[(Field, &str)] = &[
    (
        Field::Email,
        "email emails mail emailaddress mailaddress email1 email1value email1address email1adresse \
         primaryemail primaryemailaddress mainemail workemail businessemail emailwork emailbusiness officeemail contactemail \
         contactemailaddress pressemail emailid electronicmail emailprimary journalistemail \
         personemail subscriberemail useremail preferredemail emaildirect directemail \
         emailadresse mailadresse elektronischepost emailgeschaeftlich emailgeschaftlich \
         geschaftlicheemail emailkontakt kontaktemail redaktionsemail \
         courriel adressecourriel adresseemail adressemail adressedemessagerie messagerie mel \
         adresseelectronique courrierelectronique emailprofessionnel adresseemailprofessionnelle \
         correo correoelectronico direcciondecorreo direcciondecorreoelectronico direccionemail \
         correoe emaildecontacto correodecontacto",
    ),
    (
        Field::MoreEmail,
        "secondaryemail secondaryemailaddress otheremail alternateemail alternativeemail additionalemail \
         additionalemailaddresses homeemail personalemail privateemail emailhome emailother \
         emailprivat privateemail weitereemail zweiteemail emailprivee emailsecondaire \
         autreemail correosecundario otrocorreo emailalternativo email2 email3 email4",
    ),
    (
        Field::Name,
        "name fullname firstandlastname firstlastname contactname displayname contact person journalist journalistname reporter \
         contactfullname subscribername editor author nameandsurname personname \
         ansprechpartner vollername vollstandigername vorundnachname kontakt kontaktname journalistin redakteur \
         nom nomcomplet nometprenom prenometnom nomducontact journaliste \
         nombre nombrecompleto nombreyapellidos nombreyapellido periodista contacto",
    ),
    (
        Field::GivenName,
        "firstname givenname forename fname first given christianname contactfirstname \
         vorname rufname prenom primernombre nombredepila",
    ),
    (
        Field::MiddleName,
        "middlename additionalname middle zweitervorname weiterevornamen deuxiemeprenom segundonombre",
    ),
    (
        Field::FamilyName,
        "lastname surname familyname lname last contactlastname secondname \
         nachname familienname zuname nomdefamille apellido apellidos",
    ),
    (
        Field::Outlet,
        "outlet outletname mediaoutlet media medianame mediaoutletname publication publicationname company companyname \
         organization organisation organizationname organisationname organization1name organisation1name \
         org newspaper paper magazine station channel employer companyororganization affiliation account accountname primaryoutlet \
         mediatitle mediumname publisher house associatedcompany associatedcompanyname primaryassociatedcompany \
         namederorganisation organisationsbezeichnung nomdelorganisation nombredelaorganizacion nomedellorganizzazione \
         naamvanorganisatie nomedaorganizacao \
         medium medien medienname medienhaus publikation zeitschrift redaktion zeitung sender verlag firma unternehmen unternehmensname organisationsname medientitel firmenname \
         mediatitel titeldesmediums \
         societe entreprise organisme journal nomdumedia redaction titredumedia support \
         medio nombredelmedio mediodecomunicacion empresa organizacion periodico revista publicacion",
    ),
    (
        Field::Title,
        "jobtitle jobtitel title titel role position jobrole job organization1title organizationtitle organisation1title \
         contacttitle titelderorganisation titreauseindelorganisation titredelorganisation cargoenlaorganizacion \
         titulodelaorganizacion titolodellorganizzazione titelvanorganisatie cargonaorganizacao function profession occupation jobfunction jobposition \
         funktion stelle berufsbezeichnung rolle beruf \
         poste titre fonction titreduposte metier \
         cargo puesto funcion titulo",
    ),
    (
        Field::Beats,
        "beat beats topic topics subject subjects contacttopics contactbeat coverage covers specialism specialty \
         areasofinterest interests interest expertise sector sectors desk industry contactsubjects subjectscovered \
         coveragearea \
         ressort ressorts thema themen themengebiet themengebiete fachgebiet fachgebiete schwerpunkt schwerpunkte \
         rubrique rubriques theme themes sujet sujets specialite specialites domaine domaines thematique thematiques \
         seccion secciones tema temas especialidad area areas",
    ),
    (
        Field::Tags,
        "tag tags label labels category categories group groups groupmembership list lists keywords segment segments \
         medialist medialists contactlists groupname \
         kategorie kategorien gruppe gruppen schlagworter schlagworte stichworter etikett etiketten liste listen verteiler \
         categorie etiquette etiquettes libelle libelles groupe groupes listes motscles \
         etiqueta etiquetas categoria categorias grupo grupos lista listas",
    ),
    (
        Field::Kind,
        "kind type contacttype mediatype outlettype typeofcontact typeofmedia mediumtype contactkind \
         art kontaktart medienart kontakttyp medientyp mediengattung gattung \
         typedecontact typedemedia tipo tipodecontacto tipodemedio",
    ),
    (
        Field::Country,
        "country countrycode countryregion cc nation address1country businesscountry businesscountryregion homecountry \
         homecountryregion mailingcountry countryname location1country \
         land landregion landregiongeschaftlich landercode staat pays paysregion codepays pais paisregion codigodepais",
    ),
    (
        Field::Language,
        "language languages lang locale preferredlanguage contactlanguage languagecode \
         sprache sprachen bevorzugtesprache langue langues langueprefere langpreferee idioma idiomas lengua",
    ),
    (
        Field::TimeZone,
        "timezone tz zeitzone fuseauhoraire fuseau zonahoraria husohorario",
    ),
    (
        Field::Phone,
        "phone phonenumber telephone tel mobile mobilephone cell cellphone businessphone workphone phone1value \
         telephonenumber primaryphone directphone contactphone mobilenumber phonework phonemobile \
         telefon telefonnummer handy mobil mobiltelefon telefongeschaftlich festnetz rufnummer durchwahl \
         portable telephoneportable telephonebureau telephoneprofessionnel numerodetelephone telmobile \
         telefono movil celular telefonomovil numerodetelefono telefonodeltrabajo",
    ),
    (
        Field::Attachments,
        "attachments attachment attachmentpreference attachmentspreference attachmentpreferences acceptsattachments \
         filepreference anhange anhang dateianhange piecesjointes piecejointe adjuntos archivosadjuntos",
    ),
    (
        Field::Notes,
        "notes note comment comments remarks description bio memo background \
         notiz notizen bemerkung bemerkungen anmerkung anmerkungen kommentar \
         commentaire commentaires remarque remarques notas nota comentario comentarios observaciones",
    ),
    (
        Field::OptOut,
        "optout optedout optedoutofemail emailoptout hasoptedoutofemail unsubscribed unsubscribe unsubscribedfromallemail \
         isunsubscribed donotcontact donotemail donotmail dnc emailoptedout blocklisted blacklisted emailblacklisted \
         emailblocklisted blocked suppressed nocontact noemail donotsend removed globalunsubscribe optedoutfromemail \
         unsubscribedfromemails emailunsubscribed globallyunsubscribed suppress datelineoptout \
         abgemeldet abbestellt ausgetragen nichtkontaktieren nichtanschreiben keinemail keinemails gesperrt widerspruch \
         nichtmehr nomore nietmeer raus streichen entfernen löschen loeschen remove delete supprimer retirer eliminar borrar cancellare rimuovere usunąć \
         keinkontakt werbewiderspruch onhold emailonhold emaildisabled maildisabled disabled optoutemail \
         desabonne desinscrit nepascontacter opposition nepasenvoyer refus \
         dadodebaja baja desuscrito nocontactar noenviar cancelado",
    ),
    (
        Field::OptIn,
        "optin optedin subscribed issubscribed emailoptin mayemail maycontact emailallowed cancontact canemail emailconsent \
         angemeldet abonniert kontakterlaubt abonne inscrit suscrito",
    ),
    (
        Field::Status,
        "status subscriptionstatus emailstatus subscriberstatus contactstatus memberstatus mailstatus \
         emailmarketingstatus emailsubscriptionstatus emailpermissionstatus marketingstatus globalstatus liststatus \
         emailsubscriberstatus zbstatus verificationstatus emailverificationstatus emailvalidationstatus validationstatus \
         emaildeliverabilitystatus deliverabilitystatus stopstatus newsletterstatus emailaddressstatus \
         anmeldestatus abostatus abonnentenstatus listenstatus statut statutabonnement estado estadodesuscripcion",
    ),
    (
        Field::UnsubscribedAt,
        "unsubtime unsubscribedat unsubscribedate unsubscribetime dateunsubscribed optoutdate optouttime optedoutat \
         unsubscribedon unsubscribeddate optoutat emailoptoutdate \
         abmeldedatum abgemeldetam datededesinscription desinscritle fechadebaja",
    ),
    (
        Field::BouncedAt,
        "cleantime bouncedat bouncedate hardbounce hardbounced emailhardbouncereason hardbouncereason bounced \
         emailbounced emailbounceddate emailbouncedreason isbounced",
    ),
    (
        Field::OptOutReason,
        "unsubreason unsubscribereason optoutreason abmeldegrund",
    ),
    (Field::Attributes, "attributes attribs customattributes"),
];

fn all() -> impl Iterator<Item = &'static (Field, &'static str)> {
    WORDS
        .iter()
        .chain(more_headers::WORDS)
        .chain(address_books::WORDS)
}

static BY_WORD: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
    let mut fields = HashMap::new();
    for (field, words) in all() {
        for word in words.split_whitespace() {
            fields.entry(cell::key(word)).or_insert(*field);
        }
    }
    fields
});

/// What databases put before each header: "Contact Country", "Journalist Phone", "Author Name".
const OWNERS: [&str; 11] = [
    "custom",
    "member",
    "attendee",
    "contact",
    "journalist",
    "author",
    "reporter",
    "person",
    "primary",
    "lead",
    "media",
];

/// The field that a header's key names.
pub(crate) fn field(key: &str) -> Option<Field> {
    if key.is_empty() {
        return None;
    }
    let words = BY_WORD.get(key).copied();
    words.or_else(|| pattern(key)).or_else(|| owned(key))
}

/// Numbered columns: `E-mail 2 - Value`, `Phone 3 - Value`.
fn pattern(key: &str) -> Option<Field> {
    if let Some(rest) = key.strip_prefix("email") {
        let tail = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        if tail.len() < rest.len() && matches!(tail, "" | "value" | "address" | "adresse") {
            return Some(Field::MoreEmail);
        }
    }
    if let Some(field) = numbered_value(key) {
        return Some(field);
    }
    if key.starts_with("phone") && key.ends_with("value") {
        return Some(Field::Phone);
    }
    // "Email address 2", "Phone 3", "Tag 1".
    let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.len() < key.len()
        && let Some(field) = BY_WORD.get(stem).copied()
    {
        let is_first = &key[stem.len()..] == "1";
        return Some(match field {
            Field::Email if !is_first => Field::MoreEmail,
            other => other,
        });
    }
    None
}

/// Google in the user's language: "E-Mail 1 – Wert", "Téléphone 1 - Valeur", "Correo electrónico 2 - Valor".
fn numbered_value(key: &str) -> Option<Field> {
    const VALUES: [&str; 18] = [
        "value",
        "wert",
        "valeur",
        "valor",
        "valore",
        "waarde",
        "varde",
        "verdi",
        "vaerdi",
        "værdi",
        "wartosc",
        "hodnota",
        "ertek",
        "deger",
        "arvo",
        "значение",
        "値",
        "值",
    ];
    let stem = VALUES.iter().find_map(|value| key.strip_suffix(value))?;
    let word = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    if word.len() == stem.len() {
        return None;
    }
    match BY_WORD.get(word).copied()? {
        Field::Email if &stem[word.len()..] == "1" => Some(Field::Email),
        Field::Email => Some(Field::MoreEmail),
        Field::Phone => Some(Field::Phone),
        _ => None,
    }
}

fn owned(key: &str) -> Option<Field> {
    let rest = OWNERS.iter().find_map(|owner| key.strip_prefix(owner))?;
    let field = BY_WORD.get(rest).copied()?;
    // A "Lead Status" is a state of sales, and the rest says nothing of whose it is.
    matches!(
        field,
        Field::Email
            | Field::MoreEmail
            | Field::GivenName
            | Field::FamilyName
            | Field::Title
            | Field::Outlet
            | Field::Beats
            | Field::Country
            | Field::Language
            | Field::Phone
            | Field::Notes
    )
    .then_some(field)
}

/// "Title" may also be Mr or Dr.
pub(crate) fn is_bare_title(key: &str) -> bool {
    matches!(key, "title" | "titel" | "titre" | "titulo")
}

/// "Name" may also be the family name.
pub(crate) fn is_bare_name(key: &str) -> bool {
    matches!(
        key,
        "name" | "nom" | "naam" | "namn" | "navn" | "nev" | "nimi"
    )
}

/// A word for the whole name which, beside a family name, is the given one.
pub(crate) fn is_given_beside_family(key: &str) -> bool {
    matches!(key, "nombre" | "nome" | "имя" | "імя" | "ονομα" | "名字") || key == cell::key("이름")
}

/// A newsletter program's word for the address; beside another address it is the person, or a count.
pub(crate) const SUBSCRIBER: &str = "subscriber";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_stands_for_two_fields() {
        let mut seen = HashMap::new();
        for (field, words) in all() {
            for word in words.split_whitespace() {
                let before = seen.insert(cell::key(word), *field);
                assert!(
                    before.is_none_or(|before| before == *field),
                    "{word}: {before:?} and {field:?}"
                );
            }
        }
    }
}
