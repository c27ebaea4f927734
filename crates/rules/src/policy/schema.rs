use std::collections::BTreeMap;

use maillint_model::{Auth, Security};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::{Named, Pattern, RuleId, RuleLevel};

/// A policy file.
///
/// What it does not state is not judged, except by the rules that hold for every server. Everything in it is a wish of
/// one house; what is impossible on any server is a rule of its own.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Version of this form: 1.
    pub schema: Version,
    /// Short name, as reports show it: `hosting`.
    pub id: String,
    /// Whose policy it is, for people.
    #[serde(default)]
    pub title: String,
    /// A policy that fills in what is not stated here: `hosting`, `rfc8314`, or a file, from this one's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// The page that it puts into data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The day on which the page was read, as `2026-11-22`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The accounts that it is for. Without it: all accounts that no other policy and no known provider claims.
    #[serde(rename = "match", default, skip_serializing_if = "Match::is_empty")]
    pub applies: Match,
    /// Fetching mail by IMAP. Not there: not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imap: Option<Offer>,
    /// Fetching mail by POP. Not there: not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pop3: Option<Offer>,
    /// Sending mail. Not there: not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smtp: Option<Offer>,
    /// What holds for server names in general.
    #[serde(default, skip_serializing_if = "is_default")]
    pub host: HostRules,
    /// What holds for user names in general.
    #[serde(default, skip_serializing_if = "is_default")]
    pub username: UsernameRules,
    /// How to sign in.
    #[serde(default, skip_serializing_if = "is_default")]
    pub auth: AuthRules,
    /// Protection of the connection.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tls: TlsRules,
    /// How long mail stays on the server.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retention: Retention,
    /// The client's habits.
    #[serde(default, skip_serializing_if = "is_default")]
    pub client: ClientRules,
    /// Levels of single rules: `off`, `note`, `warning`, `error`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub levels: BTreeMap<RuleId, RuleLevel>,
    /// The house's own words and pages, by language and rule: `[text.en."host-prefix"]`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub text: BTreeMap<String, BTreeMap<RuleId, Wording>>,
}

/// The version of the form of a policy file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Version(u32);

impl Default for Version {
    fn default() -> Self {
        Self(1)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            1 => Ok(Self(1)),
            other => Err(serde::de::Error::custom(format!("this program knows version 1 of policies, not {other}"))),
        }
    }
}

/// The accounts that a policy is for: any of these.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// Mail domains: `customer.example`, `*.customer.example` for those below it, or `@list.txt`: a file beside this
    /// one, with one domain a line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub email_domains: Vec<Pattern>,
    /// Names of servers: `mail.customer.example`, `*.thundermail.com`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Pattern>,
}

impl Match {
    /// Whether nothing is named: the policy is for every account that nobody else claims.
    pub fn is_empty(&self) -> bool {
        self.email_domains.is_empty() && self.hosts.is_empty()
    }
}

/// What a house says about one protocol.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Whether the house offers the protocol at all. Not stated: yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<bool>,
    /// The right server names; the first is the one to suggest. Not stated: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Pattern>,
    /// Server names that are fine too, but never suggested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept_hosts: Vec<Pattern>,
    /// The right user names; the first is the one to suggest. Not stated: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usernames: Vec<Pattern>,
    /// Ports with their protection. One that is listed is right whatever a general rule says of it. Not stated: any
    /// that can work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<Endpoint>,
}

/// A port and the protection on it, which only work together.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// 1 to 65535.
    #[schemars(range(min = 1))]
    pub port: u16,
    /// `none`, `starttls` or `tls`.
    pub security: Named<Security>,
    /// Order of preference: 1 is best, equals are equally good.
    #[serde(default = "first")]
    pub rank: u32,
    /// The level of a finding on it, if there is to be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Named<crate::Level>>,
    /// Why it is not the best one, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

fn first() -> u32 {
    1
}

/// What holds for server names in general.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostRules {
    /// Whether the incoming and the outgoing server are to be the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_in_out: Option<Wanted>,
    /// What to say about an address of digits in place of a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_literal: Option<RuleLevel>,
    /// Names that work today and should not be used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discouraged: Vec<Discouraged>,
}

/// A server name that works today and should not be used.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Discouraged {
    /// The names.
    pub host: Pattern,
    /// The level of the finding. Not stated: that of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Named<crate::Level>>,
    /// Why, for people.
    pub why: String,
}

/// Whether a house insists.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// It does.
    Require,
    /// It has no opinion.
    Ignore,
}

/// What holds for user names in general.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsernameRules {
    /// Whether the outgoing server is to be signed in to with the user name of the incoming one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outgoing_same_as_incoming: Option<Wanted>,
}

/// How a server knows that a sender is a customer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SenderAuth {
    /// By signing in.
    Required,
    /// By having fetched mail just before.
    PopBeforeSmtp,
    /// By the address of the connection.
    Ip,
    /// It does not ask.
    None,
}

/// How to sign in.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthRules {
    /// At the incoming server. Not stated: required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incoming: Option<SenderAuth>,
    /// At the outgoing server. Not stated: required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outgoing: Option<SenderAuth>,
    /// The ways that work here; the first is the one to suggest. Not stated: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Named<Auth>>,
    /// What to say about the ways that are not wanted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deny: BTreeMap<Named<Auth>, RuleLevel>,
    /// Whether the password has to be one made for this program alone ("app password").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_password: Option<bool>,
}

/// Whose name is in the certificate of the mail server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateCovers {
    /// The customer's own domain: `mail.<domain>`.
    Domain,
    /// The machine: `srv12.provider.example`.
    Server,
    /// The provider: `mail.provider.example`.
    Provider,
}

/// Protection of the connection.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TlsRules {
    /// The lowest version that a client may agree to: `1.2`. Not stated: 1.2 (RFC 8997).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_version: Option<String>,
    /// Servers whose certificate may be accepted by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted_exceptions: Vec<Pattern>,
    /// Whose name is in the certificate. Not stated: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_covers: Option<CertificateCovers>,
}

/// How a house wants mail to leave the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RetentionMode {
    /// One device fetches by POP and removes mail after some days; the others may use anything.
    PopDrain,
    /// POP on one device only, and no mail is left on the server; for several devices, IMAP.
    PopSingle,
    /// IMAP only.
    ImapOnly,
    /// POP or IMAP, but not both for one mailbox.
    NoMix,
    /// No opinion.
    Ignore,
}

/// How long mail stays on the server.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// How mail is to leave the server. Not stated: no opinion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<RetentionMode>,
    /// Days that a copy stays on the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_after_days: Option<Days>,
}

/// A number of days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// The best.
    pub want: u32,
    /// The fewest.
    pub min: u32,
    /// The most.
    pub max: u32,
}

/// The client's habits.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientRules {
    /// Fewest minutes between two looks for new mail. Not stated: no opinion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_check_minutes: Option<u32>,
}

/// The house's own words on a rule.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// In place of the reason that the rule gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub say: Option<String>,
    /// The house's own page on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
