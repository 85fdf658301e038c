//! Words for what a contact is, in the files of other programs.

use crate::domain::contact::Kind;
use crate::intake::cell::key;

const WORDS: &[(Kind, &str)] = &[
    (
        Kind::Media,
        "media journalist journalists journalistin press presse prensa print newspaper magazine online \
         zeitung zeitschrift zeitungen reporter editor editorial redaktion journaliste periodista revista periodico \
         newsdesk tradepress fachpresse website consumermagazine trademagazine national regional",
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
    (Kind::Unknown, "unknown other unbekannt autre otro"),
];

/// The kind that a cell names, if it names one.
pub(crate) fn kind(cell: &str) -> Option<Kind> {
    let key = key(cell);
    WORDS
        .iter()
        .find(|(_, words)| words.split_whitespace().any(|word| word == key))
        .map(|(kind, _)| *kind)
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
        assert_eq!(kind("wizard"), None);
    }
}
