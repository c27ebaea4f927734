//! The settings that are asked for. Files hold many times more, and what nobody asks for is not even stored.

use crate::layers::Data;

/// The type that the client asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Bool,
}

impl Kind {
    pub(crate) fn fits(self, data: &Data) -> bool {
        matches!(
            (self, data),
            (Self::Text, Data::Text(_) | Data::LongText) | (Self::Int, Data::Int(_)) | (Self::Bool, Data::Bool(_))
        )
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Text => "text in quotes",
            Self::Int => "a number without quotes",
            Self::Bool => "true or false without quotes",
        }
    }
}

/// What is asked for below `mail.server.<key>.` and the like.
pub(crate) struct Family {
    /// What every client of the family asks for.
    pub(crate) names: &'static [(&'static str, Kind)],
    /// Whether it is one of those, or what some versions or some of its relatives ask for.
    is_known: fn(&str) -> bool,
    /// By the first letter, with which letters all of these end, a bit for each: enough to tell most other names.
    ends: [u32; 26],
}

/// One list, of which the compiler makes a table to look through and two quick tests.
macro_rules! family {
    ($($name:literal: $kind:ident,)* of some: $($of_some:literal),*) => {
        Family {
            names: &[$(($name, Kind::$kind)),*],
            is_known: |name| $(name == $name ||)* $(name == $of_some ||)* false,
            ends: ends(&[$($name,)* $($of_some),*]),
        }
    };
}

/// `mail.server.<key>.`: incoming servers.
pub(crate) static SERVER: Family = family! {
    "type": Text,
    "hostname": Text,
    "realhostname": Text,
    "userName": Text,
    "realuserName": Text,
    "name": Text,
    "port": Int,
    "socketType": Int,
    "authMethod": Int,
    "leave_on_server": Bool,
    "delete_by_age_from_server": Bool,
    "num_days_to_leave_on_server": Int,
    "delete_mail_left_on_server": Bool,
    "check_new_mail": Bool,
    "check_time": Int,
    "login_at_startup": Bool,
    "deferred_to_account": Text,
    "ews_url": Text,
    of some: "auth_login", "disabled", "hidden", "isSecure", "retainBy", "secondsToLeaveUnavailable", "useSecAuth"
};

/// `mail.smtpserver.<key>.`: outgoing servers.
pub(crate) static OUTGOING: Family = family! {
    "type": Text,
    "hostname": Text,
    "username": Text,
    "port": Int,
    "try_ssl": Int,
    "authMethod": Int,
    "description": Text,
    of some: "auth_method"
};

/// `mail.outgoingserver.<key>.`: outgoing servers that are none of SMTP.
static OTHER_OUTGOING: Family = family! { of some: "auth_method", "ews_url", "username" };

/// `mail.identity.<key>.`
pub(crate) static IDENTITY: Family =
    family! { "useremail": Text, "fullName": Text, "reply_to": Text, "smtpServer": Text, of some: };

/// `mail.account.<key>.`; the last has no effect there, which is told.
static ACCOUNT: Family = family! { of some: "identities", "server", "smtpServer" };

impl Family {
    /// Whether somebody asks for a name, or wonders about it because it is one of [`Family::names`] but for case,
    /// underscores and dashes.
    fn asks_for(&self, name: &str) -> bool {
        let mut letters = name.bytes().filter(u8::is_ascii_alphanumeric);
        let Some(first) = letters.next() else { return false };
        let last = letters.next_back().unwrap_or(first);
        let ends = self.ends.get(usize::from(letter(first))).copied().unwrap_or(0);
        ends.checked_shr(letter(last).into()).unwrap_or(0) & 1 == 1
            && ((self.is_known)(name) || self.meant(name).is_some())
    }

    /// The name that differs from this one only in case, underscores and dashes.
    pub(crate) fn meant(&self, name: &str) -> Option<&'static str> {
        self.names.iter().map(|(known, _)| *known).find(|known| folded(known).eq(folded(name)))
    }
}

/// 0 for `a` and `A`; above 25 for what is no letter.
const fn letter(byte: u8) -> u8 {
    byte.to_ascii_lowercase().wrapping_sub(b'a')
}

const fn ends(names: &[&str]) -> [u32; 26] {
    let mut ends = [0; 26];
    let mut name = 0;
    while name < names.len() {
        let bytes = names[name].as_bytes();
        ends[letter(bytes[0]) as usize] |= 1 << letter(bytes[bytes.len() - 1]);
        name += 1;
    }
    ends
}

fn folded(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

/// Whether somebody asks for a setting. Large files have a million others, so it is told by the first letter of most.
pub(crate) fn is_asked_for(key: &str) -> bool {
    match key.as_bytes().first() {
        Some(b'm') if key.as_bytes().first_chunk() == Some(b"mail.") => is_asked_for_below_mail(&key[5..]),
        Some(b'e' | b'm' | b'n' | b's') => matches!(
            key,
            "extensions.lastAppVersion"
                | "mailnews.start_page_override.mstone"
                | "network.proxy.socks"
                | "network.proxy.socks_port"
                | "network.proxy.type"
                | "security.tls.version.enable-deprecated"
                | "security.tls.version.max"
                | "security.tls.version.min"
        ),
        _ => false,
    }
}

fn is_asked_for_below_mail(rest: &str) -> bool {
    let (family, rest) = if let Some(rest) = rest.strip_prefix("server.") {
        (&SERVER, rest)
    } else if let Some(rest) = rest.strip_prefix("identity.") {
        (&IDENTITY, rest)
    } else if let Some(rest) = rest.strip_prefix("smtpserver.") {
        (&OUTGOING, rest)
    } else if let Some(rest) = rest.strip_prefix("outgoingserver.") {
        (&OTHER_OUTGOING, rest)
    } else if let Some(rest) = rest.strip_prefix("account.") {
        (&ACCOUNT, rest)
    } else {
        return matches!(
            rest,
            "smtpservers"
                | "accountmanager.accounts"
                | "accountmanager.defaultaccount"
                | "smtp.defaultserver"
                | "ui-rdf.version"
        );
    };
    // Dots are near, and a call to find one would take longer than to look.
    let Some(dot) = rest.bytes().rposition(|byte| byte == b'.') else { return false };
    // Nothing keeps a list from having names with dots for its servers.
    let first = rest[..dot].bytes().position(|byte| byte == b'.');
    family.asks_for(&rest[dot + 1..]) || first.is_some_and(|first| family.asks_for(&rest[first + 1..]))
}

/// The list of outgoing servers.
pub(crate) const OUTGOING_LIST: &str = "mail.smtpservers";

/// Whether a setting is a list of accounts, identities or servers, which may be long.
pub(crate) fn is_list(key: &str) -> bool {
    let is_of_account = key.strip_prefix("mail.account.").is_some_and(|rest| rest.ends_with(".identities"));
    is_of_account || key == "mail.accountmanager.accounts" || key == OUTGOING_LIST
}

/// What is kept of one file, or of a piece of it: what is asked for, and two settings that tell something by being there.
#[derive(Default)]
pub(crate) struct Wanted {
    has_mail: bool,
    is_past_list: bool,
}

impl Wanted {
    /// Whether to keep a setting. To be asked once for each statement, in their order.
    pub(crate) fn keeps(&mut self, key: &str) -> bool {
        is_asked_for(key) || !(self.has_mail && self.is_past_list) && is_of_mail(key) && self.is_witness(key)
    }

    /// The first setting of mail, without which a file is no mail client's, and the first behind the list of outgoing
    /// servers: the client writes them in the order of their names, so a file that has it has not lost the list.
    fn is_witness(&mut self, key: &str) -> bool {
        let is_first = !std::mem::replace(&mut self.has_mail, true);
        is_first | (key > OUTGOING_LIST && !std::mem::replace(&mut self.is_past_list, true))
    }
}

/// Whether a setting has to do with mail at all.
pub(crate) fn is_of_mail(key: &str) -> bool {
    key.starts_with("mail.") || key.starts_with("mailnews.")
}

#[cfg(test)]
mod tests {
    use super::{Wanted, is_asked_for};

    #[test]
    fn a_name_is_asked_for_below_its_family_alone_in_any_case() {
        assert!(is_asked_for("mail.server.server1.hostname"));
        assert!(is_asked_for("mail.server.server1.HostName"));
        assert!(is_asked_for("mail.server.server1.leave-on.server"));
        assert!(is_asked_for("mail.server.server1.isSecure"));
        assert!(is_asked_for("mail.server.a.name.with.dots.hostname"));
        assert!(!is_asked_for("mail.server.server1.issecure"));
        assert!(!is_asked_for("mail.server.server1.directory"));
        assert!(!is_asked_for("mail.server.server1.cacheCapa.acl"));
        assert!(!is_asked_for("mail.identity.id1.hostname"));
        assert!(!is_asked_for("mail.server.hostname"));
        assert!(!is_asked_for("mail.server.server1."));
    }

    #[test]
    fn one_setting_behind_the_list_is_kept() {
        let mut wanted = Wanted::default();
        let kept =
            ["mail.a", "mail.b", "mailnews.a", "mailnews.b", "mail.smtpservers", "n"].map(|key| wanted.keeps(key));
        assert_eq!(kept, [true, false, true, false, true, false]);
    }
}
