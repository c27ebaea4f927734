use maillint_model::Change;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether the program agrees to a version of TLS below the one that the policy asks for (1.2, where it says
    /// nothing).
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// min-tls: 1.0
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// min-tls: 1.2
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// TLS 1.0 and 1.1 are broken. Someone in between can have the program fall back to them, and read along.
    /// Providers switch them off.
    ///
    /// ## How to fix it
    /// Set the program back to its own default. If an old server needs it, the server is what must change.
    ///
    /// ## When it is wrong
    /// A server on the same computer may be old without harm.
    ///
    /// ## Sources
    /// RFC 8997: mail needs TLS 1.2 at least. Microsoft blocks older versions in the second half of 2026.
    pub MinTlsLowered {
        id: "min-tls-lowered",
        level: Error,
        summary: "the program agrees to outdated encryption",
    }
}

/// "1.2" as a pair.
fn version(text: &str) -> Option<(u8, u8)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

impl Rule for MinTlsLowered {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let Some((major, minor)) = case.account.min_tls.get() else { return };
        let wanted = case.policy.tls.min_version.as_deref().and_then(version).unwrap_or((1, 2));
        let local = case.slots.iter().all(|slot| slot.server.is_loopback());
        if (major, minor) >= wanted || local {
            return;
        }
        found.add(
            case,
            Draft::new(
                "min-tls",
                format!(
                    "{} agrees to TLS {major}.{minor}, it should be {}.{} or newer",
                    case.client(),
                    wanted.0,
                    wanted.1
                ),
            )
            .label(case.label(&case.account.min_tls, "the oldest version that it agrees to"))
            .why(
                "Old versions of encryption are broken: someone in between can read along. \
                 Providers are switching them off.",
            )
            .on(&case.account.min_tls)
            .expected(format!("{}.{}", wanted.0, wanted.1))
            .change(Change::TlsVersions),
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::TlsVersions]
    }
}
