use std::borrow::Cow;

use maillint_model::{Account, AccountKind, Change, Setting, Side};

use crate::policy::RuleLevel;
use crate::{Case, Finding, Label, Level, RuleMeta, words};

/// Asks a client for the steps of a change.
pub type Guide<'a> = dyn Fn(&Change, &Account) -> Vec<String> + 'a;

/// What a rule found, before the policy has had its word.
pub struct Draft {
    subject: String,
    message: String,
    why: String,
    level: Option<Level>,
    labels: Vec<Label>,
    expected: Option<String>,
    change: Option<Change>,
    advice: Vec<String>,
    managed: bool,
}

impl Draft {
    /// `subject` tells two findings of one rule on one account apart, and is the same in every run: `incoming`.
    /// `message` says what is set, and what it should be.
    pub fn new(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            message: message.into(),
            why: String::new(),
            level: None,
            labels: Vec::new(),
            expected: None,
            change: None,
            advice: Vec::new(),
            managed: false,
        }
    }

    /// Why it matters, in plain words.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Another level than the rule's own, for this case.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// A place; the first one is the place itself.
    #[must_use]
    pub fn label(mut self, label: Label) -> Self {
        self.labels.push(label);
        self
    }

    /// The value that would be right.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// What to change.
    #[must_use]
    pub fn change(mut self, change: Change) -> Self {
        self.change = Some(change);
        self
    }

    /// What to do before any setting is changed, or where there is none to change: one step.
    #[must_use]
    pub fn advice(mut self, step: impl Into<String>) -> Self {
        self.advice.push(step.into());
        self
    }

    /// The setting to change. If an administrator has set it, changing it is not the user's.
    #[must_use]
    pub fn on<T>(mut self, setting: &Setting<T>) -> Self {
        self.managed |= setting.is_managed();
        self
    }
}

/// A mailbox may have a thousand accounts; a reader looks at a few.
const MOST_LABELS: usize = 8;

/// Where a rule puts what it finds.
pub struct Found<'a> {
    pub(crate) rule: &'static RuleMeta,
    pub(crate) guide: &'a Guide<'a>,
    pub(crate) findings: Vec<(Finding, String)>,
}

impl Found<'_> {
    /// Whether the client of an account has a place for a change.
    pub(crate) fn is_possible(&self, case: &Case<'_>, change: &Change) -> bool {
        !(self.guide)(change, case.account).is_empty()
    }

    /// Takes a draft, unless the policy has switched the rule off.
    pub fn add(&mut self, case: &Case<'_>, draft: Draft) {
        let stated = case.policy.levels.iter().find(|(id, _)| id.as_str() == self.rule.id).map(|(_, level)| *level);
        let level = match stated {
            Some(RuleLevel::Off) => return,
            Some(RuleLevel::On(level)) => level,
            None => draft.level.unwrap_or(self.rule.level),
        };
        let account = &*with_server_of(case, &draft.subject);
        let is_moving = draft.change.as_ref().is_some_and(|change| is_moving(account, change));
        let (level, why) = if is_moving {
            let client = case.client();
            let manages = format!(
                "{client} manages this by itself unless it was told not to: what is stored is what worked last, and it \
                 may be using something else today."
            );
            (level.min(Level::Warning), format!("{} {manages}", draft.why))
        } else {
            (level, draft.why)
        };
        let texts = case.policy.text.get(&case.settings.language);
        let wording = texts.and_then(|texts| texts.iter().find(|(id, _)| id.as_str() == self.rule.id)).map(|(_, w)| w);
        let steps = match &draft.change {
            None => draft.advice,
            Some(change) if draft.managed => vec![ask_administrator(change)],
            Some(change) => {
                let mut steps = draft.advice;
                let clicks = (self.guide)(change, account);
                steps.extend(if clicks.is_empty() { vec![look_yourself(case, change)] } else { clicks });
                steps
            }
        };
        let mut labels = draft.labels;
        if labels.is_empty() {
            labels.push(Label { at: case.account.at.clone(), text: "this account".to_owned() });
        }
        labels.truncate(MOST_LABELS);
        let finding = Finding {
            rule: self.rule,
            level,
            account: case.index,
            message: draft.message,
            labels,
            expected: draft.expected,
            why: wording.and_then(|wording| wording.say.clone()).unwrap_or(why),
            steps,
            link: wording.and_then(|wording| wording.url.clone()),
            fingerprint: String::new(),
            known: false,
        };
        self.findings.push((finding, draft.subject));
    }
}

/// The account as a client is to see it: one of its addresses may send through a server of its own, and then that is the
/// one to change.
fn with_server_of<'a>(case: &Case<'a>, subject: &str) -> Cow<'a, Account> {
    let own = case.slots.iter().find(|slot| slot.side == Side::Outgoing && slot.subject == subject);
    match own.filter(|slot| case.account.outgoing.as_ref() != Some(slot.server)) {
        Some(slot) => Cow::Owned(case.account.sending_through(slot.server)),
        None => Cow::Borrowed(case.account),
    }
}

/// Whether the client finds a setting out by itself ([`maillint_model::Server::automatic`]).
fn is_moving(account: &Account, change: &Change) -> bool {
    let server = match change {
        Change::Endpoint { side: Side::Incoming, .. } | Change::Auth { side: Side::Incoming, .. } => &account.incoming,
        Change::Endpoint { side: Side::Outgoing, .. }
        | Change::Auth { side: Side::Outgoing, .. }
        | Change::SignIn { .. } => &account.outgoing,
        _ => return false,
    };
    server.as_ref().is_some_and(|server| server.automatic)
}

fn ask_administrator(change: &Change) -> String {
    format!("An administrator has set this, and you cannot change it yourself: ask them to {}.", wish(change))
}

/// What to say where nobody knows the dialogs of a client, or they have no place for it.
fn look_yourself(case: &Case<'_>, change: &Change) -> String {
    let (client, wish) = (case.client(), wish(change));
    match case.account.kind {
        AccountKind::Provisioning => format!("Whoever looks after this file has to {wish}."),
        AccountKind::Live | AccountKind::Export => format!(
            "Look through the settings of the account in {client}, and {wish}. The exact place in {client} is not known to \
             maillint."
        ),
    }
}

/// "set the incoming server to mail.example.org".
fn wish(change: &Change) -> String {
    let server = |side: &Side| words::server(*side);
    match change {
        Change::Host { side, to } => format!("set the {} to {to}", server(side)),
        Change::Endpoint { side, port, security } => {
            format!("set the {} to {}", server(side), words::endpoint(*port, *security))
        }
        Change::Username { side, to } => format!("set the user name of the {} to {to}", server(side)),
        Change::Auth { side, to } => format!("set the {} to sign in with {}", server(side), words::auth(*to)),
        Change::SignIn { to, username } => {
            format!("set the outgoing server to sign in with {}, as {username}", words::auth(*to))
        }
        Change::RemoveAfterDays(days) => format!("have mail removed from the server after {}", words::days(*days)),
        Change::LeaveOnServer => "have a copy of each message left on the server".to_owned(),
        Change::KeepWhenDeleted => "have messages stay on the server when they are deleted on this device".to_owned(),
        Change::KeepOldMail => "have no messages deleted because they are old".to_owned(),
        Change::OutgoingServer { to: Some(to) } => format!("have the account send through {to}"),
        Change::OutgoingServer { to: None } => {
            "choose an outgoing server for the account, or set one up if there is none".to_owned()
        }
        Change::CertificateException { host } => format!("remove the exception for the certificate of {host}"),
        Change::Address { to } => format!("set the e-mail address to {to}"),
        Change::TlsVersions => "set the versions of TLS back to the program's own".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::{TODAY, accounts};
    use crate::{Settings, judge};

    /// Steps that lead to the account's server would have the wrong one changed.
    #[test]
    fn the_steps_are_for_the_server_that_the_finding_is_about() {
        let accounts = accounts(
            "account: anna@example.org
             incoming: imap mail.example.org 993 tls password anna@example.org
             outgoing: smtp mail.example.org 587 starttls password anna@example.org
             identity: info@example.org
             identity-outgoing: smtp post.example.org 587 starttls none",
        );
        let guide = |_: &_, account: &super::Account| {
            vec![account.outgoing.as_ref().and_then(|server| server.host.text()).unwrap_or_default().to_owned()]
        };
        let findings = judge(&accounts, &Settings::new(TODAY), &guide).findings;
        let finding = findings.iter().find(|finding| finding.rule.id == "outgoing-auth-missing").unwrap();
        assert_eq!(finding.steps, ["post.example.org"]);
    }
}
