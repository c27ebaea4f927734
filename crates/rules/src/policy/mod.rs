//! Policies: what a house wants of the accounts of its customers, as data.

mod error;
mod files;
mod from;
mod named;
mod pattern;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use maillint_model::{Protocol, Security};

pub use error::PolicyError;
pub use files::{Document, Opener};
pub use from::policy_from;
pub(crate) use named::nearest;
pub use named::{Named, RuleId, RuleLevel};
pub use pattern::{Address, Pattern};
pub use schema::{
    AuthRules, CertificateCovers, ClientRules, Days, Discouraged, Endpoint, HostRules, Match, Offer, Policy, Retention,
    RetentionMode, SenderAuth, TlsRules, UsernameRules, Wanted, Wording,
};

/// A policy that is built in.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its name, for `--policy` and `extends`.
    pub name: &'static str,
    /// The policy itself, as its file with all its comments.
    pub text: &'static str,
    /// The same in the form that is quick to read.
    json: &'static str,
}

/// The policies that are built in; the first is the default.
pub const BUILTINS: &[Builtin] = &[
    Builtin {
        name: "hosting",
        text: include_str!("../../policies/hosting.toml"),
        json: include_str!(concat!(env!("OUT_DIR"), "/hosting.json")),
    },
    Builtin {
        name: "rfc8314",
        text: include_str!("../../policies/rfc8314.toml"),
        json: include_str!(concat!(env!("OUT_DIR"), "/rfc8314.json")),
    },
];

/// A policy file to start from, with every field explained.
pub const TEMPLATE: &str = include_str!("../../policies/template.toml");

impl Policy {
    /// The policy as a file.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// A built-in policy.
    pub fn builtin(name: &str) -> Option<Self> {
        let builtin = BUILTINS.iter().find(|builtin| builtin.name == name)?;
        // A test holds that every built-in policy is right.
        serde_json::from_str(builtin.json).ok()
    }

    /// The policy of a hosting company: the default.
    pub fn hosting() -> Self {
        Self::builtin("hosting").unwrap_or_default()
    }

    /// Reads a policy that stands for itself: one that names another file is a mistake.
    ///
    /// # Errors
    /// The first mistake in it, with its place.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let document = Document { name: "policy".to_owned(), id: String::new(), text: text.to_owned() };
        Self::read(document, &|_, _| Err("there is no file beside this policy".to_owned()))
    }

    /// What it says about a protocol; `None` where it says nothing.
    pub fn offer(&self, protocol: Protocol) -> Option<&Offer> {
        match protocol {
            Protocol::Imap => self.imap.as_ref(),
            Protocol::Pop3 => self.pop3.as_ref(),
            Protocol::Smtp => self.smtp.as_ref(),
            _ => None,
        }
    }

    fn offer_mut(&mut self, protocol: Protocol) -> Option<&mut Option<Offer>> {
        match protocol {
            Protocol::Imap => Some(&mut self.imap),
            Protocol::Pop3 => Some(&mut self.pop3),
            Protocol::Smtp => Some(&mut self.smtp),
            _ => None,
        }
    }

    /// The level of a rule under this policy; `None` when it is switched off.
    pub fn level(&self, rule: &'static crate::RuleMeta) -> Option<crate::Level> {
        match self.levels.iter().find(|(id, _)| id.as_str() == rule.id) {
            Some((_, level)) => level.level(),
            None => Some(rule.level),
        }
    }

    /// Takes from `base` what this one does not state. Lists and tables of a protocol are taken whole or not at all;
    /// levels and wordings are taken one by one.
    fn over(self, base: Self) -> Self {
        Self {
            schema: self.schema,
            id: self.id,
            title: self.title,
            extends: self.extends,
            source: self.source.or(base.source),
            as_of: self.as_of.or(base.as_of),
            applies: self.applies,
            imap: Offer::over(self.imap, base.imap),
            pop3: Offer::over(self.pop3, base.pop3),
            smtp: Offer::over(self.smtp, base.smtp),
            host: self.host.over(base.host),
            username: UsernameRules {
                outgoing_same_as_incoming: self
                    .username
                    .outgoing_same_as_incoming
                    .or(base.username.outgoing_same_as_incoming),
            },
            auth: self.auth.over(base.auth),
            tls: self.tls.over(base.tls),
            retention: self.retention.over(&base.retention),
            client: ClientRules { min_check_minutes: self.client.min_check_minutes.or(base.client.min_check_minutes) },
            levels: merged(self.levels, base.levels),
            text: self.text.into_iter().fold(base.text, |mut all, (language, texts)| {
                let under = all.remove(&language).unwrap_or_default();
                all.insert(language, merged(texts, under));
                all
            }),
        }
    }
}

impl Offer {
    fn over(own: Option<Self>, base: Option<Self>) -> Option<Self> {
        match (own, base) {
            (Some(own), Some(base)) => Some(Self {
                offered: own.offered.or(base.offered),
                hosts: stated(own.hosts, base.hosts),
                accept_hosts: stated(own.accept_hosts, base.accept_hosts),
                usernames: stated(own.usernames, base.usernames),
                endpoints: stated(own.endpoints, base.endpoints),
            }),
            (own, base) => own.or(base),
        }
    }

    /// The row for a port with a protection, if the policy lists it.
    pub fn endpoint(&self, port: u16, security: Security) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.port == port && endpoint.security.0 == security)
    }

    /// The row that the house likes best: the lowest rank, the first of several.
    pub fn preferred(&self) -> Option<&Endpoint> {
        self.endpoints.iter().min_by_key(|endpoint| endpoint.rank)
    }
}

impl HostRules {
    fn over(self, base: Self) -> Self {
        Self {
            same_in_out: self.same_in_out.or(base.same_in_out),
            ip_literal: self.ip_literal.or(base.ip_literal),
            discouraged: stated(self.discouraged, base.discouraged),
        }
    }
}

impl AuthRules {
    fn over(self, base: Self) -> Self {
        Self {
            incoming: self.incoming.or(base.incoming),
            outgoing: self.outgoing.or(base.outgoing),
            allow: stated(self.allow, base.allow),
            deny: if self.deny.is_empty() { base.deny } else { self.deny },
            app_password: self.app_password.or(base.app_password),
        }
    }
}

impl TlsRules {
    fn over(self, base: Self) -> Self {
        Self {
            min_version: self.min_version.or(base.min_version),
            accepted_exceptions: stated(self.accepted_exceptions, base.accepted_exceptions),
            certificate_covers: self.certificate_covers.or(base.certificate_covers),
        }
    }
}

impl Retention {
    fn over(self, base: &Self) -> Self {
        Self { mode: self.mode.or(base.mode), delete_after_days: self.delete_after_days.or(base.delete_after_days) }
    }
}

fn stated<T>(own: Vec<T>, base: Vec<T>) -> Vec<T> {
    if own.is_empty() { base } else { own }
}

fn merged<K: Ord, V>(own: BTreeMap<K, V>, mut base: BTreeMap<K, V>) -> BTreeMap<K, V> {
    base.extend(own);
    base
}

/// The JSON Schema of a policy file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Policy).to_value()
}
