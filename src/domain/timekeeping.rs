//! What the programs that keep a machine's clock say about it.

/// Whether the clock follows a time server, as one of these programs sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Following {
    pub is_synchronised: bool,
    /// Milliseconds off the time server, where the program tells.
    pub off_by: Option<u32>,
}

/// From `timedatectl show --property=NTPSynchronized`; None: it says nothing about it.
pub fn of_timedatectl(said: &str) -> Option<Following> {
    let value = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("NTPSynchronized="))?;
    let is_synchronised = match value {
        "yes" => true,
        "no" => false,
        _ => return None,
    };
    Some(Following {
        is_synchronised,
        off_by: None,
    })
}

/// From `chronyc tracking`; None: it says nothing about it.
pub fn of_chrony(said: &str) -> Option<Following> {
    let field = |name: &str| {
        said.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            (known.trim() == name).then(|| value.trim())
        })
    };
    let leap = field("Leap status")?;
    let off_by = field("System time")
        .and_then(|value| value.split(' ').next())
        .and_then(millis);
    Some(Following {
        is_synchronised: !leap.eq_ignore_ascii_case("not synchronised"),
        off_by,
    })
}

/// `1.234567890` seconds.
fn millis(seconds: &str) -> Option<u32> {
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let whole: u32 = whole.parse().ok()?;
    whole.checked_mul(1000)?.checked_add(part.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_timedatectl_says() {
        let said = |text| of_timedatectl(text).map(|one| one.is_synchronised);
        assert_eq!(said("NTPSynchronized=yes\n"), Some(true));
        assert_eq!(said("NTPSynchronized=no\n"), Some(false));
        assert_eq!(said("System has not been booted with systemd"), None);
        assert_eq!(said(""), None);
    }

    #[test]
    fn what_chrony_says() {
        let said = "Reference ID    : CB007107 (ntp.example)\nStratum         : 3\n\
                    System time     : 1.204316111 seconds slow of NTP time\nLeap status     : Normal\n";
        let found = of_chrony(said).unwrap();
        assert_eq!((found.is_synchronised, found.off_by), (true, Some(1204)));
        let alone = said.replace("Normal", "Not synchronised");
        assert!(!of_chrony(&alone).unwrap().is_synchronised);
        assert_eq!(of_chrony("506 Cannot talk to daemon"), None);
    }
}
