//! `explain`: a rule, with the steps of each client.

use maillint_clients::CLIENTS;
use maillint_model::{Account, Change, ClientFormat, Identity, Protocol, Retention, Server, Setting, Side};
use maillint_report::{ClientSteps, Explanation};
use maillint_rules::{Rule, change_title, rule};
use maillint_source::{Decoded, Location, SourceFile, Span};

use crate::args::{Color, ExplainArgs, ListFormat};
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output;

/// `maillint explain`.
pub(crate) fn explain(args: &ExplainArgs, color: Color) -> Result<Exit, Failure> {
    let rule = rule(&args.rule).ok_or_else(|| Failure::usage(format!("there is no rule `{}`", args.rule)))?;
    let explanation = Explanation { rule: rule.meta(), steps: steps(rule, args.client.as_deref()) };
    output::to_stdout(color, |style, out| match args.output {
        ListFormat::Human => explanation.write(style, out),
        ListFormat::Json => explanation.write_json(out),
    })?;
    Ok(Exit::Clean)
}

/// The steps of each client, or of one; of a client with several formats, those of the first that knows any.
fn steps(rule: &dyn Rule, client: Option<&str>) -> Vec<ClientSteps> {
    let mut all: Vec<ClientSteps> = Vec::new();
    for format in CLIENTS {
        let meta = format.meta();
        let is_asked_for = client.is_none_or(|client| client == meta.client || client == meta.id);
        if !is_asked_for || all.iter().any(|one| one.client == meta.client_name) {
            continue;
        }
        let mut changes: Vec<(&'static str, Vec<String>)> = rule
            .changes()
            .iter()
            .map(|change| (change_title(change), format.steps(change, &example(*format, protocol_of(change)))))
            .filter(|(_, steps)| !steps.is_empty())
            .collect();
        changes.dedup_by(|one, other| one.1 == other.1);
        if !changes.is_empty() {
            all.push(ClientSteps { client: meta.client_name, changes });
        }
    }
    // A client that was asked for is not passed over in silence.
    let asked = CLIENTS.iter().map(|format| format.meta()).find(|meta| client == Some(meta.client));
    if let Some(meta) = asked.filter(|_| all.is_empty()) {
        all.push(ClientSteps { client: meta.client_name, changes: Vec::new() });
    }
    all
}

/// The kind of account that a sample of a change is for: dialogs name it beside the port, and the ports of POP and IMAP
/// are not the same. Every other change is shown for POP: some of them no other account has.
fn protocol_of(change: &Change) -> Protocol {
    match change {
        Change::Endpoint { side: Side::Incoming, port: 143 | 993, .. } => Protocol::Imap,
        _ => Protocol::Pop3,
    }
}

/// An account as the documentation has it, for a client to say where it would be changed.
fn example(format: &dyn ClientFormat, protocol: Protocol) -> Account {
    let file = SourceFile::seal("", Decoded::utf8(String::new()), &[]);
    let server = |protocol| Server { host: Setting::default("mail.example.org".to_owned()), ..Server::new(protocol) };
    let mut account = Account::new(format.meta(), Location::new(&file, Span::default()), "account1");
    account.name = Setting::default("anna@example.org".to_owned());
    account.identities =
        vec![Identity { address: Setting::default("anna@example.org".to_owned()), ..Identity::default() }];
    account.incoming = Some(server(protocol));
    account.outgoing = Some(server(Protocol::Smtp));
    account.retention = (protocol == Protocol::Pop3).then(Retention::default);
    account
}
