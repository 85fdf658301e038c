//! Asks a nameserver; what a rule makes of the answer is `domain`'s.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use crate::domain::dns::book::{Answer, Question};

/// For each try; a nameserver that is slower is as good as none.
const PATIENCE: Duration = Duration::from_secs(3);
const TRIES: usize = 2;

/// Whoever answers: the system's nameservers, or a given one.
pub struct Nameserver {
    resolver: TokioResolver,
    shown: String,
}

/// No answer came, as opposed to "there is nothing of that name".
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{server} does not answer: {why}")]
pub struct DnsTrouble {
    pub server: String,
    pub why: String,
}

impl Nameserver {
    /// The system's, from `/etc/resolv.conf`.
    ///
    /// # Errors
    /// The file cannot be used.
    pub fn of_system() -> Result<Self, DnsTrouble> {
        let shown = "the system's nameserver".to_owned();
        let built = TokioResolver::builder_tokio().and_then(|mut builder| {
            settle(builder.options_mut());
            builder.build()
        });
        Self::built(built, shown)
    }

    /// The one at this address, over UDP and, for long answers, TCP.
    ///
    /// # Errors
    /// The resolver cannot be made.
    pub fn at(address: SocketAddr) -> Result<Self, DnsTrouble> {
        let mut server = NameServerConfig::udp_and_tcp(address.ip());
        for connection in &mut server.connections {
            connection.port = address.port();
        }
        let config = ResolverConfig::from_name_servers(vec![server]);
        let runtime = TokioRuntimeProvider::default();
        let mut builder = TokioResolver::builder_with_config(config, runtime);
        settle(builder.options_mut());
        Self::built(builder.build(), format!("the nameserver {address}"))
    }

    fn built(built: Result<TokioResolver, NetError>, shown: String) -> Result<Self, DnsTrouble> {
        match built {
            Ok(resolver) => Ok(Self { resolver, shown }),
            Err(error) => Err(DnsTrouble {
                server: shown,
                why: error.to_string(),
            }),
        }
    }

    /// What DNS says; that there is nothing is an answer.
    ///
    /// # Errors
    /// The server is away or refuses.
    pub async fn answer(&self, question: &Question) -> Result<Answer, DnsTrouble> {
        Ok(match question {
            Question::Texts(name) => Answer::Texts(self.texts(name).await?),
            Question::Addresses(name) => {
                let mut found = Vec::new();
                for kind in [RecordType::A, RecordType::AAAA] {
                    found.extend(
                        self.ask(name, kind)
                            .await?
                            .iter()
                            .filter_map(RData::ip_addr),
                    );
                }
                Answer::Addresses(found)
            }
            Question::Exchangers(domain) => {
                let found = self.ask(domain, RecordType::MX).await?;
                Answer::Names(found.iter().filter_map(exchanger).collect())
            }
            Question::Names(address) => {
                let name = reverse_name(*address);
                let found = self.ask(&name, RecordType::PTR).await?;
                Answer::Names(found.iter().filter_map(name_of).collect())
            }
        })
    }

    /// The parts of one record belong together, without anything between them (RFC 7208, 3.3).
    async fn texts(&self, name: &str) -> Result<Vec<String>, DnsTrouble> {
        let found = self.ask(name, RecordType::TXT).await?;
        Ok(found
            .iter()
            .filter_map(|data| match data {
                RData::TXT(text) => {
                    let bytes: Vec<u8> = text
                        .txt_data
                        .iter()
                        .flat_map(|part| part.to_vec())
                        .collect();
                    Some(String::from_utf8_lossy(&bytes).into_owned())
                }
                _ => None,
            })
            .collect())
    }

    async fn ask(&self, name: &str, kind: RecordType) -> Result<Vec<RData>, DnsTrouble> {
        let Ok(name) = idna::domain_to_ascii(name) else {
            return Ok(Vec::new());
        };
        // With the dot at its end no search list is tried. A name that cannot exist has no records.
        let Ok(name) = Name::from_ascii(format!("{}.", name.trim_end_matches('.'))) else {
            return Ok(Vec::new());
        };
        match self.resolver.lookup(name, kind).await {
            Ok(found) => Ok(found
                .answers()
                .iter()
                .map(|record| record.data.clone())
                .collect()),
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(DnsTrouble {
                server: self.shown.clone(),
                why: error.to_string().chars().take(200).collect(),
            }),
        }
    }
}

impl fmt::Debug for Nameserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nameserver({})", self.shown)
    }
}

fn settle(options: &mut hickory_resolver::config::ResolverOpts) {
    options.timeout = PATIENCE;
    options.attempts = TRIES;
    // The world does not read our hosts file.
    options.use_hosts_file = ResolveHosts::Never;
}

fn exchanger(data: &RData) -> Option<String> {
    match data {
        RData::MX(mx) => Some(mx.exchange.to_ascii()),
        _ => None,
    }
}

fn name_of(data: &RData) -> Option<String> {
    match data {
        RData::PTR(name) => Some(name.0.to_ascii()),
        _ => None,
    }
}

/// `10.2.0.192.in-addr.arpa` (RFC 1035, section 3.5), `….ip6.arpa` (RFC 3596, section 2.5).
fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let nibbles: Vec<String> = address
                .octets()
                .iter()
                .rev()
                .flat_map(|byte| [byte & 15, byte >> 4])
                .map(|nibble| format!("{nibble:x}"))
                .collect();
            format!("{}.ip6.arpa", nibbles.join("."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::reverse_name;

    #[test]
    fn an_address_as_a_name() {
        assert_eq!(
            reverse_name("192.0.2.10".parse().unwrap()),
            "10.2.0.192.in-addr.arpa"
        );
        assert_eq!(
            reverse_name("2001:db8::567:89ab".parse().unwrap()),
            "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
        );
    }
}
