//! The rules, one file each.
//!
//! Some that one might look for are not here. A port that is no number is unknown before a rule sees it. An address that
//! differs from the user name is mostly an alias; a server of another domain than the address is mostly right. Servers
//! that nothing uses, accounts that are switched off, and settings that a program does not know are said as such, without
//! a verdict. Pinned certificates, timeouts and passwords over unprotected connections that a program was told to allow
//! stand in none of the files that are read, or under names that are not known. Announced ends of service are in the
//! rules that they are about.

mod account_without_smtp;
mod age_number_without_switch;
mod app_password_hint;
mod auth_any;
mod auth_not_published;
mod auth_not_wanted;
mod cert_exception_stored;
mod check_interval;
mod cleartext_password_no_tls;
mod client_eol;
mod dangling_reference;
mod delete_when_deleted_locally;
mod deletes_old_mail;
mod domain_host_cert_risk;
mod duplicate_account;
mod empty_display_name;
mod endpoint_differs_from_published;
mod endpoint_not_offered;
mod endpoint_not_preferred;
mod host_differs_from_published;
mod host_idn_homograph;
mod host_ip_literal;
mod host_is_server_name;
mod host_malformed;
mod host_not_expected;
mod host_prefix;
mod host_swapped_role;
mod host_typo;
mod hosts_differ;
mod identity_address_invalid;
mod identity_domain_typo;
mod implicit_port_with_starttls;
mod incoming_auth_missing;
mod loose_file_mode;
mod mailbox_split_hosts;
mod min_tls_lowered;
mod no_pop_removal;
mod no_tls;
mod nonstandard_port;
mod oauth_on_plain_host;
mod oauth_partial;
mod oauth_required;
mod opportunistic_starttls;
mod outgoing_auth_missing;
mod outgoing_username_differs;
mod plaintext_password;
mod pop_against_house;
mod pop_before_smtp_left_on;
mod pop_delete_at_once_alone;
mod pop_delete_at_once_shared;
mod port_protocol_cross;
mod port_unset;
mod protocol_not_offered;
mod providers_differ;
mod provisioning_drift;
mod reply_to_suspicious;
mod retention_too_short;
mod retired_host;
mod same_user_many_mailboxes;
mod security_asymmetric;
mod smtp_465_before_587;
mod spa_enabled;
mod starttls_port_with_implicit;
mod submission_on_25;
mod tls_max_lowered;
mod tls_port_plain;
mod two_drainers;
mod username_case;
mod username_differs_from_published;
mod username_legacy_separator;
mod username_missing;
mod username_not_expected;
mod username_not_full_address;
mod username_other_domain;
mod username_typo;
mod username_whitespace;
mod verify_off;
mod webmail_host;
mod wrong_default_smtp;

use crate::Rule;

/// Every rule, by id.
pub const RULES: &[&dyn Rule] = &[
    &account_without_smtp::AccountWithoutSmtp,
    &age_number_without_switch::AgeNumberWithoutSwitch,
    &app_password_hint::AppPasswordHint,
    &auth_any::AuthAny,
    &auth_not_published::AuthNotPublished,
    &auth_not_wanted::AuthNotWanted,
    &cert_exception_stored::CertExceptionStored,
    &check_interval::CheckInterval,
    &cleartext_password_no_tls::CleartextPasswordNoTls,
    &client_eol::ClientEol,
    &dangling_reference::DanglingReference,
    &delete_when_deleted_locally::DeleteWhenDeletedLocally,
    &deletes_old_mail::DeletesOldMail,
    &domain_host_cert_risk::DomainHostCertRisk,
    &duplicate_account::DuplicateAccount,
    &empty_display_name::EmptyDisplayName,
    &endpoint_differs_from_published::EndpointDiffersFromPublished,
    &endpoint_not_offered::EndpointNotOffered,
    &endpoint_not_preferred::EndpointNotPreferred,
    &host_differs_from_published::HostDiffersFromPublished,
    &host_idn_homograph::HostIdnHomograph,
    &host_ip_literal::HostIpLiteral,
    &host_is_server_name::HostIsServerName,
    &host_malformed::HostMalformed,
    &host_not_expected::HostNotExpected,
    &host_prefix::HostPrefix,
    &host_swapped_role::HostSwappedRole,
    &host_typo::HostTypo,
    &hosts_differ::HostsDiffer,
    &identity_address_invalid::IdentityAddressInvalid,
    &identity_domain_typo::IdentityDomainTypo,
    &implicit_port_with_starttls::ImplicitPortWithStarttls,
    &incoming_auth_missing::IncomingAuthMissing,
    &loose_file_mode::LooseFileMode,
    &mailbox_split_hosts::MailboxSplitHosts,
    &min_tls_lowered::MinTlsLowered,
    &no_pop_removal::NoPopRemoval,
    &no_tls::NoTls,
    &nonstandard_port::NonstandardPort,
    &oauth_on_plain_host::OauthOnPlainHost,
    &oauth_partial::OauthPartial,
    &oauth_required::OauthRequired,
    &opportunistic_starttls::OpportunisticStarttls,
    &outgoing_auth_missing::OutgoingAuthMissing,
    &outgoing_username_differs::OutgoingUsernameDiffers,
    &plaintext_password::PlaintextPassword,
    &pop_against_house::PopAgainstHouse,
    &pop_before_smtp_left_on::PopBeforeSmtpLeftOn,
    &pop_delete_at_once_alone::PopDeleteAtOnceAlone,
    &pop_delete_at_once_shared::PopDeleteAtOnceShared,
    &port_protocol_cross::PortProtocolCross,
    &port_unset::PortUnset,
    &protocol_not_offered::ProtocolNotOffered,
    &providers_differ::ProvidersDiffer,
    &provisioning_drift::ProvisioningDrift,
    &reply_to_suspicious::ReplyToSuspicious,
    &retention_too_short::RetentionTooShort,
    &retired_host::RetiredHost,
    &same_user_many_mailboxes::SameUserManyMailboxes,
    &security_asymmetric::SecurityAsymmetric,
    &smtp_465_before_587::Smtp465Before587,
    &spa_enabled::SpaEnabled,
    &starttls_port_with_implicit::StarttlsPortWithImplicit,
    &submission_on_25::SubmissionOn25,
    &tls_max_lowered::TlsMaxLowered,
    &tls_port_plain::TlsPortPlain,
    &two_drainers::TwoDrainers,
    &username_case::UsernameCase,
    &username_differs_from_published::UsernameDiffersFromPublished,
    &username_legacy_separator::UsernameLegacySeparator,
    &username_missing::UsernameMissing,
    &username_not_expected::UsernameNotExpected,
    &username_not_full_address::UsernameNotFullAddress,
    &username_other_domain::UsernameOtherDomain,
    &username_typo::UsernameTypo,
    &username_whitespace::UsernameWhitespace,
    &verify_off::VerifyOff,
    &webmail_host::WebmailHost,
    &wrong_default_smtp::WrongDefaultSmtp,
];

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static dyn Rule> {
    let at = RULES.binary_search_by(|rule| rule.meta().id.cmp(id)).ok()?;
    RULES.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::{RULES, rule};
    use crate::notation::examples;

    /// The headings that every rule's documentation has, in this order.
    const HEADINGS: [&str; 5] = ["What it checks", "Why it matters", "How to fix it", "When it is wrong", "Sources"];

    #[test]
    fn rules_are_sorted_and_found() {
        assert!(RULES.is_sorted_by(|a, b| a.meta().id < b.meta().id));
        for one in RULES {
            assert_eq!(rule(one.meta().id).map(|found| found.meta().id), Some(one.meta().id));
        }
        assert!(rule("no-such-rule").is_none());
    }

    #[test]
    fn every_rule_is_documented_under_the_same_headings() {
        for one in RULES {
            let meta = one.meta();
            let headings: Vec<&str> = meta.docs.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert_eq!(headings, HEADINGS, "{}", meta.id);
            assert!(!meta.summary.ends_with('.') && !meta.summary.is_empty(), "{}", meta.id);
        }
    }

    /// Every example in the documentation is what it says it is.
    #[test]
    fn the_examples_of_every_rule_are_true() {
        for one in RULES {
            let meta = one.meta();
            let (mut fires, mut passes) = (0, 0);
            for example in examples(meta.docs) {
                let fired = example.judge().findings.iter().any(|finding| finding.rule.id == meta.id);
                let said = if fired { "fires" } else { "is silent" };
                assert_eq!(fired, example.fires, "{} {said} on\n{}", meta.id, example.text);
                fires += usize::from(example.fires);
                passes += usize::from(!example.fires);
            }
            assert!(fires > 0 && passes > 0, "{} needs an example that fires and a near miss", meta.id);
        }
    }

    /// Nobody is left with a problem alone: where no client knows a place for the change, the finding says so in a step.
    #[test]
    fn every_finding_says_what_to_do() {
        for one in RULES {
            for example in examples(one.meta().docs) {
                for finding in example.judge().findings {
                    assert!(!finding.steps.is_empty(), "{}: {}", finding.rule.id, finding.message);
                }
            }
        }
    }

    /// A file of a rule is in the list, and has its id as its name.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "looks at the source of this crate")]
    fn every_file_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".rs").map(|stem| stem.replace('_', "-")))
            .filter(|stem| stem != "mod")
            .collect();
        files.sort();
        let ids: Vec<&str> = RULES.iter().map(|one| one.meta().id).collect();
        assert_eq!(files, ids);
    }
}
