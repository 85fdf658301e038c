//! What a person can say about a contact: the flags that `contact add` and `contact edit` share.

use crate::cli::contact::kind;
use crate::desk::people::attachment_wish::WISHES;
use crate::desk::people::contacts::ContactEdit;
use crate::domain::contact::Kind;

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "About the contact")]
pub struct Fields {
    /// Full name, as a mail addresses them
    #[arg(long)]
    name: Option<String>,
    #[arg(long, value_name = "NAME", help = "Given name")]
    given_name: Option<String>,
    #[arg(long, value_name = "NAME", help = "Family name")]
    family_name: Option<String>,
    /// Where they work
    #[arg(long)]
    outlet: Option<String>,
    /// What they are there, such as "Science editor"
    #[arg(long)]
    title: Option<String>,
    /// What they cover; may be given several times
    #[arg(long, value_name = "BEAT")]
    beat: Vec<String>,
    /// A word of yours; may be given several times
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only media, freelance, broadcaster, agency and blogger may ever get an advance copy
    #[arg(long, value_name = "KIND", value_parser = kind())]
    kind: Option<Kind>,
    /// Two letters, such as DE (ISO 3166)
    #[arg(long)]
    country: Option<String>,
    /// Such as de or pt-BR (BCP 47)
    #[arg(long)]
    language: Option<String>,
    /// Such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    #[arg(long, value_name = "NUMBER", help = "Telephone number")]
    phone: Option<String>,
    /// How they like files: attached (ok), as links, or none at all
    #[arg(long, value_name = "WISH", value_parser = clap::builder::PossibleValuesParser::new(WISHES))]
    attachments: Option<String>,
    /// Anything worth knowing; never leaves this house
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
}

impl Fields {
    pub(in crate::cli) fn edit(self) -> ContactEdit {
        ContactEdit {
            name: self.name,
            given_name: self.given_name,
            family_name: self.family_name,
            outlet: self.outlet,
            title: self.title,
            kind: self.kind,
            country: self.country,
            language: self.language,
            time_zone: self.time_zone,
            phone: self.phone,
            notes: self.notes,
            attachments: self.attachments,
            add_beats: self.beat,
            add_tags: self.tag,
            ..ContactEdit::default()
        }
    }
}
