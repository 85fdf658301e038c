//! Google Contacts, old (`Given Name`, `Group Membership`) and new (`First Name`, `Labels`).

pub(crate) fn wrote(has: &dyn Fn(&str) -> bool) -> bool {
    has("email1value") && (has("groupmembership") || has("labels"))
}

/// `* myContacts`, `* starred`: groups that Google makes itself and that say nothing of the person.
pub(crate) fn is_system_group(label: &str) -> bool {
    label.starts_with("* ")
}
