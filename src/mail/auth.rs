//! Logs in: PLAIN, LOGIN or XOAUTH2, by hand, and never lets the secret out in an error.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};

use crate::mail::envelope::Offers;
use crate::mail::outcome::Reply;
use crate::mail::route_problem::Trouble;
use crate::mail::transport::Auth;
use crate::mail::wire::talk::{Break, Talk};

/// The caller has seen to it that the connection is encrypted or stays on this machine.
pub(crate) async fn log_in(talk: &mut Talk, offers: &Offers, auth: &Auth) -> Result<(), Trouble> {
    let offered = |mechanism: &str| offers.auth.iter().any(|name| name == mechanism);
    let (answer, secret) = match auth {
        Auth::None => return Ok(()),
        Auth::Password { username, password } => {
            let answer = if offered("PLAIN") {
                plain(talk, username, password).await
            } else if offered("LOGIN") {
                login(talk, username, password).await
            } else {
                return Err(no_way(offers));
            };
            (answer, password)
        }
        Auth::OAuth2 { username, token } if offered("XOAUTH2") => {
            (xoauth2(talk, username, token).await, token)
        }
        Auth::OAuth2 { .. } => return Err(no_way(offers)),
    };
    match answer {
        Ok(reply) if reply.code == 235 => Ok(()),
        Ok(reply) | Err(Break::Closing(reply)) if reply.code == 421 => {
            Err(Trouble::Closing(without(reply, secret)))
        }
        // RFC 4954, section 6: 454 is a failure of theirs, and 4xx anyway "not now".
        Ok(reply) | Err(Break::Closing(reply)) if reply.is_transient() => {
            Err(Trouble::Greeting(without(reply, secret)))
        }
        Ok(reply) | Err(Break::Closing(reply)) => Err(Trouble::Login(without(reply, secret))),
        Err(Break::Timeout) => Err(Trouble::Timeout("the login")),
        Err(Break::Broken(why)) => Err(Trouble::Dropped(why)),
    }
}

/// RFC 4616: identity, user name and password in one line.
async fn plain(talk: &mut Talk, user: &str, password: &SecretString) -> Result<Reply, Break> {
    let words = STANDARD.encode(format!("\0{user}\0{}", password.expose_secret()));
    talk.ask(&format!("AUTH PLAIN {words}\r\n")).await
}

/// Never standardized, but all that some servers offer: user name, then password, whatever the
/// questions say.
async fn login(talk: &mut Talk, user: &str, password: &SecretString) -> Result<Reply, Break> {
    let mut reply = talk.ask("AUTH LOGIN\r\n").await?;
    for words in [user, password.expose_secret()] {
        if reply.code != 334 {
            break;
        }
        let words = STANDARD.encode(words);
        reply = talk.ask(&format!("{words}\r\n")).await?;
    }
    Ok(reply)
}

/// Google's and Microsoft's way; a refusal comes as a challenge that wants an empty answer.
async fn xoauth2(talk: &mut Talk, user: &str, token: &SecretString) -> Result<Reply, Break> {
    let token = token.expose_secret();
    let words = STANDARD.encode(format!("user={user}\x01auth=Bearer {token}\x01\x01"));
    let reply = talk.ask(&format!("AUTH XOAUTH2 {words}\r\n")).await?;
    if reply.code != 334 {
        return Ok(reply);
    }
    match talk.ask("\r\n").await {
        // The challenge was the refusal; a server that then hangs up takes nothing of it back.
        Err(Break::Broken(_) | Break::Timeout) => Ok(Reply::new(334, ["the token was refused"])),
        answer => answer,
    }
}

fn no_way(offers: &Offers) -> Trouble {
    let text = if offers.auth.is_empty() {
        "5.7.4 the server offers no login on this connection".to_owned()
    } else {
        format!("5.7.4 the server offers only {}", offers.auth.join(", "))
    };
    Trouble::Login(Reply::new(504, [text.as_str()]))
}

/// A server may repeat what it was given, as it is or as the login encodes it.
fn without(mut reply: Reply, secret: &SecretString) -> Reply {
    let secret = secret.expose_secret();
    let holds = |text: &[u8]| {
        let parts = &mut text.windows(secret.len().max(1));
        !secret.is_empty() && parts.any(|part| part == secret.as_bytes())
    };
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let mut words = reply.text.split(|c| !is_base64(c));
    if holds(reply.text.as_bytes())
        || words.any(|word| STANDARD.decode(word).is_ok_and(|bytes| holds(&bytes)))
    {
        "(not shown)".clone_into(&mut reply.text);
    }
    reply
}
