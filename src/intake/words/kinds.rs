//! Words for what a contact is, in the files of other programs.

use crate::domain::contact::Kind;
use crate::intake::cell::{key, words};

const WORDS: &[(Kind, &str)] = &[
    (
        Kind::Media,
        "media journalist journalists journalistin press presse prensa print newspaper magazine online \
         zeitung zeitschrift zeitungen reporter editor editorial redaktion journaliste periodista revista periodico \
         newsdesk tageszeitung tageszeitungen wochenzeitung publikumszeitschrift fachzeitschrift daily weekly dailynewspaper \
         quotidien hebdomadaire diario semanario quotidiano settimanale dagblad dagstidning gazeta tradepress fachpresse website consumermagazine trademagazine national regional",
    ),
    (
        Kind::Freelance,
        "freelance freelancer freelancejournalist frei freierjournalist freiejournalistin freiermitarbeiter pigiste independant autonomo",
    ),
    (
        Kind::Broadcaster,
        "broadcaster broadcast tv radio television rundfunk fernsehen horfunk television podcast radioundtv tvradio radiotv",
    ),
    (
        Kind::Agency,
        "agency newsagency wire wireservice newswire agentur nachrichtenagentur agence agencedepresse agencia agenciadenoticias",
    ),
    (
        Kind::Blogger,
        "blogger blog influencer bloggerin blogueur bloguero creator",
    ),
    (
        Kind::Analyst,
        "analyst analysts analystin analyste analista",
    ),
    (
        Kind::Investor,
        "investor investors shareholder investorin anleger investisseur inversor",
    ),
    (
        Kind::Partner,
        "partner partners customer kunde client cliente",
    ),
    (
        Kind::PublicAffairs,
        "publicaffairs government politician politik regulator policy mp",
    ),
    (
        Kind::Internal,
        "internal employee staff intern mitarbeiter interne interno",
    ),
    (
        Kind::Unknown,
        "unknown other unbekannt autre otro person individual contact organization organisation household company people",
    ),
];

/// The kind that a cell names, if it names one: as a whole ("Freelance"), or by its words ("National
/// Newspaper") where these agree.
pub(crate) fn kind(cell: &str) -> Option<Kind> {
    let named = |key: &str| {
        WORDS
            .iter()
            .find(|(_, words)| words.split_whitespace().any(|word| word == key))
            .map(|(kind, _)| *kind)
    };
    named(&key(cell)).or_else(|| {
        let mut kinds: Vec<Kind> = words(cell)
            .iter()
            .filter_map(|word| named(word))
            .filter(|kind| *kind != Kind::Unknown)
            .collect();
        kinds.dedup();
        (kinds.len() == 1).then(|| kinds[0])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_known_by_its_own_word() {
        for expected in Kind::ALL {
            assert_eq!(kind(expected.as_str()), Some(expected));
        }
        assert_eq!(kind("Hörfunk"), Some(Kind::Broadcaster));
        assert_eq!(kind("National Newspaper"), Some(Kind::Media));
        assert_eq!(kind("Radio station"), Some(Kind::Broadcaster));
        assert_eq!(kind("Customer magazine"), None);
        assert_eq!(kind("Individual"), Some(Kind::Unknown));
        assert_eq!(kind("wizard"), None);
    }
}
