//! The mail's own words in the languages it can be read in.

use crate::domain::content::VersionKind;

/// What stands in the frame around a release.
pub(crate) struct Labels {
    pub(crate) media_contact: &'static str,
    pub(crate) or: &'static str,
    pub(crate) links: &'static str,
    pub(crate) attached: &'static str,
    pub(crate) credit: &'static str,
    pub(crate) source: &'static str,
    pub(crate) sent_by: &'static str,
    pub(crate) on_behalf_of: &'static str,
    pub(crate) optout: &'static str,
    pub(crate) translation: &'static str,
    pub(crate) forward_looking: &'static str,
    pub(crate) downloads: &'static str,
    pub(crate) tickers: &'static str,
    pub(crate) rehearsal: &'static str,
    pub(crate) test: &'static str,
}

impl Labels {
    /// By the names a template uses.
    pub(crate) fn entries(&self) -> [(&'static str, &'static str); 15] {
        [
            ("media_contact", self.media_contact),
            ("or", self.or),
            ("links", self.links),
            ("attached", self.attached),
            ("credit", self.credit),
            ("source", self.source),
            ("sent_by", self.sent_by),
            ("on_behalf_of", self.on_behalf_of),
            ("optout", self.optout),
            ("translation", self.translation),
            ("forward_looking", self.forward_looking),
            ("downloads", self.downloads),
            ("tickers", self.tickers),
            ("rehearsal", self.rehearsal),
            ("test", self.test),
        ]
    }
}

static ENGLISH: Labels = Labels {
    media_contact: "Media contact:",
    or: "or",
    links: "Links:",
    attached: "Attached:",
    credit: "Credit:",
    source: "Source:",
    sent_by: "Sent by",
    on_behalf_of: "on behalf of",
    optout: "Unsubscribe",
    translation: "This is a translation. The text in the original language prevails.",
    forward_looking: "Forward-looking statements",
    downloads: "Downloads:",
    tickers: "Ticker:",
    rehearsal: "REHEARSAL: this mail was not sent to the press.",
    test: "TEST: this mail is not for publication.",
};

static GERMAN: Labels = Labels {
    media_contact: "Pressekontakt:",
    or: "oder",
    links: "Links:",
    attached: "Im Anhang:",
    credit: "Foto:",
    source: "Quelle:",
    sent_by: "Gesendet von",
    on_behalf_of: "im Auftrag von",
    optout: "Abmelden",
    translation: "Dies ist eine Übersetzung. Maßgeblich ist der Text in der Originalsprache.",
    forward_looking: "Zukunftsgerichtete Aussagen",
    downloads: "Zum Herunterladen:",
    tickers: "Börsenkürzel:",
    rehearsal: "PROBE: Diese Mail ging nicht an die Presse.",
    test: "TEST: Diese Mail ist nicht zur Veröffentlichung bestimmt.",
};

static FRENCH: Labels = Labels {
    media_contact: "Contact presse\u{A0}:",
    or: "ou",
    links: "Liens\u{A0}:",
    attached: "Pièces jointes\u{A0}:",
    credit: "Crédit\u{A0}:",
    source: "Source\u{A0}:",
    sent_by: "Envoyé par",
    on_behalf_of: "au nom de",
    optout: "Se désinscrire",
    translation: "Ce texte est une traduction. Seule la version en langue originale fait foi.",
    forward_looking: "Déclarations prospectives",
    downloads: "À télécharger\u{A0}:",
    tickers: "Symbole boursier\u{A0}:",
    rehearsal: "RÉPÉTITION\u{A0}: ce message n’a pas été envoyé à la presse.",
    test: "TEST\u{A0}: ce message n’est pas destiné à la publication.",
};

static SPANISH: Labels = Labels {
    media_contact: "Contacto de prensa:",
    or: "o",
    links: "Enlaces:",
    attached: "Adjuntos:",
    credit: "Crédito:",
    source: "Fuente:",
    sent_by: "Enviado por",
    on_behalf_of: "en nombre de",
    optout: "Darse de baja",
    translation: "Este texto es una traducción. Prevalece el texto en el idioma original.",
    forward_looking: "Declaraciones prospectivas",
    downloads: "Para descargar:",
    tickers: "Símbolo bursátil:",
    rehearsal: "ENSAYO: este mensaje no se envió a la prensa.",
    test: "PRUEBA: este mensaje no es para publicar.",
};

pub(crate) fn primary(language: &str) -> String {
    let first = language.split(['-', '_']).next().unwrap_or_default();
    first.to_ascii_lowercase()
}

/// English where the language is not known.
pub(crate) fn labels(language: &str) -> &'static Labels {
    match primary(language).as_str() {
        "de" => &GERMAN,
        "fr" => &FRENCH,
        "es" => &SPANISH,
        _ => &ENGLISH,
    }
}

/// `rtl` for the languages written from right to left.
pub(crate) fn direction(language: &str) -> &'static str {
    match primary(language).as_str() {
        "ar" | "dv" | "fa" | "he" | "ku" | "ps" | "ur" | "yi" => "rtl",
        _ => "ltr",
    }
}

/// The word over a version that is not plain news. AP: a correction is called a correction, never
/// "clarifies" or "fixes".
pub(crate) fn banner(kind: VersionKind, language: &str) -> Option<&'static str> {
    let [en, de, fr, es] = match kind {
        VersionKind::Release => return None,
        VersionKind::Advisory => ["ADVISORY", "HINWEIS", "AVIS", "AVISO"],
        VersionKind::Update => ["UPDATE", "AKTUALISIERUNG", "MISE À JOUR", "ACTUALIZACIÓN"],
        VersionKind::Correction => ["CORRECTION", "BERICHTIGUNG", "RECTIFICATIF", "CORRECCIÓN"],
        VersionKind::Hold => ["HOLD", "SPERRUNG", "SUSPENSION", "SUSPENSIÓN"],
        VersionKind::Kill => ["KILL", "RÜCKZUG", "ANNULATION", "ANULACIÓN"],
    };
    Some(match primary(language).as_str() {
        "de" => de,
        "fr" => fr,
        "es" => es,
        _ => en,
    })
}

/// What opens the subject of a rehearsal and of a test mail.
pub(crate) fn marks(language: &str) -> [&'static str; 2] {
    match primary(language).as_str() {
        "de" => ["[PROBE] ", "[TEST] "],
        "fr" => ["[RÉPÉTITION] ", "[TEST] "],
        "es" => ["[ENSAYO] ", "[PRUEBA] "],
        _ => ["[REHEARSAL] ", "[TEST] "],
    }
}

/// A rendition for somebody who wants no attachments: the files are named as to be had, not as
/// being there.
pub fn on_request(language: &str, text: &str, html: &str) -> (String, String) {
    let attached = labels(language).attached;
    let instead = match primary(language).as_str() {
        "de" => "Auf Anfrage:",
        "fr" => "Sur demande\u{A0}:",
        "es" => "A petición:",
        _ => "On request:",
    };
    // The serializer of the HTML part writes a no-break space by its name.
    let named = |label: &str| label.replace('\u{A0}', "&nbsp;");
    let text = text.replacen(&format!("\n{attached}\n"), &format!("\n{instead}\n"), 1);
    let (old, new) = (named(attached), named(instead));
    let html = html.replacen(&format!(">{old}</p>"), &format!(">{new}</p>"), 1);
    (text, html)
}

/// The sentences that say why a person gets the mail and where the address comes from, for the
/// slot `reason` (GDPR art. 14(2)(f)). `list` is the list's name, `source` what was noted at import,
/// `notice` the address of the privacy notice, where this is the first mail to the person (art.
/// 14(3)(b), art. 21(4)).
pub fn reason(
    language: &str,
    list: Option<&str>,
    source: Option<&str>,
    notice: Option<&str>,
) -> String {
    let filled = |text: Option<&str>| {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let (list, source) = (filled(list), filled(source));
    let language = primary(language);
    let why = match (language.as_str(), list) {
        ("de", Some(list)) => format!(
            "Sie erhalten diese Mail, weil Sie auf unserem Presseverteiler „{list}“ stehen."
        ),
        ("de", None) => "Sie erhalten diese Mail als Kontakt unserer Pressestelle.".to_owned(),
        ("fr", Some(list)) => format!(
            "Vous recevez ce message car vous figurez sur notre liste de presse «\u{A0}{list}\u{A0}»."
        ),
        ("fr", None) => {
            "Vous recevez ce message en tant que contact de notre service de presse.".to_owned()
        }
        ("es", Some(list)) => {
            format!("Recibe este mensaje porque figura en nuestra lista de prensa «{list}».")
        }
        ("es", None) => {
            "Recibe este mensaje como contacto de nuestra oficina de prensa.".to_owned()
        }
        (_, Some(list)) => format!("You get this mail because you are on our media list “{list}”."),
        (_, None) => "You get this mail as a contact of our press office.".to_owned(),
    };
    let whence = source.map(|source| match language.as_str() {
        "de" => format!(" Ihre Adresse haben wir aus: {source}."),
        "fr" => format!(" Origine de votre adresse\u{A0}: {source}."),
        "es" => format!(" Origen de su dirección: {source}."),
        _ => format!(" We have your address from: {source}."),
    });
    let notice = notice.map(|url| match language.as_str() {
        "de" => format!(
            " Dies ist unsere erste Mail an Sie. Was wir über Sie speichern, warum, und wie Sie jederzeit widersprechen können: {url}"
        ),
        "fr" => format!(
            " Ceci est notre premier message. Quelles données nous conservons, pourquoi, et comment vous y opposer à tout moment\u{A0}: {url}"
        ),
        "es" => format!(
            " Este es nuestro primer mensaje. Qué datos guardamos, por qué, y cómo oponerse en cualquier momento: {url}"
        ),
        _ => format!(
            " This is our first mail to you. What we keep about you, why, and how to object at any time: {url}"
        ),
    });
    why + &whence.unwrap_or_default() + &notice.unwrap_or_default()
}
