//! A share of each minute for every address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

const MINUTE: Duration = Duration::from_mins(1);
/// Addresses that are counted at a time: a flood from a whole network must not fill the memory.
const MOST: usize = 20_000;

pub(in crate::web::door) struct Rate {
    per_minute: u32,
    window: Mutex<Window>,
}

struct Window {
    since: Instant,
    counts: HashMap<IpAddr, u32>,
}

impl Rate {
    pub(in crate::web::door) fn new(per_minute: u32) -> Self {
        let window = Window {
            since: Instant::now(),
            counts: HashMap::new(),
        };
        Self {
            per_minute,
            window: Mutex::new(window),
        }
    }

    /// Counts a request, and tells whether there was room for it.
    pub(in crate::web::door) fn admits(&self, caller: IpAddr, now: Instant) -> bool {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(window.since) >= MINUTE {
            window.since = now;
            window.counts.clear();
        }
        if window.counts.len() >= MOST && !window.counts.contains_key(&caller) {
            // Uncounted rather than refused: else a flood from many addresses could shut out a no.
            return true;
        }
        let count = window.counts.entry(caller).or_insert(0);
        *count = count.saturating_add(1);
        *count <= self.per_minute
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use tokio::time::Instant;

    use super::{MINUTE, MOST, Rate};

    #[test]
    fn each_address_has_its_share_of_every_minute() {
        let rate = Rate::new(2);
        let now = Instant::now();
        let [one, other] = [1, 2].map(|last| IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)));
        let three = [one, one, one].map(|who| rate.admits(who, now));
        assert_eq!(three, [true, true, false]);
        assert!(rate.admits(other, now));
        assert!(rate.admits(one, now + MINUTE + MINUTE));
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory_and_shuts_nobody_out() {
        let rate = Rate::new(1);
        let now = Instant::now();
        for number in 0..u32::try_from(MOST).unwrap() + 500 {
            assert!(rate.admits(IpAddr::V4(Ipv4Addr::from_bits(number)), now));
        }
        assert_eq!(rate.window.lock().unwrap().counts.len(), MOST);
    }
}
