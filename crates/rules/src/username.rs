//! The name to sign in with: at most one thing is said about each.

use maillint_model::{AccountKind, Auth, Change, Origin, Side};

use crate::case::{normal_host, split_address};
use crate::{Case, Draft, Slot, facts, host, hostname, words};

/// What is wrong with a user name. One rule says each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// There is none.
    Missing,
    /// There is something around it; without, it would be this.
    Wrapped(String),
    /// It is a part of the address that the house asks for.
    Short,
    /// The address with another sign in place of the @.
    Separator,
    /// A slip of the fingers away from the address.
    Typo,
    /// The address of another domain.
    OtherDomain,
    /// No form that the house knows.
    NotExpected,
    /// Not the form that the provider publishes, which would be this.
    NotPublished(String),
}

/// What is wrong with a server's user name.
pub(crate) fn fault(case: &Case<'_>, slot: &Slot<'_>) -> Option<Fault> {
    slot.faults.username.get_or_init(|| find_fault(case, slot)).clone()
}

fn find_fault(case: &Case<'_>, slot: &Slot<'_>) -> Option<Fault> {
    let setting = &slot.server.username;
    // One that is not used is not judged.
    if matches!(slot.server.auth.get(), Some(Auth::None | Auth::PopBeforeSmtp)) {
        return None;
    }
    let name = setting.text()?;
    // A name taken over from the incoming server is judged there, but some providers ask for another to send.
    if slot.side == Side::Outgoing && setting.origin() == Origin::Inherited {
        let is_right_there = case.slot(Side::Incoming).is_some_and(|incoming| fault(case, incoming).is_none());
        return if is_right_there && slot.provider.is_some() { published(slot, name) } else { None };
    }
    if name.trim().is_empty() {
        let is_stated = setting.origin() == Origin::Written && slot.server.auth.get().is_some();
        return (is_stated && case.account.kind != AccountKind::Provisioning).then_some(Fault::Missing);
    }
    if let Some(bare) = unwrapped(name) {
        return Some(Fault::Wrapped(bare));
    }
    if slot.host().is_some_and(|host| facts::is_relay(&host)) {
        return None;
    }
    if slot.is_house_username(name) == Some(true) {
        return None;
    }
    let is_known = case.addresses().whole.contains(&name.to_ascii_lowercase());
    if is_known && slot.offer.is_none() {
        return published(slot, name);
    }
    if slot.provider.is_some() {
        return published(slot, name);
    }
    let expected = slot.is_house_username(name);
    let Some(address) = slot.address else { return (expected == Some(false)).then_some(Fault::NotExpected) };
    let wants_address = suggested(slot).is_some_and(|to| to.contains('@'));
    match split_address(name) {
        None if expected == Some(false) && wants_address => {
            let is_local = name.eq_ignore_ascii_case(address.local);
            let parted = !is_local && name.contains(['+', '%', '\\', '/', '=']);
            // A provider may have given it out: nobody makes up `wp12345-anna`.
            let is_given_out = !is_local && case.is_elsewhere(slot);
            Some(match () {
                () if parted => Fault::Separator,
                () if is_given_out => Fault::NotExpected,
                () => Fault::Short,
            })
        }
        Some(user) if wants_address || expected.is_none() => {
            let own = format!("{}@{}", address.local, address.domain).to_lowercase();
            let domain = normal_host(user.domain);
            let is_known_domain = case.addresses().domains.contains(&domain);
            // The server's own name behind the @ is no mail domain, unless it is one that somebody has registered.
            let of_host = slot.host().is_some_and(|name| {
                host::registrable(&domain) == Some(&domain) && name == domain
                    || host::is_related(&name, &domain) && name != domain
            });
            if is_known {
                None
            } else if is_slip(&name.to_lowercase(), &own) {
                Some(Fault::Typo)
            } else if is_known_domain || of_host {
                // Another mailbox of the same house: one mailbox, several addresses.
                None
            } else {
                (slot.offer.is_some()).then_some(Fault::OtherDomain)
            }
        }
        _ => (expected == Some(false)).then_some(Fault::NotExpected),
    }
}

/// One slip in either half, not in both. A digit more or less is another mailbox.
fn is_slip(name: &str, own: &str) -> bool {
    let (Some((local, domain)), Some((own_local, own_domain))) = (name.rsplit_once('@'), own.rsplit_once('@')) else {
        return false;
    };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let local_slip = own_local.chars().count() >= 4
        && local.len() <= 255
        && digits(local) == digits(own_local)
        && strsim::damerau_levenshtein(local, own_local) == 1;
    (domain == own_domain && local_slip) || (local == own_local && hostname::is_typo(domain, own_domain))
}

/// Whether the form is the one that the provider publishes, as far as forms tell.
fn published(slot: &Slot<'_>, name: &str) -> Option<Fault> {
    let address = slot.address?;
    let host = slot.host();
    let here: Vec<_> = slot
        .published_servers()
        .filter(|published| host.as_ref().is_some_and(|host| published.is_on(host, slot.address)))
        .collect();
    // Another form is a finding only where all that is published for this host agrees on one.
    let form = here.first()?.username?;
    if here.iter().any(|published| published.names(name, slot.address) != Some(false)) {
        return None;
    }
    let expected = crate::policy::Pattern::parse(form).ok()?.expand(Some(address))?;
    (expected.contains('@') != name.contains('@')).then_some(Fault::NotPublished(expected))
}

/// The name without what was pasted along; `None` where there is nothing around it.
fn unwrapped(name: &str) -> Option<String> {
    let trimmed = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}' | '\u{2060}'));
    let bare = trimmed.get(.."mailto:".len()).filter(|head| head.eq_ignore_ascii_case("mailto:"));
    let bare = bare.map_or(trimmed, |head| &trimmed[head.len()..]);
    let bare = bare.strip_prefix('<').and_then(|bare| bare.strip_suffix('>')).unwrap_or(bare);
    let bare = if bare.contains('@') { bare.trim_end_matches(['.', ',', ';']) } else { bare };
    let bare = if bare.contains('@') { bare.replace(char::is_whitespace, "") } else { bare.to_owned() };
    (bare != name && !bare.is_empty()).then_some(bare)
}

/// The name to suggest: the first form of the house that says one, or the published one.
pub(crate) fn suggested(slot: &Slot<'_>) -> Option<String> {
    slot.offer?.usernames.iter().find_map(|pattern| pattern.expand(slot.address))
}

/// What a rule says about a user name: the sentence, the place, the change.
pub(crate) fn draft(case: &Case<'_>, slot: &Slot<'_>, to: Option<String>) -> Draft {
    let server = words::server(slot.side);
    let now = slot.server.username.text().unwrap_or_default();
    let now = if now.trim().is_empty() { "empty".to_owned() } else { format!("\"{now}\"") };
    let message = match &to {
        Some(to) => format!("the user name of the {server} is {now}, it should be {to}"),
        None => format!("the user name of the {server} is {now}"),
    };
    let draft = Draft::new(&slot.subject, message)
        .label(case.label(&slot.server.username, format!("{} signs in with this name", case.client())))
        .on(&slot.server.username);
    match to {
        Some(to) => draft.expected(&to).change(Change::Username { side: slot.side, to }),
        None => draft.advice(format!("Ask your provider for the user name of the {server}, and set that.")),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_slip, unwrapped};

    #[test]
    fn what_was_pasted_along_is_taken_off() {
        for pasted in [
            " anna@example.org",
            "anna@example.org\u{A0}",
            "mailto:anna@example.org",
            "<anna@example.org>",
            "anna@example.org.",
            "anna @example.org",
        ] {
            assert_eq!(unwrapped(pasted).as_deref(), Some("anna@example.org"), "{pasted:?}");
        }
        for clean in ["anna@example.org", "anna", "anna berta", "OFFICE\\anna"] {
            assert_eq!(unwrapped(clean), None, "{clean}");
        }
    }

    #[test]
    fn slips_are_told_from_other_people() {
        assert!(is_slip("ana@example.org", "anna@example.org"));
        assert!(is_slip("anna@exmaple.org", "anna@example.org"));
        for other in ["anna2@example.org", "hanna@example.net", "info@example.org", "anna@example.org"] {
            assert!(!is_slip(other, "anna@example.org"), "{other}");
        }
    }
}
