//! One page to put on a ticket: self-contained, no script, nothing loaded from anywhere.
//!
//! maud escapes all text; [`Shown`] makes it printable first. Links come from the operator's policy alone.

use std::collections::BTreeMap;
use std::io::{self, Write};

use maillint_model::{Account, FileReport};
use maillint_rules::{Finding, Label};
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use crate::human::{retention_words, server_words};
use crate::text::{Excerpt, Printable, place, words};
use crate::{Customer, Run, Verdict};

/// Columns of an excerpt; a narrow screen breaks it.
const WIDTH: usize = 110;

/// The page may show text in our style, and do nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE: &str = include_str!("style.css");

/// Writes what a scan found.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page(run).into_string().as_bytes())
}

/// Text of a file.
struct Shown<'a>(&'a str);

impl Render for Shown<'_> {
    fn render_to(&self, buffer: &mut String) {
        Printable::new(self.0).as_str().render_to(buffer);
    }
}

fn page(run: &Run) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { "Mail accounts: " (headline(run)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Mail accounts: " (headline(run)) }
                    p .faint { (Shown(&words::summary_line(run))) }
                }
                main {
                    @if !run.customers.is_empty() { (customers(run)) }
                    (verdicts(run))
                    @for (index, account) in run.accounts.iter().enumerate() {
                        @if run.verdict(index) == Verdict::Findings {
                            (findings(run, index, account))
                        }
                    }
                    (settings(run))
                    (files(run))
                }
                footer {
                    p .faint {
                        "maillint " (env!("CARGO_PKG_VERSION"))
                        @if !run.policies.is_empty() { ", policy " (Shown(&run.policies.join(", "))) }
                    }
                }
            }
        }
    }
}

fn headline(run: &Run) -> String {
    let summary = crate::Summary::of(run);
    match (summary.findings(), run.is_complete()) {
        (0, false) => "not everything could be read".to_owned(),
        (0, true) if summary.fine == 0 => "nothing to check".to_owned(),
        (0, true) => "nothing to complain about".to_owned(),
        (found, _) => words::count(found, "finding"),
    }
}

/// A table that a phone shows as a list. The roles say that it is one still, whatever a browser makes of the style.
fn table(heads: &[&str], rows: &Markup) -> Markup {
    html! {
        table role="table" {
            thead role="rowgroup" {
                tr role="row" { @for head in heads { th role="columnheader" scope="col" { (head) } } }
            }
            tbody role="rowgroup" { (rows) }
        }
    }
}

fn table_row(name: &Markup, cells: &[Markup]) -> Markup {
    html! {
        tr role="row" {
            th role="rowheader" scope="row" { (name) }
            @for cell in cells { td role="cell" { (cell) } }
        }
    }
}

/// The verdict on each customer.
fn customers(run: &Run) -> Markup {
    let row = |customer: &Customer| {
        table_row(&html! { (Shown(&customer.name)) }, &[html! { (Shown(&words::customer(run, customer))) }])
    };
    html! {
        section aria-labelledby="customers" {
            h2 #customers { "Customers" }
            (table(&["Customer", "Verdict"], &html! { @for customer in &run.customers { (row(customer)) } }))
        }
    }
}

/// The verdict on each account.
fn verdicts(run: &Run) -> Markup {
    let listed = (0..run.accounts.len()).filter(|index| run.verdict(*index) != Verdict::NoMail);
    let with_accounts = run.customers.iter().filter(|customer| !customer.accounts.is_empty());
    let owners: BTreeMap<usize, &Customer> =
        with_accounts.map(|customer| (customer.accounts.start, customer)).collect();
    let row = |index: usize| {
        let account = &run.accounts[index];
        let name = html! {
            @if run.verdict(index) == Verdict::Findings {
                a href={ "#account-" (index) } { (Shown(account.label())) }
            } @else {
                (Shown(account.label()))
            }
        };
        let mut cells = vec![html! { (Shown(&words::client_line(account))) }, verdict(run, index)];
        if !run.customers.is_empty() {
            let whose = owners.range(..=index).next_back().map(|(_, customer)| customer);
            let whose = whose.filter(|customer| customer.accounts.contains(&index));
            cells.insert(0, html! { @if let Some(customer) = whose { (Shown(&customer.name)) } });
        }
        table_row(&name, &cells)
    };
    let heads: &[&str] = if run.customers.is_empty() {
        &["Mailbox", "Program", "Verdict"]
    } else {
        &["Mailbox", "Customer", "Program", "Verdict"]
    };
    html! {
        section aria-labelledby="verdicts" {
            h2 #verdicts { "Verdict" }
            (table(heads, &html! { @for index in listed { (row(index)) } }))
        }
    }
}

fn verdict(run: &Run, index: usize) -> Markup {
    match run.verdict(index) {
        Verdict::Fine => html! { span .tag.fine { "✓ fine" } },
        Verdict::NoMail => html! { "not mail" },
        Verdict::NotChecked(why) => html! { "not checked: " (Shown(why)) },
        Verdict::Findings => {
            let worst = run.findings_of(index).map(|finding| finding.level).max();
            let class = worst.map_or("note", maillint_rules::Level::as_str);
            html! { span .tag.(class) { "✗ " (words::count(run.findings_of(index).count(), "finding")) } }
        }
    }
}

fn findings(run: &Run, index: usize, account: &Account) -> Markup {
    // Not a landmark, as there may be hundreds: its heading is enough to go by.
    html! {
        section {
            h2 id={ "account-" (index) } { (Shown(account.label())) }
            p .faint { (Shown(&words::client_line(account))) ", " code { (Shown(account.file.name())) } }
            @for found in run.findings_of(index) { (finding(found)) }
        }
    }
}

fn finding(finding: &Finding) -> Markup {
    html! {
        article .(finding.level.as_str()) {
            h3 {
                span .tag { (words::pick_level(finding.level, ["Note: ", "Warning: ", "Error: "])) }
                (Shown(&finding.message))
                @if finding.known { span .faint { " (in the baseline)" } }
            }
            @if !finding.why.is_empty() { p { (Shown(&finding.why)) } }
            @if !finding.steps.is_empty() {
                p { strong { "What to do" } }
                ol { @for step in &finding.steps { li { (Shown(step)) } } }
            }
            @if let Some(link) = finding.link.as_deref().filter(|link| link.starts_with("https://") || link.starts_with("http://")) {
                p { a href=(link) rel="noreferrer noopener" { (Shown(link)) } }
            }
            @for label in finding.labels.iter().take(6) { (excerpt(label)) }
            p .faint { "Rule " code { (finding.rule.id) } }
        }
    }
}

fn excerpt(label: &Label) -> Markup {
    let excerpt = Excerpt::new(&label.at, WIDTH);
    let mut chars = excerpt.text.chars();
    let before: String = chars.by_ref().take(excerpt.mark.start).collect();
    let marked: String = chars.by_ref().take(excerpt.mark.len()).collect();
    let after: String = chars.collect();
    html! {
        figure {
            figcaption { code { (Shown(&place(&label.at))) } ": " (Shown(&label.text)) }
            pre {
                @if let Some((number, key)) = &excerpt.key { (line(Some(*number), &html! { (key) })) }
                (line(excerpt.number, &html! { (before) mark { (marked) } (after) }))
            }
        }
    }
}

fn line(number: Option<u32>, text: &Markup) -> Markup {
    html! {
        span .line {
            @if let Some(number) = number { span .number { (number) " " } }
            span .text { (text) "\n" }
        }
    }
}

/// The accounts as they are set.
fn settings(run: &Run) -> Markup {
    html! {
        section aria-labelledby="accounts" {
            h2 #accounts { "Accounts as they are set" }
            @if run.accounts.is_empty() { p { "None were found." } }
            @for account in &run.accounts {
                h3 { (Shown(account.label())) }
                dl {
                    (term("Program", &words::client_line(account)))
                    (term("File", account.file.name()))
                    @if let Some(server) = &account.incoming { (term("Incoming server", &server_words(server))) }
                    @if let Some(server) = &account.outgoing { (term("Outgoing server", &server_words(server))) }
                    @if let Some(retention) = &account.retention { (term("Copies on the server", &retention_words(retention))) }
                    @if let Some(remark) = &account.remark { (term("Remark", remark)) }
                }
            }
        }
    }
}

fn term(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { (Shown(value)) } } }
}

fn files(run: &Run) -> Markup {
    let row = |file: &FileReport| {
        let notes = html! { @for note in &file.notes { p { (Shown(&note.message)) } } };
        table_row(&html! { code { (Shown(&file.path)) } }, &[html! { (words::outcome(file.outcome)) }, notes])
    };
    html! {
        section aria-labelledby="files" {
            h2 #files { "What was covered" }
            p { (Shown(&words::files_part(run, &crate::Summary::of(run)))) "." }
            @if !run.files.is_empty() {
                (table(&["File", "Outcome", "Notes"], &html! { @for file in &run.files { (row(file)) } }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use maillint_rules::Label;
    use maillint_source::{Location, SourceFile, Span, decode};

    use crate::sample;

    fn page() -> String {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn hostile_text_is_text() {
        let page = page();
        assert!(page.contains("&lt;b&gt;bob&lt;/b&gt;@example.org"));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(!page.contains("<script") && !page.contains("<b>"));
        assert!(!page.chars().any(|c| c.is_control() && c != '\n'));
    }

    #[test]
    fn nothing_is_loaded_and_nothing_runs() {
        let page = page();
        assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"), "{page}");
        for word in ["src=", "<link", "<iframe", "@import", "url(", " onclick", "javascript:"] {
            assert!(!page.contains(word), "{word}");
        }
    }

    #[test]
    fn headings_and_landmarks_are_in_order() {
        let page = page();
        for tag in ["<header>", "<main>", "<footer>", "<h1>", "lang=\"en\""] {
            assert_eq!(page.matches(tag).count(), 1, "{tag}");
        }
        let verdict = page.find("id=\"verdicts\"").unwrap();
        let findings = page.find("id=\"account-0\"").unwrap();
        let files = page.find("id=\"files\"").unwrap();
        assert!(verdict < findings && findings < files);
    }

    #[test]
    fn a_value_of_a_property_list_is_shown_with_its_key() {
        let text = "<dict>\n<key>SSL</key>\n<true/>\n</dict>\n";
        let file = SourceFile::seal("a.mobileconfig", decode(text.as_bytes()), &[]);
        let start = text.find("<true/>").unwrap();
        let at = Location::new(&file, Span::new(start, start + 7));
        let drawn = super::excerpt(&Label { at, text: "with TLS".to_owned() }).into_string();
        insta::assert_snapshot!(drawn.replace("<span class=\"line\">", "\n"), @r#"
        <figure><figcaption><code>a.mobileconfig:3:1</code>: with TLS</figcaption><pre>
        <span class="number">2 </span><span class="text">&lt;key&gt;SSL&lt;/key&gt;
        </span></span>
        <span class="number">3 </span><span class="text"><mark>&lt;true/&gt;</mark>
        </span></span></pre></figure>
        "#);
    }

    #[test]
    fn the_place_is_marked() {
        let line = r#"<span class="number">3 </span><span class="text">user_pref(&quot;mail.server.server1.hostname&quot;, &quot;<mark>pop.example.org</mark>&quot;);"#;
        assert!(page().contains(line), "{}", page());
    }
}
