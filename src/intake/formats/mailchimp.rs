//! Mailchimp: who left stands in files of their own, told apart by the file's name.

pub(crate) fn wrote(has: &dyn Fn(&str) -> bool) -> bool {
    has("leid") || has("euid") || has("memberrating") || (has("optintime") && has("confirmtime"))
}

/// The opt-out that the name of an export means for every row in it: `unsubscribed_…` and
/// `cleaned_…` (bounced). Taken from any file so named: a no is never too much.
pub(crate) fn opt_out_by_name(file_name: &str) -> Option<&'static str> {
    let name = file_name.to_lowercase();
    let starts = |word: &str| {
        name.strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    };
    if starts("unsubscribed") || starts("unsubscribes") {
        Some("unsubscribed")
    } else if starts("cleaned") {
        Some("bounced")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_name_says_no() {
        assert_eq!(
            opt_out_by_name("unsubscribed_members_export_1a2b.csv"),
            Some("unsubscribed")
        );
        assert_eq!(
            opt_out_by_name("cleaned_segment_export_1a2b.csv"),
            Some("bounced")
        );
        assert_eq!(opt_out_by_name("subscribed_members_export_1a2b.csv"), None);
        assert_eq!(opt_out_by_name("unsubscribedness.csv"), None);
    }
}
