use maillint_model::Security;

use crate::case::normal_host;
use crate::policy::CertificateCovers;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether a server is named after the mail domain and encrypted, where the house says that its certificates
    /// are made out to the machine or to the provider (`certificate_covers`).
    ///
    /// ```fires
    /// [tls]
    /// certificate_covers = "provider"
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [tls]
    /// certificate_covers = "domain"
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// The program warns that the certificate belongs to someone else, and people learn to click the warning away.
    ///
    /// ## How to fix it
    /// Set the name that the certificate is made out to, or ask the provider for a certificate for this one.
    ///
    /// ## When it is wrong
    /// Many providers have certificates for both names. Only a policy that says otherwise makes this rule speak.
    ///
    /// ## Sources
    /// RFC 7817 section 3: the certificate is compared with the name that the user configured.
    pub DomainHostCertRisk {
        id: "domain-host-cert-risk",
        level: Note,
        summary: "the certificate is made out to another name than this one",
    }
}

impl Rule for DomainHostCertRisk {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let covers = case.house().and_then(|policy| policy.tls.certificate_covers);
        if !matches!(covers, Some(CertificateCovers::Server | CertificateCovers::Provider)) {
            return;
        }
        let (Some(host), Some(address)) = (slot.host(), slot.address) else { return };
        let domain = normal_host(address.domain);
        let encrypted = !matches!(slot.server.security.get(), None | Some(Security::None));
        let under = host == domain || host.ends_with(&format!(".{domain}"));
        if !encrypted || !under || slot.server.certificate_exception.is_some() {
            return;
        }
        found.add(
            case,
            Draft::new(
                &slot.subject,
                format!(
                    "the {} is named {host}, but the certificate is made out to another name",
                    words::server(slot.side)
                ),
            )
            .label(case.label(&slot.server.host, "this name is not in the certificate"))
            .why(
                "The program warns about the certificate each time. Ask your provider which name it \
                 is made out to, and set that.",
            )
            .on(&slot.server.host)
            .advice(format!(
                "Ask your provider which name the certificate of the {} is made out to, and set that name.",
                words::server(slot.side)
            )),
        );
    }
}
