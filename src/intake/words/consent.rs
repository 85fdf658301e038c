//! What a header says about writing to a person, by the stems of many languages: a no must not get
//! lost because an export calls its column by a word that nobody wrote down.

use std::sync::LazyLock;

use crate::intake::cell::{key, words};

/// What the cells of a column mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wish {
    /// Yes means: do not write.
    Out,
    /// Filled in means: do not write.
    OutAt,
    /// Filled in means: do not write, and says why.
    OutReason,
    /// Filled in means: the address is dead.
    Dead,
    /// No means: do not write.
    In,
    /// Names both, so a bare yes or no cannot be told apart.
    Both,
}

/// Stems of a person's own no.
const LEFT: &str = "unsub optout optedout optingout optsout desuscri optional-out \
    abgemeldet abmeldung abmelde abbestell ausgetragen austragung widerspruch widersproch widerruf \
    désabonn désinscri opposition résili \
    desuscri dadodebaja debaja fechabaja cancelacion cancelósuscri anulósuscri \
    disiscri cancellazione opposizione disdett \
    afgemeld afmeld uitgeschreven uitschrij uitschrev bezwaar opgezegd \
    descadastr descadastrou cancelouinscri canceloua removeuinscri \
    wypisan wypisał rezygnacj zrezygnow sprzeciw \
    avregistrer avprenumer avanmäl afmeld frameld avmeld reservert \
    peruutettu peruuttanut tilausperuttu kieltänyt markkinointikielto suoramarkkinointikielto \
    odhlášen odhláš leiratkoz dezabona aboneliktençık listedençık \
    отписа отписк відписа διαγραφ απεγγραφ απεγραφ \
    配信停止 購読解除 配信解除 登録解除 登録を解除 配信を停止 購読を停止 配信不可 メール不可 退会 退订 退訂 取消订阅 取消訂閱 수신거부 구독취소 \
    إلغاءالاشتراك ألغىالاشتراك הסרהמרשימה ביטולמנוי";

/// Stems of somebody else's no: a ban, whoever made it.
const BANNED: &str = "suppress suspend blocklist blacklist denylist donotsend donotuse exclude globalunsub \
    deactivated deactivation deceased isdeleted nolongerinterested listofexclusion \
    gesperrt sperre sperrliste werbesperre mailsperre kontaktsperre versandsperre sperrvermerk robinson \
    listenoire bloqué exclu \
    listanegra bloquead exclui excluid nomolestar \
    bloccat esclus listanera geblokkeerd uitgesloten bloqueado excluíd \
    zablokowan wykluczon blockerad spärrad blokeret sperret estetty blokovan letiltv engellen \
    заблокир исключ чёрныйсписок 黑名单 ブロック 차단";

/// Stems of a complaint.
const COMPLAINED: &str = "complain complaint markedasspam spamreport reportedspam spamcomplaint abusereport \
    spammeldung plainte denuncia";

/// Stems of a dead address.
const DEAD: &str = "bounce undeliverab notdeliverab unzustellbar unzustellbarkeit npai rebotad rimbalz teruggestuurd \
    invalidemail emailinvalid invalidaddress addressinvalid mailinvalid ungültigeemail emailungültig ungültigemail \
    isbad bademail emailinvalide adresseinvalide correoinválido emailinválido emailnonvalid ongeldige";

/// Stems of a yes.
const IN: &str = "optin optedin optsin subscrib subscript consent permission permitted gdpr dsgvo rgpd lgpd \
    maycontact mayemail maywecontact maywemail oktoemail oktocontact oktomail emailok allowemail acceptsmarketing \
    acceptsemail emailmarketing marketingemail marketing newsletter mailings mailinglist emailallowed cancontact canemail \
    canbecontacted canbeemailed contactable emailable mailable wantsemail wantsnews receivesemail receivenews receivesnews receivesmail receivepress \
    receiverelease receivesrelease receiveour toreceive pressrelease pressemitteilung pressemeldung pressetext presseinfo \
    communiquedepresse communiquésdepresse recevoir comunicadosdeprensa notasdeprensa recibir comunicatistampa ricevere \
    persbericht ontvangen pressmeddeland otrzymywać receber
    darfkontaktiert darfangeschrieben darfgemailt kontaktierbar einwillig zustimm erlaubnis erlaubt genehmig abonn angemeldet anmeld einverständn einverstanden werbung mailing versand \
    consentement accord accepte autoris inscrit inscription acceptation \
    consentimiento autoriz suscri acept inscri \
    consenso iscritt iscrizion autorizz accett \
    maggemaild magmailen maggecontacteerd magbenaderd toestemming aangemeld ingeschreven inschrij nieuwsbrief akkoord \
    consentimento subscri inscrito assina autoriza \
    zgod zapisan subskryb przyzwol \
    fårkontaktas fårmejlas fårmailas måkontaktes samtyck prenumer nyhetsbrev godkän samtykke tilmeld påmeld nyhedsbrev nyhetsbrev \
    suostumus suostunut tilaaja tilannut uutiskirje markkinointilupa sähköpostilupa \
    souhlas přihláš odběr hozzájárul feliratkoz hírlevél izin rıza onay abone bülten \
    acord abonat consimțământ \
    соглас подписан подписк рассылк згод συγκατάθεση εγγραφή συναίνεση \
    配信可否 送信可否 メール可否 可否 同意 購読 配信許可 メルマガ 订阅 訂閱 许可 동의 수신동의 구독 موافقة اشتراك הסכמה";

/// Words that turn a yes round: a consent that was withdrawn.
const WITHDRAWN: &str = "withdrawn withdrew withdraw revoked revoke refused declined denied rejected removed cancelled canceled \
    lost missing without no not non kein keine keinen keiner nicht ohne verweigert abgelehnt zurückgezogen widerrufen entzogen \
    retiré retirée refusé refusée révoqué révoquée sans pas sin retirado retirada revocado revocada rechazado denegado \
    senza revocato revocata negato ritirato zonder geen ingetrokken geweigerd sem retirado revogado negado \
    bez brak wycofana wycofano cofnięta odmowa återkallat återkallad utan trukket tilbagetrukket ikke uten \
    canceló cancelou cancelada cancelado annulé annulée annullata annullato geannuleerd beëindigd gekündigt storniert beendet \
    avslutad avslutat avsluttet afsluttet ophørt anulowana anulowano zrezygnował zrezygnowała zakończona \
    peruutettu peruttu ei odvolán odvolaný zrušeno zrušen nem vissza törölt iptal отозвано отказ отменена отменено нет";

/// Words that, beside a word for writing, make a no: "Do not e-mail", "Kein Newsletter".
const NEGATION: &str = "not no never dont donot stop avoid kein keine keinen keinerlei nicht nie niemals pas jamais sin nunca non niet geen nooit \
    não nao nunca nie inte ej ingen inga ikke ingen ei älä ne nem yok etme не нет";

/// Stems of words for writing to somebody.
const WRITING: &str = "mail email contact kontakt contatt contat contacter contactar contacteren send sende envi invi anschreib schreib write \
    newsletter nieuwsbrief nyhetsbrev nyhedsbrev werbung publicit publicidad marketing bulk pitch disturb molest notify \
    wysył wysyla pisa skick lähet neposílat posíl писать связ контакт рассыл";

/// Words of other ways to reach a person, whose no is not about mail.
const CHANNELS: &str = "sms text texts mms phone phones call calls calling telephone telefon tel telefono teléfono téléphone appel anruf \
    anrufen fax whatsapp mobile handy postal postalisch brief letter cookie cookies photo foto image recording \
    push facebook linkedin postversand briefversand printversand faxversand smsversand postweg";

/// Words of texts that somebody accepted: such a yes is none to mail, and a no beside them still is one.
const POLICIES: &str = "policy terms agb conditions datenschutzerklärung";

/// Words of mail, beside which another way does not matter.
const MAIL: &str =
    "email emails mail mails courriel courriels correo correos newsletter newsletters sähköposti e";

/// Parts of a record about a wish that are filled in for everybody.
const LINKS: &str = "url link links token hash uuid guid key code page landing landingpage ip wording href template count topic topics themen sujets temas \
    counter number total anzahl nombre soft softbounce softbounces track tracking tracked modify checksum";

/// Words for why.
const WHY: &str = "reason reasons why grund gründe begründung motif motifs raison motivo motivi reden razón powód orsak årsag syy důvod \
    comment comments feedback причина 理由";

/// Words for when, or what tells of one who left: filled in only for those who did.
const WHEN: &str = "date at on time timestamp datetime datum am le el il fecha data dato päivä päivämäärä data dátum tarih дата since seit \
    zeit zeitpunkt heure hora ora campaign kampagne campagne title source quelle method by via id 日";

/// Words after which a consent's column is a record about it, not the consent itself.
const RECORD: &str = "date time timestamp datetime datum fecha data dato päivä päivämäärä dátum tarih дата zeit \
    zeitpunkt heure hora ora source quelle origine origen method methode form formular proof evidence nachweis version basis \
    grundlage base note notes bemerkung comment comments text expires expiry expiration type typ plan tier id name \
    names list lists count number language country preference preferences category categories topic topics frequency \
    agency agent manager team budget director department provider platform campaign officer lead desk title author autor auteur price preis prix precio \
    subscribers abonnenten abonnés versandart versandadresse adresse pk copies circulation 日";

/// What, behind "Mailing", is a part of a postal address: Salesforce's "Mailing City".
const POSTAL: &str = "address street city town state province stateprovince zip zipcode zippostalcode postal postalcode postcode county \
    country suburb region district latitude longitude geocode geocodeaccuracy pobox";

/// Small words that make a record of a consent only where the header ends in one: "Consented at", but
/// not "Consent to contact by e-mail".
const ENDINGS: &str = "at on am le el il since seit by via from until bis";

struct Stems {
    left: Vec<String>,
    banned: Vec<String>,
    complained: Vec<String>,
    dead: Vec<String>,
    inward: Vec<String>,
}

static STEMS: LazyLock<Stems> = LazyLock::new(|| Stems {
    left: keys(LEFT),
    banned: keys(BANNED),
    complained: keys(COMPLAINED),
    dead: keys(DEAD),
    inward: keys(IN),
});

static WITHDRAWN_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(WITHDRAWN));
static NEGATION_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(NEGATION));
static WRITING_STEMS: LazyLock<Vec<String>> = LazyLock::new(|| keys(WRITING));
static CHANNEL_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(CHANNELS));
static MAIL_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(MAIL));
static LINK_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(LINKS));
static WHY_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(WHY));
static WHEN_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(WHEN));
static RECORD_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(RECORD));
static ENDING_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(ENDINGS));
static POSTAL_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(POSTAL));
static POLICY_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| keys(POLICIES));

/// The lists above are written as people write; a header is compared as `key` writes it.
fn keys(list: &str) -> Vec<String> {
    list.split_whitespace().map(key).collect()
}

/// The words of a cell, as those of a header.
pub(crate) fn words_of(cell: &str) -> Vec<String> {
    words(cell)
}

/// What a header says about writing to the person; `None` where it says nothing.
pub(crate) fn wish(header: &str) -> Option<Wish> {
    let words = words(header);
    let joined = words.concat();
    let any = |list: &[String]| words.iter().any(|word| list.contains(word));
    if is_other_channel_of(&words) || any(&LINK_WORDS) || is_postal(&joined) {
        return None;
    }
    let stems = &*STEMS;
    if holds(&joined, &stems.dead) || (joined.contains("invalid") && words.len() == 1) {
        return Some(Wish::Dead);
    }
    // "Opt-in pending": whoever is not waiting has said yes, or nothing.
    if joined.contains("pending") {
        return None;
    }
    if ["emailvalid", "validemail", "emailvalidated", "deliverable"].contains(&joined.as_str()) {
        return Some(Wish::In);
    }
    if is_active(&words) || matches!(joined.as_str(), "ok" | "okay") {
        return Some(Wish::In);
    }
    let is_negated = is_negated(&words);
    let mut rest = joined.clone();
    let mut out = is_negated;
    for stem in [&stems.left, &stems.banned, &stems.complained]
        .into_iter()
        .flatten()
    {
        if rest.contains(stem.as_str()) {
            rest = rest.replace(stem.as_str(), " ");
            out = true;
        }
    }
    // "Subscriber" alone is a person: "Subscriber Name", "Subscriber ID".
    let mut inward = holds(&rest.replace("subscriber", " "), &stems.inward) && !is_negated;
    if inward && !out && any(&WITHDRAWN_WORDS) {
        (out, inward) = (true, false);
    }
    let is_record = any(&RECORD_WORDS)
        || any(&POLICY_WORDS)
        || words.last().is_some_and(|word| ENDING_WORDS.contains(word));
    match (out, inward) {
        // First: a date below such a header may be that of either.
        (true, true) if !any(&WITHDRAWN_WORDS) && words.iter().any(|word| is_yes_word(word)) => {
            Some(Wish::Both)
        }
        (true, _) if any(&WHY_WORDS) => Some(Wish::OutReason),
        (true, _) if words.len() > 1 && any(&WHEN_WORDS) => Some(Wish::OutAt),
        (true, _) => Some(Wish::Out),
        (false, true) if is_record => None,
        (false, true) => Some(Wish::In),
        (false, false) => None,
    }
}

/// The header is about calls, letters, cookies: a no there is none to mail.
pub(crate) fn is_other_channel(header: &str) -> bool {
    is_other_channel_of(&words(header))
}

fn is_other_channel_of(words: &[String]) -> bool {
    let any = |list: &[String]| words.iter().any(|word| list.contains(word));
    let is_direct_mail = words.windows(2).any(|pair| pair == ["direct", "mail"]);
    // In one word and in capitals it cannot be split: HASOPTEDOUTOFFAX.
    let is_in_one = matches!(words, [word] if ["fax", "sms", "call", "calls", "phone"].iter().any(|end| word.ends_with(end)));
    is_direct_mail || is_in_one || (any(&CHANNEL_WORDS) && !any(&MAIL_WORDS))
}

/// "Mailing City", or a count in one word: nothing that anybody wished.
fn is_postal(joined: &str) -> bool {
    let place = joined.strip_prefix("mailing").unwrap_or_default();
    POSTAL_WORDS.iter().any(|word| word == place) || joined.ends_with("bouncecount")
}

/// "Active", "Is active", "Aktiv": whoever is not is kept for the record, not to be written to.
fn is_active(words: &[String]) -> bool {
    const ACTIVE: [&str; 8] = [
        "active", "aktiv", "actif", "activo", "attivo", "actief", "ativo", "aktywny",
    ];
    let rest = words.strip_prefix(&["is".to_owned()]).unwrap_or(words);
    matches!(rest, [word] if ACTIVE.contains(&word.as_str()))
}

/// A header such as "Opt-in / Opt-out" names the yes by a word of its own, not only as the stem
/// within the no ("Newsletter unsubscribed").
fn is_yes_word(word: &str) -> bool {
    let rest = word.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(
        rest,
        "in" | "optin"
            | "optedin"
            | "subscribed"
            | "subscribe"
            | "angemeldet"
            | "abonne"
            | "abonniert"
            | "inscrit"
            | "suscrito"
            | "einwilligung"
            | "consent"
            | "iscritto"
            | "zustimmung"
    )
}

/// A word of negation with a word for writing close by: "Do not e-mail", "Keine Newsletter",
/// "Kontakta inte"; but neither "No. of mails" nor "Contact no."
fn is_negated(words: &[String]) -> bool {
    let is_writing = |word: &String| {
        WRITING_STEMS
            .iter()
            .any(|stem| word.starts_with(stem.as_str()))
    };
    words.iter().enumerate().any(|(at, word)| {
        if !NEGATION_WORDS.contains(word) {
            return false;
        }
        let behind = words.iter().skip(at + 1).take(4).any(is_writing);
        match word.as_str() {
            "no" | "non" | "sin" | "stop" | "avoid" => {
                words
                    .get(at + 1)
                    .is_some_and(|next| is_writing(next) || next == "more" || next == "e")
                    && behind
            }
            _ => behind || words.iter().take(at).rev().take(2).any(is_writing),
        }
    }) || words.concat().starts_with("donot")
        && words
            .iter()
            .any(|word| word.contains("mail") || word.contains("contact"))
}

fn holds(text: &str, stems: &[String]) -> bool {
    stems.iter().any(|stem| text.contains(stem.as_str()))
}

/// Why a yes in this column means no mail, as `OptOut::reason` has it.
pub(crate) fn reason(header: &str) -> &'static str {
    let joined = key(header);
    let stems = &*STEMS;
    if is_active(&words(header)) {
        "do-not-contact"
    } else if holds(&joined, &stems.complained) {
        "complained"
    } else if holds(&joined, &stems.dead) || joined.contains("valid") || joined.contains("deliver")
    {
        "bounced"
    } else if holds(&joined, &stems.inward)
        && [
            "cancel",
            "annul",
            "anulowan",
            "avslut",
            "afslut",
            "beendet",
            "gekundigt",
            "perutt",
        ]
        .iter()
        .any(|stem| joined.contains(stem))
        && !holds(&joined, &stems.banned)
    {
        // The person's own: "Canceló la suscripción".
        "unsubscribed"
    } else if holds(&joined, &stems.banned) || !holds(&joined, &stems.left) {
        "do-not-contact"
    } else {
        "unsubscribed"
    }
}

/// Why a no in this column, which names a yes, means no mail.
pub(crate) fn reason_of_yes(header: &str) -> &'static str {
    match reason(header) {
        "bounced" => "bounced",
        "do-not-contact" if is_active(&words(header)) => "do-not-contact",
        _ => "unsubscribed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(wanted: Option<Wish>, headers: &[&str]) {
        let wrong: Vec<_> = headers
            .iter()
            .filter(|header| wish(header) != wanted)
            .map(|header| (*header, wish(header)))
            .collect();
        assert!(wrong.is_empty(), "not {wanted:?}: {wrong:?}");
    }

    #[test]
    fn a_no_is_known_in_many_words() {
        all(
            Some(Wish::Out),
            &[
                "Opt-out",
                "Email Opt-Out",
                "Contact Opt-Out Status",
                "HasOptedOutOfEmail",
                "Do Not E-mail",
                "Don't email",
                "DoNotBulkEMail",
                "Do not allow Bulk Emails",
                "No emails please",
                "No newsletter",
                "No more mail",
                "Exclude from mailings",
                "Email Suppressions",
                "Suppression list",
                "Blocklisted?",
                "Never contact",
                "Newsletter abbestellt",
                "Abgemeldet",
                "Keine Werbung",
                "Keine E-Mails",
                "Nicht anschreiben",
                "Kein Newsletter",
                "Bitte nicht kontaktieren",
                "Werbesperre",
                "Einwilligung widerrufen",
                "Keine Einwilligung",
                "Désinscription",
                "Désabonné de la newsletter",
                "Ne pas contacter",
                "Ne plus contacter par mail ? pas de mail",
                "Consentement retiré",
                "Dado de baja",
                "No contactar",
                "No enviar correo",
                "Non contattare",
                "Disiscritto",
                "Consenso revocato",
                "Niet mailen",
                "Uitgeschreven",
                "Afgemeld",
                "Geen nieuwsbrief",
                "Não contatar",
                "Descadastrado",
                "Wypisany",
                "Nie kontaktować",
                "Avregistrerad",
                "Kontakta inte",
                "Frameldt",
                "Ikke kontakt",
                "Odhlášen",
                "Leiratkozott",
                "Отписан",
                "Не писать",
                "配信停止",
                "退订",
                "수신거부",
                "Spam complaint",
                "Consent withdrawn",
                "Permission revoked",
                "No consent",
                "Globally unsubscribed",
                "Unsubscribed from newsletter",
                "is_deleted",
                "Deactivated",
                "unsubscribed_from_all",
                "Privacy opt-out",
                "Datenschutz-Widerspruch",
                "Unsubscribed (privacy request)",
            ],
        );
    }

    #[test]
    fn a_yes_is_known_in_many_words() {
        all(
            Some(Wish::In),
            &[
                "Opt-in",
                "Marketing consent",
                "GDPR consent",
                "OK to email",
                "May we contact?",
                "Email Subscription Status",
                "Subscribed",
                "Newsletter",
                "Accepts Email Marketing",
                "Einwilligung",
                "Werbeeinwilligung (DSGVO)",
                "Consentement",
                "Inscrit",
                "Autorisation e-mail",
                "Consentimiento",
                "Suscrito",
                "Consenso",
                "Iscritto",
                "Toestemming",
                "Aangemeld",
                "Consentimento",
                "Zgoda marketingowa",
                "Samtycke",
                "Samtykke",
                "Suostumus",
                "Souhlas",
                "Hozzájárulás",
                "İzin",
                "Согласие",
                "同意",
                "동의",
                "Email permission",
                "Contactable",
            ],
        );
    }

    #[test]
    fn records_about_a_wish_are_told_from_it() {
        all(
            Some(Wish::OutAt),
            &[
                "Opt-out date",
                "unsubscribedAt",
                "UNSUB_TIME",
                "Abmeldedatum am",
                "Date de désinscription",
                "UNSUB_CAMPAIGN_TITLE",
                "Consent withdrawn on",
            ],
        );
        all(
            Some(Wish::OutReason),
            &[
                "Unsubscribe reason",
                "Abmeldung Grund",
                "Motif de désinscription",
                "UNSUB_REASON_OTHER reason",
            ],
        );
        all(
            Some(Wish::Dead),
            &[
                "Invalid email",
                "Email Bounced",
                "Hard Bounce",
                "Email address invalid",
                "Unzustellbar",
                "Bounced?",
            ],
        );
        all(
            Some(Wish::Both),
            &[
                "Opt-in / Opt-out",
                "Subscribed/Unsubscribed",
                "Opt-in/Opt-out date",
                "Einwilligung / Widerspruch",
            ],
        );
    }

    #[test]
    fn what_only_sounds_like_a_wish_is_none() {
        all(
            None,
            &[
                "Consent date",
                "Opt-in time",
                "GDPR consent source",
                "Unsubscribe link",
                "Unsubscribe URL",
                "Subscriber name",
                "Subscriber",
                "Subscriber ID",
                "SMS opt-in",
                "Do Not Call",
                "HasOptedOutOfFax",
                "Direct Mail Opt Out",
                "Cookie consent",
                "Soft bounce count",
                "bouncecount",
                "Mailing City",
                "Mailing State/Province",
                "MAILINGPOSTALCODE",
                "HASOPTEDOUTOFFAX",
                "Consent to track",
                "(Do Not Modify) Contact",
                "No. of contacts",
                "Contact No.",
                "Number of emails",
                "Email",
                "Contact",
                "Mail",
                "Marketing manager",
                "Newsletter name",
                "Privacy policy accepted",
                "Non-profit contact",
                "Country",
                "Notes",
                "Bounce count",
                "Legal basis for consent",
                "Consented at",
                "Einwilligung am",
                "Inscrit le",
                "Terms accepted",
            ],
        );
    }

    #[test]
    fn why_no_mail_goes_there_follows_from_the_header() {
        assert_eq!(reason("Newsletter abbestellt"), "unsubscribed");
        assert_eq!(reason("Do not contact"), "do-not-contact");
        assert_eq!(reason("Spam complaint"), "complained");
        assert_eq!(reason("Email valid"), "bounced");
        assert_eq!(
            (wish("Is active"), reason("Is active")),
            (Some(Wish::In), "do-not-contact")
        );
    }
}
