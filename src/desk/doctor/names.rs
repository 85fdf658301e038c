//! DNS: whether the world lets our server speak for us, and can verify what we sign.

use std::net::IpAddr;

use crate::config::Config;
use crate::config::keys::smtp::{Preset, Transport};
use crate::desk::Desk;
use crate::desk::doctor::Asked;
use crate::desk::letter::compose::bare_address;
use crate::desk::opening::open::Setup;
use crate::desk::opening::signing::signing;
use crate::domain::address;
use crate::domain::dns::book::{Book, Question};
use crate::domain::dns::dmarc::Identities;
use crate::domain::dns::sender::{Server, is_private};
use crate::domain::dns::spf::{SpfFault, Stop, Walk};
use crate::domain::dns::{dkim, dmarc, reverse, sender, spf};
use crate::domain::health::Finding;
use crate::mail::dkim::Signer;
use crate::mail::dns::{DnsTrouble, Nameserver};
use crate::store::health;

/// Domains of senders that are looked at.
const MOST_DOMAINS: usize = 10;
/// Addresses of one server that are looked at.
const MOST_ADDRESSES: usize = 4;
/// A record that asks for more is wrong, and a rule of ours that does, too.
const MOST_QUESTIONS: usize = 200;

pub(in crate::desk::doctor) async fn look(
    setup: &Setup,
    desk: Option<&Desk>,
    asked: Asked,
) -> Vec<Finding> {
    let config = &setup.config;
    let is_live = config.smtp.transport == Transport::Smtp;
    if !asked.smtp && !is_live && asked.nameserver.is_none() {
        let found = "SPF, DKIM, DMARC and PTR were not looked up, as nothing is sent yet";
        return vec![Finding::not_asked(
            "dns.spf",
            found,
            "dateline doctor --smtp",
        )];
    }
    let nameserver = match asked.nameserver {
        Some(address) => Nameserver::at(address),
        None => Nameserver::of_system(),
    };
    let looked = match nameserver {
        Ok(nameserver) => {
            let mut library = Library {
                nameserver,
                book: Book::default(),
            };
            let mut findings = Vec::new();
            let done = all(setup, desk, &mut library, &mut findings).await;
            done.map_err(|trouble| (findings.clone(), trouble))
                .map(|()| findings)
        }
        Err(trouble) => Err((Vec::new(), trouble)),
    };
    looked.unwrap_or_else(|(mut findings, trouble)| {
        findings.push(Finding::problem(
            "dns.nameserver",
            trouble.to_string(),
            "without names neither the mail server nor our records can be found",
            "see /etc/resolv.conf, or ask another one: dateline doctor --nameserver 9.9.9.9",
        ));
        findings
    })
}

/// Answers that were given, and whoever gives more.
struct Library {
    nameserver: Nameserver,
    book: Book,
}

impl Library {
    /// Lets a rule judge, asking whatever it lacks.
    async fn settle<T>(
        &mut self,
        rule: impl Fn(&Book) -> Result<T, Question>,
    ) -> Result<T, DnsTrouble> {
        for _ in 0..MOST_QUESTIONS {
            match rule(&self.book) {
                Ok(judged) => return Ok(judged),
                Err(question) => {
                    let answer = self.nameserver.answer(&question).await?;
                    self.book.write(question, answer);
                }
            }
        }
        Err(DnsTrouble {
            server: "DNS".to_owned(),
            why: "the records ask for more and more of others".to_owned(),
        })
    }

    async fn walk(
        &mut self,
        domain: &str,
        server: IpAddr,
    ) -> Result<Result<Walk, SpfFault>, DnsTrouble> {
        self.settle(|book| match spf::walk(book, domain, server) {
            Ok(walk) => Ok(Ok(walk)),
            Err(Stop::Fault(fault)) => Ok(Err(fault)),
            Err(Stop::Need(question)) => Err(question),
        })
        .await
    }
}

async fn all(
    setup: &Setup,
    desk: Option<&Desk>,
    library: &mut Library,
    findings: &mut Vec<Finding>,
) -> Result<(), DnsTrouble> {
    let config = &setup.config;
    let signer = signing(config).ok().flatten();
    let senders = senders(config, desk).await;
    let addresses = server_addresses(config, library, findings).await?;
    let mut domains: Vec<&str> = senders.iter().map(|one| one.envelope.as_str()).collect();
    domains.sort_unstable();
    domains.dedup();
    for domain in domains {
        if let Some(host) = &config.smtp.host {
            findings.extend(worst_spf(config, host, domain, &addresses, library).await?);
        }
        findings.push(
            library
                .settle(|book| reverse::takes_mail(book, domain))
                .await?,
        );
    }
    findings.push(match &signer {
        Some(signer) => signature(signer, library).await?,
        None => Finding::not_asked(
            "dns.dkim",
            "[dkim] names no key: your provider signs, or nobody does",
            "look for dkim=pass in the Authentication-Results of a test mail",
        ),
    });
    for one in &senders {
        let mail = Identities {
            from: &one.from,
            envelope: &one.envelope,
            signature: signer.as_ref().map(|signer| signer.domain()),
        };
        findings.extend(library.settle(|book| dmarc::judge(book, mail)).await?);
    }
    // A provider's own servers are its own affair.
    let is_ours = config.smtp.preset == Some(Preset::Relay);
    if config.smtp.preset.is_none() || is_ours {
        for address in addresses.into_iter().filter(|one| !is_private(*one)) {
            findings.push(
                library
                    .settle(|book| reverse::judge(book, address, is_ours))
                    .await?,
            );
        }
    }
    Ok(())
}

/// The domains of one way to write: what people see, and where bounces go.
struct Sender {
    from: String,
    envelope: String,
}

/// Of the newsroom, of those who may be chosen, and of organizations.
async fn senders(config: &Config, desk: Option<&Desk>) -> Vec<Sender> {
    let mut headers = vec![config.newsroom.from.clone()];
    headers.extend(config.newsroom.senders.iter().cloned());
    if let Some(desk) = desk {
        // That the database cannot be read is told elsewhere.
        headers.extend(
            health::from_headers(desk.store.db())
                .await
                .unwrap_or_default(),
        );
    }
    let bounces = config.smtp.bounce_address.as_deref().and_then(domain);
    let mut senders: Vec<Sender> = Vec::new();
    for from in headers.iter().filter_map(|header| domain(header)) {
        if senders.len() < MOST_DOMAINS && !senders.iter().any(|known| known.from == from) {
            senders.push(Sender {
                envelope: bounces.clone().unwrap_or_else(|| from.clone()),
                from,
            });
        }
    }
    senders
}

fn domain(header: &str) -> Option<String> {
    // A placeholder for the token stands in the local part.
    let bare = bare_address(header).replace("{token}", "token");
    let parsed = address::parse(&bare).ok()?;
    idna::domain_to_ascii(parsed.domain()).ok()
}

async fn server_addresses(
    config: &Config,
    library: &mut Library,
    findings: &mut Vec<Finding>,
) -> Result<Vec<IpAddr>, DnsTrouble> {
    let Some(host) = &config.smtp.host else {
        let found = "[smtp] names no host, so that SPF cannot be judged";
        let how = "set [smtp] host in config.toml";
        findings.push(Finding::not_asked("dns.spf", found, how));
        return Ok(Vec::new());
    };
    if let Ok(address) = host.parse() {
        return Ok(vec![address]);
    }
    if host.eq_ignore_ascii_case("localhost") {
        return Ok(vec![IpAddr::from([127, 0, 0, 1])]);
    }
    let mut addresses = library
        .settle(|book| book.addresses(host).map(<[_]>::to_vec))
        .await?;
    addresses.truncate(MOST_ADDRESSES);
    if addresses.is_empty() {
        findings.push(Finding::problem(
            "dns.server",
            format!("there is no address for {host}"),
            "nothing can be sent to a server that is not found",
            "mend [smtp] host in config.toml",
        ));
    }
    Ok(addresses)
}

/// Of several addresses of one server the one that stands worst.
async fn worst_spf(
    config: &Config,
    host: &str,
    domain: &str,
    addresses: &[IpAddr],
    library: &mut Library,
) -> Result<Option<Finding>, DnsTrouble> {
    let mut worst: Option<Finding> = None;
    for address in addresses {
        let server = Server {
            name: host,
            address: *address,
            include: include(config.smtp.preset),
            is_ours: config.smtp.preset == Some(Preset::Relay),
        };
        let walk = library.walk(domain, *address).await?;
        let finding = sender::judge(domain, server, &walk);
        if worst
            .as_ref()
            .is_none_or(|known| known.state < finding.state)
        {
            worst = Some(finding);
        }
    }
    Ok(worst)
}

/// The record that a provider wants in its customers' SPF.
fn include(preset: Option<Preset>) -> Option<&'static str> {
    match preset? {
        Preset::M365 => Some("spf.protection.outlook.com"),
        Preset::Workspace => Some("_spf.google.com"),
        Preset::Ses => Some("amazonses.com"),
        Preset::Relay => None,
    }
}

async fn signature(signer: &Signer, library: &mut Library) -> Result<Finding, DnsTrouble> {
    let name = signer.record_name();
    let key = signer.public_key();
    library
        .settle(|book| Ok(dkim::judge(&name, book.texts(&name)?, &key)))
        .await
}
