//! `config-v1.1.xml`: the settings that a provider publishes for clients to set themselves up with. Thunderbird reads
//! them (`readFromXML.sys.mjs`), and so do many others.

use maillint_model::{
    Account, AccountKind, Auth, Bundle, Change, ClientFormat, FormatMeta, Identity, Note, NoteKind, Notes, Probe,
    Protocol, Reading, Recognition, Retention, Role, Security, Server, Setting, is_no_password, is_too_long_to_share,
    late,
};
use maillint_source::{Limits, Secret, SecretKind};
use maillint_syntax::xml::Element;

use crate::values::known;
use crate::xml_text::XmlFile;

/// The settings that a provider publishes for clients to set themselves up with.
pub static AUTOCONFIG: Autoconfig = Autoconfig;

/// See [`AUTOCONFIG`].
#[derive(Clone, Copy, Debug)]
pub struct Autoconfig;

static META: FormatMeta = FormatMeta {
    id: "autoconfig",
    client: "autoconfig",
    client_name: "Autoconfig",
    what: "config-v1.1.xml, which a provider publishes for clients to set themselves up with",
    places: &[
        "https://autoconfig.<domain>/mail/config-v1.1.xml, saved",
        "Linux: /usr/lib/thunderbird/isp/<domain>.xml",
    ],
    names: &["config-v1.1.xml", "config-v1.2.xml"],
    companions: &[],
    role: Role::Accounts,
};

/// Stands for the part of the address before the `@`, in the file and in what is made of it.
const LOCAL_PART: &str = "%EMAILLOCALPART%";

/// Told of a name that is longer.
const LONG_NAME: &str = "A name of a server or a user is longer than any real one, as it stands or with its placeholders \
                         filled in; it was not read.";

impl ClientFormat for Autoconfig {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.has("<clientConfig") { Recognition::Yes } else { Recognition::No }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let xml = XmlFile::read("clientConfig", &bundle.main.name, &bundle.main.bytes, limits)?;
        let mut notes = Notes::new(limits);
        notes.extend(xml.notes.iter().cloned());
        let mut accounts = Vec::new();
        for provider in xml.root.children("emailProvider") {
            if let Some(note) = late(limits) {
                notes.push(note);
                break;
            }
            // One more than is taken, so that it is told.
            if accounts.len() > limits.accounts {
                break;
            }
            accounts.extend(Provider { xml: &xml, element: provider, limits }.accounts(&mut notes));
        }
        if accounts.is_empty() && !notes.has_limit() {
            notes.push(Note::new(NoteKind::Info, "No server is described in this file."));
        }
        Some(Reading::new(accounts, notes.into_vec()))
    }

    /// Who publishes the file edits it: there is no dialog.
    fn steps(&self, change: &Change, _account: &Account) -> Vec<String> {
        let line = match change {
            Change::Host { to, .. } => format!("<hostname>{to}</hostname>"),
            Change::Username { to, .. } if to.contains('@') => "<username>%EMAILADDRESS%</username>".to_owned(),
            Change::Username { to, .. } => format!("<username>{to}</username>"),
            Change::Endpoint { port, security, .. } => match security {
                Security::None => format!("<port>{port}</port> and <socketType>plain</socketType>"),
                Security::StartTls => format!("<port>{port}</port> and <socketType>STARTTLS</socketType>"),
                Security::Tls => format!("<port>{port}</port> and <socketType>SSL</socketType>"),
                Security::StartTlsIfAvailable | Security::Auto => return Vec::new(),
            },
            Change::Auth { to, .. } => match to {
                Auth::Password => "<authentication>password-cleartext</authentication>".to_owned(),
                Auth::Encrypted => "<authentication>password-encrypted</authentication>".to_owned(),
                Auth::OAuth2 => "<authentication>OAuth2</authentication>".to_owned(),
                Auth::Kerberos => "<authentication>GSSAPI</authentication>".to_owned(),
                Auth::Ntlm => "<authentication>NTLM</authentication>".to_owned(),
                Auth::None => "<authentication>none</authentication>".to_owned(),
                _ => return Vec::new(),
            },
            Change::RemoveAfterDays(days) => format!(
                "<pop3><leaveMessagesOnServer>true</leaveMessagesOnServer>\
                 <daysToLeaveMessagesOnServer>{days}</daysToLeaveMessagesOnServer></pop3>"
            ),
            _ => return Vec::new(),
        };
        vec![
            format!("In the file that you publish, write {line}"),
            "Publish it again; accounts that exist do not change.".to_owned(),
        ]
    }
}

struct Provider<'a> {
    xml: &'a XmlFile,
    element: &'a Element,
    limits: &'a Limits,
}

impl Provider<'_> {
    /// One account for IMAP and one for POP3, each by the first server of its kind; the others are alternatives that
    /// a client takes when the first does not answer.
    fn accounts(&self, notes: &mut Notes) -> Vec<Account> {
        let id = self.element.attribute("id").map_or("", |id| id.value.as_str());
        let mut domains = self.element.children("domain").filter_map(|domain| self.xml.own_text(domain));
        let domain = domains.next();
        let other_domains: Vec<String> = domains.filter_map(|domain| domain.text().map(str::to_owned)).collect();
        let outgoing: Vec<&Element> = self.element.children("outgoingServer").collect();
        let incoming: Vec<&Element> = self.element.children("incomingServer").collect();
        let mut accounts: Vec<Account> = Vec::new();
        for element in &incoming {
            let server = self.server(element, domain.as_ref(), notes);
            if !matches!(server.protocol, Protocol::Imap | Protocol::Pop3) {
                continue;
            }
            let is_same = |other: &Server| other.protocol == server.protocol;
            if let Some(first) = accounts.iter_mut().find(|account| account.incoming.as_ref().is_some_and(is_same)) {
                first.alternatives.push(server);
                continue;
            }
            let at = self.xml.at(element.name.span);
            let mut account = Account::new(&META, at, format!("{id}/{}", server.protocol.as_str()));
            account.kind = AccountKind::Provisioning;
            account.name = self.xml.text(self.element, "displayName").unwrap_or_default();
            account.identities = domain.iter().map(address).collect();
            account.retention = (server.protocol == Protocol::Pop3).then(|| self.retention(element));
            account.incoming = Some(server);
            let mut senders = outgoing.iter().map(|element| self.server(element, domain.as_ref(), notes));
            account.outgoing = senders.next();
            account.alternatives.extend(senders);
            account.other_domains.clone_from(&other_domains);
            let passwords = [Some(*element), outgoing.first().copied()].into_iter().flatten();
            let passwords =
                passwords.filter_map(|server| server.child("password")).filter(|it| !is_no_password(&it.text.value));
            account.secrets = passwords
                .map(|password| Secret { kind: SecretKind::Plain, at: self.xml.at(password.text.span) })
                .collect();
            accounts.push(account);
        }
        let alternatives = (incoming.len() + outgoing.len()).saturating_sub(accounts.len() + 1);
        if alternatives > 0 && !accounts.is_empty() {
            let servers = if alternatives == 1 { "server is" } else { "servers are" };
            let message = format!(
                "{alternatives} more {servers} described as alternatives, for clients that cannot use the first of \
                 its kind. They are not judged."
            );
            let note = Note::at(NoteKind::Info, message, self.xml.at(self.element.name.span));
            notes.add("providers with servers that are described as alternatives", note);
        }
        accounts
    }

    fn server(&self, element: &Element, domain: Option<&Setting<String>>, notes: &mut Notes) -> Server {
        let kind = element.attribute("type").map_or("", |kind| kind.value.as_str());
        let mut server = Server::new(match kind {
            "imap" => Protocol::Imap,
            "pop3" => Protocol::Pop3,
            "smtp" => Protocol::Smtp,
            "exchange" | "ews" | "owa" | "graph" => Protocol::Exchange,
            "nntp" => Protocol::News,
            _ => Protocol::Other,
        });
        let mut named = |child: &str| {
            let written = self.xml.text(element, child)?;
            let name = expand(written.text().unwrap_or_default(), domain.and_then(Setting::text), self.limits);
            if name.is_none() {
                notes.push_once(Note { at: written.at().cloned(), ..Note::new(NoteKind::Limit, LONG_NAME) });
            }
            Some(match (name, written.at()) {
                (None, Some(at)) => Setting::unknown_at(at.clone()),
                (name, _) => written.map(|_| name.unwrap_or_default()),
            })
        };
        server.host = named("hostname").unwrap_or_default();
        server.username = named("username").unwrap_or_default();
        server.port = self.xml.port(element).unwrap_or_default();
        // The first that the client knows.
        server.security = self.first(element, "socketType", security).unwrap_or_default();
        server.auth = self.first(element, "authentication", auth).unwrap_or_default();
        server
    }

    fn first<T: Copy>(&self, parent: &Element, name: &str, word: fn(&str) -> Option<T>) -> Option<Setting<T>> {
        parent.children(name).find_map(|element| {
            let text = self.xml.own_text(element)?;
            let value = text.text().and_then(word)?;
            Some(known(text, Some(value)))
        })
    }

    /// Without a word on it, Thunderbird sets an account up to leave mail on the server for 14 days.
    fn retention(&self, server: &Element) -> Retention {
        let pop = server.child("pop3");
        let text = |name: &str| self.xml.text(pop?, name);
        let leave = text("leaveMessagesOnServer").map_or_else(
            || Setting::default(true),
            |leave| {
                let value = leave.text().map(|text| text.eq_ignore_ascii_case("true") || text == "1");
                known(leave, value)
            },
        );
        let days = text("daysToLeaveMessagesOnServer").map_or_else(
            || Setting::default(14),
            |days| {
                let number = days.text().and_then(|text| text.parse::<u32>().ok());
                known(days, number)
            },
        );
        let remove_after_days = match leave.get() {
            Some(true) => days.clone().map(|days| (days > 0).then_some(days)),
            _ => leave.clone().map(|_| None),
        };
        Retention {
            leave_on_server: leave,
            remove_after_days,
            remove_when_deleted: Setting::default(true),
            stored_days: days,
            is_clients_number: false,
        }
    }
}

/// The address that an account of this provider would have, with a placeholder for whoever it is.
fn address(domain: &Setting<String>) -> Identity {
    let address = domain.clone().map(|domain| format!("{LOCAL_PART}@{domain}")).inherit();
    Identity { address, ..Identity::default() }
}

/// A name with its placeholders filled in; `None` where it would be longer than any real one, which is told before it
/// is made: a long domain for each of many placeholders would be gigabytes, and there may be a hundred thousand such names
/// in a file.
fn expand(text: &str, domain: Option<&str>, limits: &Limits) -> Option<String> {
    if is_too_long_to_share(text, limits) {
        return None;
    }
    // A placeholder in the domain itself would be filled in again.
    let Some(domain) = domain.filter(|domain| !domain.contains('%')) else { return Some(text.to_owned()) };
    let addresses = text.matches("%EMAILADDRESS%").count();
    let domains = text.matches("%EMAILDOMAIN%").count();
    let len = text.len() + addresses * (LOCAL_PART.len() + 1) + (addresses + domains).saturating_mul(domain.len());
    (len <= limits.shared_bytes)
        .then(|| text.replace("%EMAILADDRESS%", &format!("{LOCAL_PART}@{domain}")).replace("%EMAILDOMAIN%", domain))
}

fn security(word: &str) -> Option<Security> {
    match word {
        "plain" => Some(Security::None),
        "SSL" => Some(Security::Tls),
        "STARTTLS" => Some(Security::StartTls),
        _ => None,
    }
}

fn auth(word: &str) -> Option<Auth> {
    match word {
        "none" | "client-IP-address" => Some(Auth::None),
        "smtp-after-pop" => Some(Auth::PopBeforeSmtp),
        "password-cleartext" | "plain" => Some(Auth::Password),
        "password-encrypted" | "secure" => Some(Auth::Encrypted),
        "GSSAPI" => Some(Auth::Kerberos),
        "NTLM" => Some(Auth::Ntlm),
        "OAuth2" => Some(Auth::OAuth2),
        _ => None,
    }
}
