//! Port and protection, judged as the one unit that they are: at most one thing is said about each server's.

use maillint_model::{Auth, Change, Protocol, Security};

use crate::policy::Endpoint;
use crate::{Case, Draft, Found, Level, Slot, host, words};

/// What is wrong with the port and protection of a server. One rule says each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// The port is another protocol's.
    PortOfAnother(Protocol),
    /// STARTTLS on a port that speaks TLS from the first byte.
    StartTlsOnTlsPort,
    /// TLS from the first byte on a port that begins in the clear.
    TlsOnStartTlsPort,
    /// No protection on a port that speaks TLS from the first byte.
    PlainOnTlsPort,
    /// The password goes out in the clear.
    PlainPassword,
    /// No protection.
    Plain,
    /// Protection only if the server happens to offer it.
    Opportunistic,
    /// Sending through port 25.
    On25,
    /// Sending through port 465 where 587 comes first.
    On465,
    /// The house lists it, but likes another better.
    NotPreferred,
    /// The house lists others.
    NotOffered,
    /// The provider publishes others for this host.
    NotPublished,
    /// Nobody uses this port for this.
    Unusual,
}

/// What is wrong with a server's port and protection. What the house or the provider lists is right, whatever the
/// general rules say.
pub(crate) fn fault(slot: &Slot<'_>) -> Option<Fault> {
    *slot.faults.endpoint.get_or_init(|| find_fault(slot))
}

fn find_fault(slot: &Slot<'_>) -> Option<Fault> {
    let server = slot.server;
    if slot.published().is_some() {
        return None;
    }
    let security = server.security.get();
    let Some(port) = server.port.get() else {
        // Whatever the port is.
        let is_readable = security == Some(Security::None) && server.auth.get() == Some(Auth::Password);
        return (is_readable && !is_plain_accepted(slot)).then_some(Fault::PlainPassword);
    };
    let private = slot.host().is_some_and(|name| host::is_private(&name));
    if let Some(row) = slot.house_endpoint() {
        let best = slot.offer.and_then(|offer| offer.preferred());
        let behind = best.is_some_and(|best| row.rank > best.rank);
        return if row.port == 465 && behind && best.is_some_and(|best| best.port == 587) {
            Some(Fault::On465)
        } else if row.level.is_none() {
            None
        } else if row.security.0 == Security::None {
            Some(Fault::Plain)
        } else if row.port == 25 {
            (!private).then_some(Fault::On25)
        } else {
            Some(Fault::NotPreferred)
        };
    }
    let owner = owner(port);
    if let Some(owner) = owner.filter(|owner| *owner != server.protocol) {
        return Some(Fault::PortOfAnother(owner));
    }
    match (natural(port), security) {
        (_, None | Some(Security::Auto)) => return if private { None } else { by_port(slot, port) },
        (Some(Security::Tls), Some(Security::StartTls)) => return Some(Fault::StartTlsOnTlsPort),
        (Some(Security::Tls), Some(Security::None)) => return Some(Fault::PlainOnTlsPort),
        (Some(Security::StartTls), Some(Security::Tls)) if !differs(slot) => return Some(Fault::TlsOnStartTlsPort),
        (_, Some(Security::None)) if server.auth.get() == Some(Auth::Password) => return Some(Fault::PlainPassword),
        (_, Some(Security::None)) => return Some(Fault::Plain),
        (_, Some(Security::StartTlsIfAvailable)) => return Some(Fault::Opportunistic),
        _ => {}
    }
    if private {
        None
    } else if differs(slot) {
        Some(Fault::NotPublished)
    } else if server.protocol == Protocol::Smtp && port == 25 {
        Some(Fault::On25)
    } else if slot.offer.is_some_and(|offer| !offer.endpoints.is_empty()) {
        Some(Fault::NotOffered)
    } else {
        owner.is_none().then_some(Fault::Unusual)
    }
}

/// Whether the house has an endpoint without protection that it finds no fault with.
fn is_plain_accepted(slot: &Slot<'_>) -> bool {
    let is_plain = |row: &Endpoint| row.level.is_none() && row.security.0 == Security::None;
    slot.offer.is_some_and(|offer| offer.endpoints.iter().any(is_plain))
}

/// Whether mail is sent through port 465 where the house puts port 587 first, whatever the protection.
pub(crate) fn is_behind_587(slot: &Slot<'_>) -> bool {
    let wrong = matches!(fault(slot), Some(Fault::StartTlsOnTlsPort | Fault::PlainOnTlsPort));
    fault(slot) == Some(Fault::On465)
        || (wrong && slot.server.port.get() == Some(465) && by_port(slot, 465) == Some(Fault::On465))
}

/// What the port alone tells, where the protection is not known.
fn by_port(slot: &Slot<'_>, port: u16) -> Option<Fault> {
    let offer = slot.offer?;
    let best = offer.preferred()?;
    let behind = |security| offer.endpoint(port, security).filter(|row| row.rank > best.rank);
    match port {
        465 if best.port == 587 && behind(Security::Tls).is_some() => Some(Fault::On465),
        25 if behind(Security::StartTls).is_some_and(|row| row.level.is_some()) => Some(Fault::On25),
        _ => None,
    }
}

/// Whether the provider publishes this host, but not this port and protection.
fn differs(slot: &Slot<'_>) -> bool {
    let Some(host) = slot.host() else { return false };
    slot.published().is_none() && slot.published_servers().any(|published| published.is_on(&host, slot.address))
}

/// The protocol that a port belongs to.
fn owner(port: u16) -> Option<Protocol> {
    match port {
        143 | 993 => Some(Protocol::Imap),
        110 | 995 => Some(Protocol::Pop3),
        // 26, 2525 and others are what providers open for customers behind networks that block 25.
        25 | 26 | 465 | 587 | 2525 => Some(Protocol::Smtp),
        _ => None,
    }
}

/// How a port begins, by its registration (RFC 8314 section 7, RFC 6409).
fn natural(port: u16) -> Option<Security> {
    match port {
        465 | 993 | 995 => Some(Security::Tls),
        25 | 110 | 143 | 587 => Some(Security::StartTls),
        _ => None,
    }
}

/// Whether a port and a protection are a usual, protected pair for a protocol.
pub(crate) fn is_usual(protocol: Protocol, port: u16, security: Security) -> bool {
    owner(port) == Some(protocol) && natural(port) == Some(security)
}

/// The port and protection to suggest.
pub(crate) fn suggested(slot: &Slot<'_>) -> Option<(u16, Security)> {
    suggestions(slot).first().copied()
}

/// Ports and protections to suggest: those that the house or the provider lists, or that the standard has; the one
/// nearest to what is set comes first.
fn suggestions(slot: &Slot<'_>) -> Vec<(u16, Security)> {
    let mut good: Vec<(u16, Security)> = Vec::new();
    if let Some(offer) = slot.offer {
        let mut rows: Vec<_> = offer.endpoints.iter().filter(|row| row.level.is_none()).collect();
        rows.sort_by_key(|row| row.rank);
        good.extend(rows.iter().map(|row| (row.port, row.security.0)));
    }
    let host = slot.host();
    let on_host = |host: &Option<String>, published: &crate::facts::Published| {
        host.as_ref().is_some_and(|host| published.is_on(host, slot.address))
    };
    good.extend(
        slot.published_servers().filter(|published| on_host(&host, published)).map(|one| (one.port, one.security)),
    );
    good.extend(slot.published_servers().map(|published| (published.port, published.security)));
    if good.is_empty() {
        good.extend(match slot.server.protocol {
            Protocol::Imap => [(993, Security::Tls), (143, Security::StartTls)].as_slice(),
            Protocol::Pop3 => [(995, Security::Tls), (110, Security::StartTls)].as_slice(),
            Protocol::Smtp => [(587, Security::StartTls), (465, Security::Tls)].as_slice(),
            _ => &[],
        });
    }
    // Plain rows are never suggested in place of something else, unless there is nothing better.
    let protected: Vec<(u16, Security)> =
        good.iter().copied().filter(|(_, security)| *security != Security::None).collect();
    let mut good = if protected.is_empty() { good } else { protected };
    // One change is nearer than two. With encryption from the first byte on a port for plain talk, the port is the slip.
    let near = |(port, security): &(u16, Security)| {
        Some(*port) == slot.server.port.get() || Some(*security) == slot.server.security.get()
    };
    if let Some(at) = good.iter().position(near) {
        good[..=at].rotate_right(1);
    }
    good
}

/// What a rule says about a port and its protection: the sentence, both places, the change.
pub(crate) fn draft(found: &Found<'_>, case: &Case<'_>, slot: &Slot<'_>, why: impl Into<String>) -> Option<Draft> {
    let server = slot.server;
    let now = (server.port.get(), server.security.get());
    let name = words::server(slot.side);
    let set_to = match now {
        (Some(port), Some(security)) => words::endpoint(port, security),
        (Some(port), None) => format!("port {port}"),
        (None, Some(security)) => words::security(security).to_owned(),
        (None, None) => return None,
    };
    let change = |(port, security)| Change::Endpoint { side: slot.side, port, security };
    // Not every client can have every one: Outlook has no STARTTLS for POP.
    let suggestions = suggestions(slot);
    let possible = suggestions.iter().copied().find(|to| found.is_possible(case, &change(*to)));
    let to = possible
        .or_else(|| suggestions.first().copied())
        .filter(|(port, security)| (Some(*port), Some(*security)) != now);
    let message = match to {
        Some((port, security)) => {
            format!("the {name} is set to {set_to}, it should be {}", words::endpoint(port, security))
        }
        None => format!("the {name} is set to {set_to}"),
    };
    let mut labels = Vec::new();
    if server.port.get().is_some() {
        labels.push(case.label(&server.port, "this port"));
    }
    if let Some(security) = server.security.get() {
        labels.push(case.label(&server.security, format!("with {}", words::security(security))));
    }
    // The same place twice, where both are the client's default, is one place.
    labels.dedup_by(|second, first| second.at == first.at);
    let mut draft = Draft::new(&slot.subject, message).why(why).on(&server.port).on(&server.security);
    for label in labels {
        draft = draft.label(label);
    }
    Some(match to {
        Some((port, security)) => {
            draft.expected(format!("{port} {}", security.as_str())).change(change((port, security)))
        }
        None => draft.advice(format!("Ask your provider for the port and the encryption of the {name}, and set both.")),
    })
}

/// Like [`draft`], with the level and the reason that the house gives in its row, if it has one.
pub(crate) fn house_draft(found: &Found<'_>, case: &Case<'_>, slot: &Slot<'_>, why: &str) -> Option<Draft> {
    let row = slot.house_endpoint();
    let why = row.and_then(|row| row.why.as_deref()).unwrap_or(why);
    let draft = draft(found, case, slot, why)?;
    Some(match row.and_then(|row| row.level) {
        Some(level) => draft.level(level.0),
        None => draft,
    })
}

/// The level of something that is no danger in a private network.
pub(crate) fn public_level(slot: &Slot<'_>, level: Level) -> Level {
    if slot.host().is_some_and(|name| host::is_private(&name)) { Level::Note } else { level }
}
