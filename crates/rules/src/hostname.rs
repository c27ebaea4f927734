//! A server's name: at most one thing is said about each.

use maillint_model::{Change, Side};
use unicode_security::MixedScript;

use crate::case::normal_host;
use crate::dated::{Retired, retired};
use crate::policy::RuleLevel;
use crate::{Case, Draft, Slot, host, lookalike, words};

/// What is wrong with the name of a server. One rule says each.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Fault {
    /// It is no host name: what it is instead.
    Malformed(&'static str),
    /// An address of digits.
    Literal,
    /// Letters of another alphabet that look like the right ones.
    Lookalike,
    /// It is out of use.
    Retired(&'static Retired),
    /// The mail domain with a guessed prefix.
    Prefixed,
    /// A slip of the fingers away from this name.
    Typo(String),
    /// A name that web pages have.
    Website,
    /// The name of the other kind of server.
    Swapped,
    /// One that the house does not want: which of its `discouraged`, by index.
    Discouraged(usize),
    /// Not the one that the house gives out.
    NotExpected,
    /// Not one that the provider publishes.
    NotPublished,
}

/// What is wrong with a server's name.
pub(crate) fn fault(case: &Case<'_>, slot: &Slot<'_>) -> Option<Fault> {
    slot.faults.host.get_or_init(|| find_fault(case, slot)).clone()
}

fn find_fault(case: &Case<'_>, slot: &Slot<'_>) -> Option<Fault> {
    let raw = slot.server.host.text()?;
    if case.account.is_left_out && slot.side == Side::Incoming {
        return Some(Fault::Malformed(malformed(raw).unwrap_or("a name with signs in it that no server name has")));
    }
    if let Some(what) = malformed(raw) {
        return Some(Fault::Malformed(what));
    }
    let name = slot.host()?;
    let expected = slot.is_house_host(&name);
    if expected == Some(true) || slot.published_servers().any(|published| published.is_on(&name, slot.address)) {
        return None;
    }
    if host::literal(&name).is_some() {
        let allowed = case.house().and_then(|policy| policy.host.ip_literal) == Some(RuleLevel::Off);
        return (!allowed).then_some(Fault::Literal);
    }
    if slot.address.is_some_and(|address| is_lookalike(&name, address.domain)) {
        return Some(Fault::Lookalike);
    }
    if let Some(retired) = retired(&name, slot.server.protocol) {
        return Some(Fault::Retired(retired));
    }
    if expected == Some(false) && slot.address.is_some_and(|address| host::is_prefixed(&name, address.domain)) {
        return Some(Fault::Prefixed);
    }
    let first = name.split('.').next().unwrap_or("");
    if let Some(near) = known_hosts(slot).into_iter().find(|known| is_typo(&name, known)) {
        return Some(Fault::Typo(near));
    }
    if matches!(first, "www" | "webmail" | "cpanel" | "ftp") {
        return Some(Fault::Website);
    }
    if is_other_kind(first, slot.side) {
        return Some(Fault::Swapped);
    }
    if expected == Some(false) {
        let policy = case.house()?;
        let address = slot.address;
        let discouraged = policy
            .host
            .discouraged
            .iter()
            .position(|discouraged| discouraged.host.matches(&name, address) == Some(true));
        return Some(discouraged.map_or(Fault::NotExpected, Fault::Discouraged));
    }
    (slot.provider.is_some() && slot.published_servers().next().is_some() && !host::is_private(&name))
        .then_some(Fault::NotPublished)
}

/// The names that the house suggests, or the provider publishes.
fn known_hosts(slot: &Slot<'_>) -> Vec<String> {
    let published = slot.published_servers().filter(|published| !published.host.contains('{'));
    slot.house_host().into_iter().chain(published.map(|published| published.host.to_owned())).collect()
}

/// Whether one name is the other with a slip of the fingers. A digit more or less is no slip: `mail2` is a machine.
pub(crate) fn is_typo(name: &str, known: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let close = || match strsim::damerau_levenshtein(name, known) {
        1 => true,
        // Two slips in a short name are another name.
        2 => known.len() >= 14 && !is_other_label(name, known),
        _ => false,
    };
    name != known && known.len() >= 8 && name.len() < 255 && digits(name) == digits(known) && close()
}

/// Whether a name holds letters that are mistaken for others: of several alphabets in one label, or such that it looks
/// like the mail domain and is another.
fn is_lookalike(name: &str, domain: &str) -> bool {
    if !name.contains("xn--") {
        return false;
    }
    let shown = |name: &str| idna::domain_to_unicode(name).0;
    let name = shown(name);
    let domain = shown(&normal_host(domain));
    let own = |name: &str| host::registrable(name).map(|own| (own.to_owned(), lookalike::shape(own)));
    let looks_like = match (own(&name), own(&domain)) {
        (Some((name, name_looks)), Some((domain, domain_looks))) => name != domain && name_looks == domain_looks,
        _ => false,
    };
    // Letters of two alphabets in the domain of the address are its owner's choice.
    looks_like || name.split('.').any(|label| !label.is_single_script() && !domain.split('.').any(|own| own == label))
}

/// Whether two names differ in their first label only: `mail.` and `main.` may be two machines.
fn is_other_label(name: &str, known: &str) -> bool {
    match (name.split_once('.'), known.split_once('.')) {
        (Some((_, rest)), Some((_, known_rest))) => rest == known_rest,
        _ => false,
    }
}

/// Whether a first label says that a server is of the other kind.
fn is_other_kind(first: &str, side: Side) -> bool {
    match side {
        Side::Incoming => matches!(first, "smtp" | "smtps" | "smtpout" | "smtpauth"),
        Side::Outgoing => matches!(first, "imap" | "imaps" | "pop" | "pop3" | "pops"),
    }
}

/// What stands in place of a host name, if it is none.
fn malformed(raw: &str) -> Option<&'static str> {
    let is_literal = host::literal(raw).is_some();
    if raw.contains("://") {
        Some("the address of a web page or a service")
    } else if raw.contains('@') {
        Some("an e-mail address")
    } else if raw.trim().is_empty() {
        // An empty name is a missing one, and there is nothing to point at.
        None
    } else if raw.chars().any(|c| c.is_whitespace() || is_invisible(c)) {
        Some("a name with a blank in it")
    } else if raw.contains('/') {
        Some("a name with a slash in it")
    } else if !is_literal && raw.contains(':') {
        Some("a name with a port behind it")
    } else if raw.contains(',') || raw.contains(';') {
        Some("a name with a comma in it")
    } else if raw.contains("..") || raw.starts_with('.') {
        Some("a name with a dot too many")
    } else if raw.trim_end_matches('.').to_ascii_lowercase().ends_with(".invalid") {
        // RFC 6761 section 6.4: it never exists. Clients write such names over those that they cannot use.
        Some("a stand-in that leads nowhere")
    } else {
        None
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}

/// What is probably meant by a name that is none.
pub(crate) fn meant(slot: &Slot<'_>) -> Option<String> {
    let raw = slot.server.host.text()?;
    let [joined, parted] = ["", "."].map(|blank| mended(raw, blank));
    let suggested = suggested(slot);
    if joined == parted {
        return joined.or(suggested);
    }
    // Only the right name tells whether there should be nothing in the place of the blank, or a dot.
    [joined, parted].into_iter().flatten().find(|name| Some(name) == suggested.as_ref()).or(suggested)
}

/// A name without what cannot be in one, and with something else in the place of the blanks inside.
fn mended(raw: &str, blank: &str) -> Option<String> {
    let rest = raw.split_once("://").map_or(raw, |(_, rest)| rest);
    let rest: String = rest.chars().filter(|c| !is_invisible(*c)).collect();
    let rest = rest.split_whitespace().collect::<Vec<_>>().join(blank);
    let rest = rest.split(['/', ':', ';']).next().unwrap_or("").replace([',', '@'], ".");
    let mended = rest.split('.').filter(|label| !label.is_empty()).collect::<Vec<_>>().join(".");
    (mended.contains('.') && mended != raw && malformed(&mended).is_none()).then_some(mended)
}

/// The name to suggest: the house's, or the published one.
pub(crate) fn suggested(slot: &Slot<'_>) -> Option<String> {
    let published = || {
        let published = slot.published_servers().next()?;
        crate::policy::Pattern::parse(published.host).ok()?.expand(slot.address)
    };
    slot.house_host().or_else(published)
}

/// What a rule says about a name: the sentence, the place, the change.
pub(crate) fn draft(case: &Case<'_>, slot: &Slot<'_>, to: Option<String>) -> Draft {
    let server = words::server(slot.side);
    let raw = slot.server.host.text().unwrap_or_default();
    // Nobody sees a blank at the end that is not between two marks.
    let has_blank = raw.chars().any(|c| c.is_whitespace() || is_invisible(c));
    let now = if has_blank { format!("\"{raw}\"") } else { raw.to_owned() };
    let message = match &to {
        Some(to) => format!("the {server} is set to {now}, it should be {to}"),
        None => format!("the {server} is set to {now}"),
    };
    let label = if case.account.is_left_out && slot.side == Side::Incoming {
        format!("{} leaves the account out because of this name", case.client())
    } else {
        format!("{} {} here", case.client(), words::does(slot.side))
    };
    let draft = Draft::new(&slot.subject, message).label(case.label(&slot.server.host, label)).on(&slot.server.host);
    match to {
        Some(to) => draft.expected(&to).change(Change::Host { side: slot.side, to }),
        None => draft.advice(format!("Ask your provider for the name of the {server}, and set that.")),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_typo, mended};
    use crate::notation::said_under;

    #[test]
    fn slips_of_the_fingers_are_told_from_other_machines() {
        assert!(is_typo("imap.gmial.com", "imap.gmail.com"));
        assert!(is_typo("mail.exampel.org", "mail.example.org"));
        assert!(is_typo("mailexample.org", "mail.example.org"));
        for other in ["mail.example.org", "mail2.example.org", "main1.example.org", "post.example.org", "example.org"] {
            assert!(!is_typo(other, "mail.example.org"), "{other}");
        }
    }

    #[test]
    fn a_pasted_address_is_mended() {
        let mended = |raw| mended(raw, "");
        assert_eq!(mended("https://mail.example.org/").as_deref(), Some("mail.example.org"));
        assert_eq!(mended("mail@example.org").as_deref(), Some("mail.example.org"));
        assert_eq!(mended("mail.example.org:993").as_deref(), Some("mail.example.org"));
        assert_eq!(mended("mail,example.org ").as_deref(), Some("mail.example.org"));
        assert_eq!(mended("nonsense"), None);
    }

    #[test]
    fn a_blank_inside_stands_for_nothing_or_for_a_dot() {
        let said = |policy, host: &str| {
            let text = format!(
                "account: anna@example.org
                 incoming: imap \"{host}\" 993 tls password anna@example.org"
            );
            said_under(policy, "host-malformed", &text)
        };
        let right = |host| format!("error: the incoming server is set to \"{host}\", it should be mail.example.org");
        for host in ["mail example.org", "mail.exam ple.org", "mail. example.org", " mail.example.org"] {
            assert_eq!(said("hosting", host), [right(host)]);
        }
        assert_eq!(said("rfc8314", "mail. example.org"), [right("mail. example.org")]);
        assert_eq!(said("rfc8314", "mail example.org"), ["error: the incoming server is set to \"mail example.org\""]);
    }
}
