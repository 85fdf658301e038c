//! Whose request it is, behind the proxies that we believe.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;

/// The address that is counted. Each trusted proxy has written one entry at the right end of
/// X-Forwarded-For; what stands further left was written by the caller, who may write anything.
pub(in crate::web::door) fn caller(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted_proxies: usize,
) -> IpAddr {
    let mut entries: Vec<&str> = Vec::new();
    for value in headers.get_all("x-forwarded-for") {
        // A value that is no text cannot be skipped: the count from the right would be wrong.
        entries.extend(value.to_str().unwrap_or("?").split(','));
    }
    let mut found = peer;
    for entry in entries.iter().rev().take(trusted_proxies) {
        match read(entry.trim()) {
            Some(address) => found = address,
            // Whoever wrote this cannot be believed, nor anything left of it.
            None => break,
        }
    }
    whole(found)
}

/// With or without a port: `192.0.2.1`, `192.0.2.1:99`, `[2001:db8::1]:99`.
fn read(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<std::net::SocketAddr>() {
        return Some(address.ip());
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6)
}

/// A household of IPv6 has a network of /64; an address alone would be a share for each of its 2^64.
fn whole(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use axum::http::{HeaderMap, HeaderValue};

    use super::caller;

    fn seen(lines: &[&str], trusted: usize) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            headers.append("x-forwarded-for", value);
        }
        let peer: IpAddr = "127.0.0.1".parse().unwrap();
        caller(peer, &headers, trusted).to_string()
    }

    #[test]
    fn only_what_our_proxies_wrote_is_believed() {
        let forged = ["6.6.6.6, 192.0.2.9"];
        assert_eq!(seen(&forged, 0), "127.0.0.1");
        assert_eq!(seen(&forged, 1), "192.0.2.9");
        assert_eq!(seen(&forged, 2), "6.6.6.6");
        assert_eq!(seen(&["6.6.6.6", "192.0.2.9"], 1), "192.0.2.9");
        assert_eq!(seen(&[], 1), "127.0.0.1");
        assert_eq!(seen(&["192.0.2.9"], 5), "192.0.2.9");
    }

    #[test]
    fn nonsense_is_no_address() {
        assert_eq!(seen(&["192.0.2.9, nonsense"], 1), "127.0.0.1");
        assert_eq!(seen(&["6.6.6.6, nonsense, 192.0.2.9"], 3), "192.0.2.9");
        assert_eq!(seen(&["", ",,"], 1), "127.0.0.1");
        assert_eq!(seen(&["6.6.6.6", "é"], 1), "127.0.0.1");
    }

    #[test]
    fn ports_and_networks() {
        assert_eq!(seen(&["192.0.2.9:4711"], 1), "192.0.2.9");
        assert_eq!(seen(&["[2001:db8::1]:4711"], 1), "2001:db8::");
        assert_eq!(seen(&["2001:db8:1:2:3:4:5:6"], 1), "2001:db8:1:2::");
        assert_eq!(seen(&["::ffff:192.0.2.9"], 1), "192.0.2.9");
    }

    proptest::proptest! {
        #[test]
        fn no_header_panics(bytes in proptest::collection::vec(32_u8..=126, 0..80), trusted in 0_usize..6) {
            seen(&[std::str::from_utf8(&bytes).unwrap()], trusted);
        }
    }
}
