//! The same run with names taken out, to be passed on: local parts, user names, people's names and domains become
//! pseudonyms, the same one for the same name all over the run. It is done to the run and not to the reports, so that
//! no format can forget it.

mod names;

use std::collections::BTreeMap;
use std::sync::Arc;

use maillint_model::{Account, FileReport, Identity, NoOutgoing, Note, Origin, Retention, Server, Setting};
use maillint_rules::{Finding, Judgement, Label};
use maillint_source::{Decoded, Form, Jump, Location, Secret, SourceFile, Span};

use crate::{Customer, Run};
use names::Names;

/// Replaces the names of a run. Domains that `is_public` stay: those of known providers, and of the house itself.
pub fn redact(run: Run, is_public: &dyn Fn(&str) -> bool) -> Run {
    let names = Names::of(&run.accounts, is_public);
    let mut redaction = Redaction { names: &names, files: BTreeMap::new() };
    let accounts = run.accounts.iter().map(|account| redaction.account(account)).collect();
    let findings = run.judgement.findings.iter().map(|finding| redaction.finding(finding)).collect();
    let unchecked = run.judgement.unchecked.iter().map(|why| why.as_deref().map(|why| names.replace(why))).collect();
    let files = run.files.iter().map(|file| redaction.file_report(file)).collect();
    let customers = run.customers.iter();
    let customers =
        customers.map(|customer| Customer { name: names.replace(&customer.name), ..customer.clone() }).collect();
    Run { accounts, judgement: Judgement { findings, unchecked }, files, customers, ..run }
}

/// A file with its names replaced, and where its pieces went.
struct Redacted {
    file: Arc<SourceFile>,
    /// Start in the old text, and in the new one, of each piece; sorted.
    moves: Vec<(usize, usize)>,
}

struct Redaction<'a> {
    names: &'a Names,
    /// By identity: two files of one name are still two files.
    files: BTreeMap<usize, Redacted>,
}

impl Redaction<'_> {
    fn file(&mut self, file: &Arc<SourceFile>) -> &Redacted {
        let names = self.names;
        self.files.entry(Arc::as_ptr(file).addr()).or_insert_with(|| Redacted::of(file, names))
    }

    fn location(&mut self, at: &Location) -> Location {
        let redacted = self.file(&at.file);
        let span = redacted.span(at.span);
        Location::new(&redacted.file, span)
    }

    fn account(&mut self, account: &Account) -> Account {
        Account {
            profile: account.profile.as_deref().map(|profile| self.names.replace(profile)),
            file: Arc::clone(&self.file(&account.file).file),
            at: self.location(&account.at),
            key: self.names.replace(&account.key),
            name: self.text(&account.name),
            remark: account.remark.as_deref().map(|remark| self.names.replace(remark)),
            identities: account.identities.iter().map(|identity| self.identity(identity)).collect(),
            incoming: account.incoming.as_ref().map(|server| self.server(server)),
            outgoing: account.outgoing.as_ref().map(|server| self.server(server)),
            alternatives: account.alternatives.iter().map(|server| self.server(server)).collect(),
            other_domains: account.other_domains.iter().map(|domain| self.names.replace(domain)).collect(),
            no_outgoing: account.no_outgoing.iter().map(|gap| self.no_outgoing(gap)).collect(),
            retention: account.retention.as_ref().map(|retention| self.retention(retention)),
            check_minutes: self.setting(&account.check_minutes, |minutes, _| *minutes),
            min_tls: self.setting(&account.min_tls, |version, _| *version),
            max_tls: self.setting(&account.max_tls, |version, _| *version),
            deletes_old: self.setting(&account.deletes_old, |value, _| *value),
            proxy: account.proxy.as_ref().map(|proxy| self.text(proxy)),
            secrets: account
                .secrets
                .iter()
                .map(|secret| Secret { kind: secret.kind, at: self.location(&secret.at) })
                .collect(),
            ..account.clone()
        }
    }

    fn no_outgoing(&mut self, gap: &NoOutgoing) -> NoOutgoing {
        NoOutgoing { identity: gap.identity, named_at: gap.named_at.as_ref().map(|at| self.location(at)) }
    }

    fn identity(&mut self, identity: &Identity) -> Identity {
        Identity {
            address: self.text(&identity.address),
            name: self.text(&identity.name),
            reply_to: self.text(&identity.reply_to),
            outgoing: identity.outgoing.as_ref().map(|server| Box::new(self.server(server))),
        }
    }

    fn server(&mut self, server: &Server) -> Server {
        Server {
            protocol: server.protocol,
            key: server.key.as_deref().map(|key| self.names.replace(key)),
            host: self.text(&server.host),
            port: self.setting(&server.port, |port, _| *port),
            security: self.setting(&server.security, |security, _| *security),
            auth: self.setting(&server.auth, |auth, _| *auth),
            username: self.text(&server.username),
            automatic: server.automatic,
            certificate_exception: server.certificate_exception.as_ref().map(|at| self.location(at)),
            unchecked_certificate: server.unchecked_certificate.as_ref().map(|at| self.location(at)),
        }
    }

    fn retention(&mut self, retention: &Retention) -> Retention {
        Retention {
            leave_on_server: self.setting(&retention.leave_on_server, |value, _| *value),
            remove_after_days: self.setting(&retention.remove_after_days, |value, _| *value),
            remove_when_deleted: self.setting(&retention.remove_when_deleted, |value, _| *value),
            stored_days: self.setting(&retention.stored_days, |value, _| *value),
            is_clients_number: retention.is_clients_number,
        }
    }

    fn text(&mut self, setting: &Setting<String>) -> Setting<String> {
        self.setting(setting, |text, names| names.replace(text))
    }

    /// The same setting with another value and its place in the redacted file.
    fn setting<T>(&mut self, setting: &Setting<T>, value: impl FnOnce(&T, &Names) -> T) -> Setting<T> {
        let at = setting.at().map(|at| self.location(at));
        let value = setting.value().map(|old| value(old, self.names));
        let redacted = match (value, at, setting.origin()) {
            (Some(value), Some(at), Origin::Written) => Setting::written(value, at),
            (Some(value), at, Origin::Inherited) => Setting::inherited(value, at),
            (Some(value), _, _) => Setting::default(value),
            (None, Some(at), _) => Setting::unknown_at(at),
            (None, None, _) => Setting::unknown(),
        };
        if setting.is_managed() { redacted.managed() } else { redacted }
    }

    fn finding(&mut self, finding: &Finding) -> Finding {
        let labels = finding.labels.iter();
        Finding {
            message: self.names.replace(&finding.message),
            labels: labels
                .map(|label| Label { at: self.location(&label.at), text: self.names.replace(&label.text) })
                .collect(),
            expected: finding.expected.as_deref().map(|expected| self.names.replace(expected)),
            why: self.names.replace(&finding.why),
            steps: finding.steps.iter().map(|step| self.names.replace(step)).collect(),
            ..finding.clone()
        }
    }

    fn file_report(&mut self, file: &FileReport) -> FileReport {
        let note = |note: &Note| Note {
            kind: note.kind,
            message: self.names.replace(&note.message),
            at: note.at.as_ref().map(|at| self.location(at)),
        };
        FileReport {
            notes: file.notes.iter().map(note).collect(),
            path: self.names.replace(&file.path),
            ..file.clone()
        }
    }
}

impl Redacted {
    fn of(file: &Arc<SourceFile>, names: &Names) -> Self {
        let old = file.text();
        let mut text = String::with_capacity(old.len());
        let mut moves = vec![(0, 0)];
        let mut from = 0;
        for (range, pseudonym) in names.find(old) {
            text.push_str(old.get(from..range.start).unwrap_or(""));
            moves.push((range.start, text.len()));
            text.push_str(pseudonym);
            moves.push((range.end, text.len()));
            from = range.end;
        }
        text.push_str(old.get(from..).unwrap_or(""));
        let redacted = Self { file: Arc::clone(file), moves };
        let secrets: Vec<Span> = file.secrets().iter().map(|secret| redacted.span(*secret)).collect();
        let name = names.replace(file.name());
        let file = match file.form() {
            Form::Listing => SourceFile::listing(name, text, &secrets),
            Form::Text(encoding) => {
                let jumps = jumps(file, &redacted);
                SourceFile::seal(name, Decoded { text, encoding, bom: false, jumps }, &secrets)
            }
        };
        Self { file, ..redacted }
    }

    /// Where a span of the old text is in the new one. A place within a name becomes the whole pseudonym's.
    fn span(&self, span: Span) -> Span {
        Span::new(self.offset(span.start as usize), self.offset(span.end as usize))
    }

    fn offset(&self, offset: usize) -> usize {
        let index = self.moves.partition_point(|(old, _)| *old <= offset);
        let Some((old, new)) = index.checked_sub(1).and_then(|index| self.moves.get(index)) else { return offset };
        let moved = new + (offset - old);
        // A pseudonym may be shorter than the name that it stands for.
        self.moves.get(index).map_or(moved, |(_, next)| moved.min(*next))
    }
}

/// The line numbers of an excerpt of a larger file, found again from its positions.
fn jumps(file: &SourceFile, redacted: &Redacted) -> Vec<Jump> {
    let mut jumps = Vec::new();
    let (mut offset, mut expected) = (0, 1);
    for line in file.text().split_inclusive('\n') {
        let at = u32::try_from(offset).unwrap_or(u32::MAX);
        let number = file.position(at).line;
        if number != expected {
            let offset = u32::try_from(redacted.offset(offset)).unwrap_or(u32::MAX);
            jumps.push(Jump { offset, line: number });
        }
        // A lone carriage return ends a line too.
        let inner = u32::try_from(offset + line.len() - 1).unwrap_or(u32::MAX);
        expected = file.position(inner).line + 1;
        offset += line.len();
    }
    jumps
}

#[cfg(test)]
mod tests {
    use crate::{Format, Style, sample};

    fn printed(format: Format) -> String {
        let run = super::redact(sample::run(), &|_| false);
        let mut out = Vec::new();
        format.write(&run, &Style::PLAIN, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_format_tells_a_name() {
        for format in Format::ALL {
            let text = printed(*format);
            for name in ["anna", "example.org", "bob", sample::SECRET] {
                // The policy's own page is the operator's.
                let text = text.replace("https://example.org/help", "");
                assert!(!text.contains(name), "{}: {name}: {text}", format.as_str());
            }
        }
    }

    #[test]
    fn places_and_the_shape_of_names_stay() {
        insta::assert_snapshot!(printed(Format::Concise), @r#"
        ab12.default/prefs.js:3:44: warning[host-prefix] user-1@domain-1.example: the incoming server is set to pop.domain-1.example, it should be mail.domain-1.example
        ab12.default/prefs.js:5:46: warning[host-prefix] user-1@domain-1.example: the outgoing server is set to smtp.domain-1.example, it should be mail.domain-1.example
        ab12.default/prefs.js:5:46: error[outgoing-auth-missing] user-1@domain-1.example: the outgoing server is used without signing in
        old/prefs.js: skipped: it is larger than 16 MiB; it was not read
        4 accounts: 1 fine, 1 with 3 findings (1 error, 2 warnings), 1 not checked, 1 without mail · 2 files read, 1 skipped (over a limit: old/prefs.js)
        "#);
    }

    #[test]
    fn public_domains_stay() {
        let run = super::redact(sample::run(), &|domain| domain == "example.org");
        assert_eq!(run.accounts[0].label(), "user-1@example.org");
        assert_eq!(run.accounts[0].incoming.as_ref().unwrap().host.text(), Some("pop.example.org"));
    }

    #[test]
    fn marks_still_cover_what_they_covered() {
        let run = super::redact(sample::run(), &|_| false);
        let label = &run.judgement.findings[0].labels[0];
        assert_eq!(label.at.file.slice(label.at.span), "pop.domain-1.example");
        assert_eq!(label.at.start().line, 3);
    }
}
