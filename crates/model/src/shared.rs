//! What many accounts of a file share. Each has a copy of its own: a file of a megabyte that is one name for a thousand
//! accounts would take a gigabyte. No name, address or server comes near [`Limits::shared_bytes`].

use maillint_source::{Limits, Location};

use crate::{Account, Server, Setting};

/// Whether a text is longer than what many accounts may share.
pub fn is_too_long_to_share(text: &str, limits: &Limits) -> bool {
    text.len() > limits.shared_bytes
}

/// A name for people that many accounts share: of a long one, the start.
pub fn shared_name<'a>(name: &'a str, limits: &Limits) -> &'a str {
    &name[..name.floor_char_boundary(limits.shared_bytes)]
}

/// An address, a server or a user name that many accounts share. The start of a long one would be another one, so it
/// counts as not understood.
pub fn shared(setting: Setting<String>, limits: &Limits) -> Setting<String> {
    match (setting.text(), setting.at()) {
        (Some(text), at) if is_too_long_to_share(text, limits) => {
            at.map_or_else(Setting::unknown, |at| Setting::unknown_at(at.clone()))
        }
        _ => setting,
    }
}

/// Whether an account lacks a text that was too long to be taken.
pub fn lacks_long_text(account: &Account, limits: &Limits) -> bool {
    let of_identities = account.identities.iter().flat_map(|identity| [&identity.name, &identity.address]);
    let servers = account.incoming.iter().chain(&account.outgoing);
    let of_servers = servers.flat_map(|server| [&server.host, &server.username]);
    let is_long = |at: &Location| at.span.len() > limits.shared_bytes;
    std::iter::once(&account.name)
        .chain(of_identities)
        .chain(of_servers)
        .any(|setting| setting.text().is_none() && setting.at().is_some_and(is_long))
}

/// A server that many accounts share.
pub fn shared_server(server: Server, limits: &Limits) -> Server {
    Server { host: shared(server.host, limits), username: shared(server.username, limits), ..server }
}

#[cfg(test)]
mod tests {
    use maillint_source::{Limits, Location, SourceFile, Span};

    use super::{shared, shared_name};
    use crate::Setting;

    #[test]
    fn only_the_start_of_a_long_name_is_shared_and_nothing_of_a_long_server() {
        let limits = Limits { shared_bytes: 5, ..Limits::default() };
        let (short, long) = ("mail5", "ü.ü.ü");
        assert_eq!(shared_name(short, &limits), short);
        assert_eq!(shared_name(long, &limits), "ü.ü");

        let at = Location::new(&SourceFile::listing("a", String::new(), &[]), Span::empty(0));
        let written = |text: &str| Setting::written(text.to_owned(), at.clone());
        assert_eq!(shared(written(short), &limits), written(short));
        assert_eq!(shared(written(long), &limits), Setting::unknown_at(at.clone()));
        assert_eq!(shared(Setting::default(long.to_owned()), &limits), Setting::unknown());
    }
}
