//! Accounts out of the rows of a store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use maillint_model::{
    Account, FormatMeta, Identity, NoOutgoing, Note, NoteKind, Notes, Origin, Protocol, Retention, Security, Server,
    Setting, Status, enough,
};
use maillint_source::{Limits, SourceFile};

use super::store::{DESCRIPTION, MAIL, Row, USERNAME};
use crate::fields::{Fields, Read};
use crate::retention::{Device, retention};
use crate::{address, server};

/// The rows of a store, in the order of their keys, and what is known of all of them.
pub(super) struct Accounts<'a> {
    meta: &'static FormatMeta,
    device: Device,
    file: &'a Arc<SourceFile>,
    rows: &'a [Row],
    /// Whether all rows are there: else one that is missing proves nothing.
    is_whole: bool,
    limits: &'a Limits,
    /// The outgoing servers, by identifier in lower case.
    outgoing: BTreeMap<String, &'a Row>,
    /// The rows that another one below them takes the mail of.
    above_mail: BTreeSet<i64>,
}

impl<'a> Accounts<'a> {
    pub(super) fn new(
        meta: &'static FormatMeta,
        device: Device,
        file: &'a Arc<SourceFile>,
        rows: &'a [Row],
        is_whole: bool,
        limits: &'a Limits,
    ) -> Self {
        let mut outgoing = BTreeMap::new();
        let mut above_mail = BTreeSet::new();
        for row in rows {
            if row.kind != "smtp" {
                above_mail.extend(row.parent);
            } else if let Some(identifier) = &row.identifier {
                outgoing.insert(identifier.to_ascii_lowercase(), row);
            }
        }
        Self { meta, device, file, rows, is_whole, limits, outgoing, above_mail }
    }

    /// The accounts of mail.
    pub(super) fn read(&self, notes: &mut Notes) -> Vec<Account> {
        let (mut accounts, mut left) = (Vec::new(), self.limits.identities());
        for row in self.rows {
            if !self.is_account(row) {
                continue;
            }
            if let Some(note) = enough(accounts.len(), self.limits) {
                notes.push(note);
                break;
            }
            let mut account = self.account(row, notes);
            // Each may have those of the row above it.
            let is_over = account.identities.len() > left;
            account.identities.truncate(left);
            left -= account.identities.len();
            accounts.push(account);
            if is_over {
                notes.push(Note::too_many(self.limits.identities(), "addresses"));
                break;
            }
        }
        accounts
    }

    /// Whether a row is an account of mail: not an outgoing server, nor the part of an account that has a row of its
    /// own above or below it, nor an Apple Account without mail, as nearly every device has.
    fn is_account(&self, row: &Row) -> bool {
        match row.kind {
            "smtp" => false,
            "imap" | "pop" => true,
            "imapmail" => !self.parent(row).is_some_and(|parent| matches!(parent.kind, "imap" | "pop")),
            "appleaccount" if row.mail != Some(true) => false,
            _ => !self.above_mail.contains(&row.id),
        }
    }

    fn account(&self, row: &'a Row, notes: &mut Notes) -> Account {
        let fields = self.fields(row);
        let parent = self.parent(row);
        let key = row.identifier.clone().unwrap_or_else(|| format!("ZACCOUNT {}", row.id));
        let mut account = Account::new(self.meta, fields.place(), key);
        account.name = self.own_or_parents(row, DESCRIPTION);
        if account.name.text().is_none() {
            account.name = fields.setting("DisplayName");
        }
        account.identities = self.identities(row);

        let provider = provider(row.kind).or_else(|| parent.and_then(|parent| provider(parent.kind)));
        let has_mail = row.mail != Some(false) || parent.is_some_and(|parent| parent.mail == Some(true));
        let switched_off = match (row.active, has_mail) {
            (true, true) => None,
            (false, _) => Some("switched off"),
            (true, false) => Some("mail is switched off"),
        };
        if switched_off.is_some() {
            account.status = Status::Disabled;
        }
        let remark: Vec<&str> = provider.into_iter().chain(switched_off).collect();
        account.remark = (!remark.is_empty()).then(|| remark.join(", "));

        let protocol = match row.kind {
            "pop" => Protocol::Pop3,
            "exchange" => Protocol::Exchange,
            _ => Protocol::Imap,
        };
        let incoming = self.server(row, protocol);
        let is_judged = protocol.is_mail() && incoming.protocol == protocol;
        account.incoming = Some(incoming);
        if is_judged {
            account.retention = (protocol == Protocol::Pop3).then(|| self.retention(&fields));
            self.outgoing(&fields, &mut account, notes);
        }
        account
    }

    /// The keys of a row. Those of its mail service are among them: POP removal on a Mac.
    fn fields(&self, row: &'a Row) -> Fields<'a> {
        Fields::new(self.file, &row.values, self.limits).or(row.values.get(MAIL))
    }

    fn parent(&self, row: &Row) -> Option<&'a Row> {
        let id = row.parent?;
        self.rows.binary_search_by_key(&id, |row| row.id).ok().and_then(|index| self.rows.get(index))
    }

    /// A value of the row, else that of the row above it.
    fn own_or_parents(&self, row: &'a Row, key: &str) -> Setting<String> {
        let own = self.fields(row).setting(key);
        match self.parent(row) {
            Some(parent) if own.text().is_none() => self.fields(parent).setting(key).inherit(),
            _ => own,
        }
    }

    /// Who mail is from: where the row has no address, the row above it may.
    fn identities(&self, row: &'a Row) -> Vec<Identity> {
        const NAMES: &[&str] = &["ACPropertyFullName", "FullUserName"];
        let own = address::identities(&self.fields(row), NAMES);
        match self.parent(row) {
            Some(parent) if own.is_empty() => {
                let inherit = |identity: Identity| Identity {
                    address: identity.address.inherit(),
                    name: identity.name.inherit(),
                    ..identity
                };
                address::identities(&self.fields(parent), NAMES).into_iter().map(inherit).collect()
            }
            _ => own,
        }
    }

    /// The server of a row. A provider's types bring their servers with them: without a host there is nothing to
    /// judge, and with one, what is not written is not the usual default.
    fn server(&self, row: &'a Row, protocol: Protocol) -> Server {
        let fields = self.fields(row);
        let mut server = server::server(&fields, protocol);
        server.username = self.own_or_parents(row, USERNAME);
        let by_provider =
            provider(row.kind).is_some() || self.parent(row).is_some_and(|row| provider(row.kind).is_some());
        if protocol == Protocol::Exchange {
            let host = fields.setting("DAAccountHost");
            return Server { host, username: server.username, ..Server::new(protocol) };
        }
        if by_provider {
            if server.host.text().is_none() {
                return Server { username: server.username, ..Server::new(Protocol::Provider) };
            }
            if server.security.origin() == Origin::Default {
                server.security = Setting::unknown();
            }
            if server.port.origin() == Origin::Default {
                server.port = Setting::unknown();
            }
        }
        if !self.is_whole {
            // How TLS starts was told from a port that may not be the one.
            let is_told = fields.get("SSLIsDirect").is_some() || server.port.origin() != Origin::Default;
            if !is_told && server.security.get() != Some(Security::None) {
                server.security = Setting::unknown();
            }
            server.port = written(server.port);
            server.security = written(server.security);
            server.auth = written(server.auth);
        }
        // Mail on the Mac does so unless it is told not to; where it keeps that is not known.
        server.automatic = self.device == Device::Mac;
        if is_managed(&fields) { locked(server) } else { server }
    }

    /// How long mail stays on the server.
    fn retention(&self, fields: &Fields<'a>) -> Retention {
        let read = retention(fields, self.device);
        if self.is_whole {
            return read;
        }
        Retention {
            leave_on_server: written(read.leave_on_server),
            remove_after_days: written(read.remove_after_days),
            remove_when_deleted: written(read.remove_when_deleted),
            stored_days: written(read.stored_days),
            is_clients_number: read.is_clients_number,
        }
    }

    /// The outgoing server that an account names by its identifier; Macs and phones have different keys for that.
    fn outgoing(&self, fields: &Fields<'a>, account: &mut Account, notes: &mut Notes) {
        let key = match self.device {
            Device::Mac => "SendingAccountIdentifier",
            Device::Phone => "SMTPIdentifier",
        };
        let Some(identifier) = fields.text(key) else {
            let message = "This account names no outgoing server; which one it sends through is not in the file.";
            let note = Note::at(NoteKind::Info, message, fields.place());
            notes.add("accounts that name no outgoing server", note);
            return;
        };
        if let Some(row) = self.outgoing.get(&identifier.to_ascii_lowercase()) {
            let server = self.server(row, Protocol::Smtp);
            account.outgoing = Some(Server { key: Some(identifier.to_owned()), ..server });
        } else if self.is_whole {
            let at = fields.get(key).map_or_else(|| fields.place(), |value| fields.at(value));
            account.no_outgoing.push(NoOutgoing { identity: 0, named_at: Some(at) });
        }
    }
}

/// What stands in the file. Where part of a file is missing, so may be the key that would have overruled a default.
fn written<T>(setting: Setting<T>) -> Setting<T> {
    if setting.origin() == Origin::Default { Setting::unknown() } else { setting }
}

/// Who runs the mail of a type of account that brings its servers with it.
fn provider(kind: &str) -> Option<&'static str> {
    match kind {
        "imapmail" | "appleaccount" => Some("iCloud"),
        "exchange" => Some("Exchange"),
        "hotmail" => Some("Outlook.com"),
        "google" => Some("Google"),
        "yahoo" => Some("Yahoo"),
        "aol" => Some("AOL"),
        _ => None,
    }
}

/// Whether a profile set it up: then its rows in Settings are grey (`disableForManagedAccounts`).
fn is_managed(fields: &Fields<'_>) -> bool {
    matches!(fields.switch("MCAccountIsManaged"), Read::Written(true, _)) || fields.text("mcProfileUUID").is_some()
}

fn locked(server: Server) -> Server {
    Server {
        host: server.host.managed(),
        port: server.port.managed(),
        security: server.security.managed(),
        auth: server.auth.managed(),
        ..server
    }
}
