//! What holds of everything that a reader says.

use maillint_model::{Account, Bundle, Input, Reading, Server, Setting};
use maillint_source::{Limits, Location};

/// Limits that a few kilobytes can break.
pub fn limits() -> Limits {
    Limits { nodes: 2_000, depth: 32, string_bytes: 20_000, line_bytes: 30_000, accounts: 50, ..Limits::default() }
}

/// A file of this name and nothing beside it.
pub fn alone(name: &str, bytes: &[u8]) -> Bundle {
    Bundle::single(input(name, bytes))
}

/// A file in a folder of its own.
pub fn input(name: &str, bytes: &[u8]) -> Input {
    Input { name: name.to_owned(), path: format!("/a/{name}"), bytes: bytes.to_vec() }
}

/// Every place lies in its file, and nothing is left of a secret.
pub fn check(reading: &Reading) {
    for note in &reading.notes {
        assert!(!note.message.is_empty());
        note.at.iter().for_each(stands);
    }
    reading.accounts.iter().for_each(account);
}

fn account(account: &Account) {
    stands(&account.at);
    for secret in &account.secrets {
        stands(&secret.at);
        let kept = secret.at.file.slice(secret.at.span);
        assert!(kept.chars().all(|c| c == '*' || c.is_whitespace()), "a secret was kept: {kept:?}");
    }
    setting(&account.name);
    setting(&account.check_minutes);
    setting(&account.min_tls);
    account.proxy.iter().for_each(setting);
    for identity in &account.identities {
        setting(&identity.address);
        setting(&identity.name);
        setting(&identity.reply_to);
        identity.outgoing.iter().for_each(|of| server(of));
    }
    account.incoming.iter().chain(&account.outgoing).for_each(server);
    for missing in &account.no_outgoing {
        assert!(missing.identity < account.identities.len().max(1));
        missing.named_at.iter().for_each(stands);
    }
    if let Some(retention) = &account.retention {
        setting(&retention.leave_on_server);
        setting(&retention.remove_after_days);
        setting(&retention.remove_when_deleted);
        setting(&retention.stored_days);
    }
}

fn server(server: &Server) {
    setting(&server.host);
    setting(&server.port);
    setting(&server.security);
    setting(&server.auth);
    setting(&server.username);
    server.certificate_exception.iter().for_each(stands);
}

fn setting<T>(setting: &Setting<T>) {
    setting.at().into_iter().for_each(stands);
}

fn stands(at: &Location) {
    assert!(at.file.text().get(at.span.range()).is_some(), "a place outside of {}: {:?}", at.file.name(), at.span);
}
