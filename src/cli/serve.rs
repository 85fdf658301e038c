//! `dateline serve`.

use std::net::SocketAddr;

use crate::cli::context::Context;
use crate::cli::signal::Stop;
use crate::desk::problem::{Exit, Problem};
use crate::web::door::{Door, Manners, PATIENCE};
use crate::web::files;
use crate::web::unsubscribe;

/// Serve the opt-out page that mails link to, behind your https proxy
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline serve                            on [serve] listen, by default 127.0.0.1:8027
  dateline serve --listen 127.0.0.1:9000
  curl -d List-Unsubscribe=One-Click http://127.0.0.1:8027/u/TOKEN

It takes the one click of mail programs (RFC 8058) and shows people a page with one button. Opening
the page changes nothing, so link scanners opt nobody out. Mails carry the link once [unsubscribe]
base_url names the page's public https address. It also hands out the files that mails link to,
below the path of [newsroom] files_url, once they were sent. Ctrl-C or SIGTERM ends it when the answers under way
are given.

Exit codes: 1 the address cannot be listened on, 78 a key is missing, 130 or 143 stopped by a signal.")]
pub struct Serve {
    /// Address and port to listen on; port 0: any free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let mut stop = Stop::listen();
        let desk = context.desk().await?;
        let config = context.config()?;
        let listen = self.listen.unwrap_or(config.serve.listen);
        let pages = unsubscribe::pages(desk.clone())?.merge(files::files(desk));
        let door = Door::open(listen)
            .await
            .map_err(|error| closed(listen, &error))?;
        let address = door.address();
        if context.output.is_json() {
            context
                .output
                .json(&serde_json::json!({ "http": format!("http://{address}") }));
        } else {
            context
                .output
                .line(format!("Serving at http://{address} (Ctrl-C ends it)"));
        }
        if config.unsubscribe.base_url.is_none() {
            context.output.warn("mails link to no page yet: set [unsubscribe] base_url in config.toml to the public https address of this one");
        }
        if !address.ip().is_loopback() {
            context.output.warn(format!("{address} can be reached from other machines without encryption: put an https proxy before it, and let it listen on 127.0.0.1"));
        }
        let manners = Manners {
            trusted_proxies: config.serve.trusted_proxies,
            requests_per_minute: config.serve.requests_per_minute,
            patience: PATIENCE,
        };
        door.serve(pages, manners, stop.asked.clone())
            .await
            .map_err(|error| closed(listen, &error))?;
        Ok(stop.wait().await)
    }
}

fn closed(listen: SocketAddr, error: &std::io::Error) -> Problem {
    Problem::new(
        Exit::Failed,
        "listen",
        format!("the page cannot be served at {listen}: {error}"),
    )
    .hint("choose another address with --listen or [serve] listen in config.toml")
}
