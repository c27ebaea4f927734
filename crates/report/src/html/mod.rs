//! One page to put on a ticket: self-contained, no script, nothing loaded from anywhere.
//!
//! maud escapes all text; [`Shown`] makes it printable first. Links come from the operator's policy alone.

use std::io::{self, Write};

use maillint_model::{Account, FileReport};
use maillint_rules::{Finding, Label};
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use crate::human::{retention_words, server_words};
use crate::text::{Excerpt, Printable, place, words};
use crate::{Run, Verdict};

/// Columns of an excerpt; a narrow screen scrolls it.
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

/// The verdict on each customer, in a table.
fn customers(run: &Run) -> Markup {
    html! {
        section aria-labelledby="customers" {
            h2 #customers { "Customers" }
            div .wide {
                table {
                    thead { tr { th scope="col" { "Customer" } th scope="col" { "Verdict" } } }
                    tbody {
                        @for customer in &run.customers {
                            (row(&customer.name, &words::customer(run, customer)))
                        }
                    }
                }
            }
        }
    }
}

/// The verdict on each account, in a table.
fn verdicts(run: &Run) -> Markup {
    let listed = (0..run.accounts.len()).filter(|index| run.verdict(*index) != Verdict::NoMail);
    html! {
        section aria-labelledby="verdicts" {
            h2 #verdicts { "Verdict" }
            div .wide {
                table {
                    thead { tr { th scope="col" { "Mailbox" } th scope="col" { "Program" } th scope="col" { "Verdict" } } }
                    tbody {
                        @for index in listed {
                            @let account = &run.accounts[index];
                            tr {
                                th scope="row" {
                                    @if run.verdict(index) == Verdict::Findings {
                                        a href={ "#account-" (index) } { (Shown(account.label())) }
                                    } @else {
                                        (Shown(account.label()))
                                    }
                                }
                                td { (Shown(&words::client_line(account))) }
                                td { (verdict(run, index)) }
                            }
                        }
                    }
                }
            }
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
    let id = format!("account-{index}");
    // Two accounts may have one name: the program and the file tell them apart to those who listen.
    let place = format!("account-{index}-place");
    html! {
        section aria-labelledby={ (id) " " (place) } {
            h2 id=(id) { (Shown(account.label())) }
            p .faint id=(place) { (Shown(&words::client_line(account))) ", " code { (Shown(account.file.name())) } }
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
            pre tabindex="0" {
                @if let Some((number, key)) = &excerpt.key { span .number { (number) } (key) "\n" }
                @if let Some(number) = excerpt.number { span .number { (number) } }
                (before) mark { (marked) } (after)
            }
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
                div .wide {
                    table {
                        tbody {
                            (row("Program", &words::client_line(account)))
                            (row("File", account.file.name()))
                            @if let Some(server) = &account.incoming { (row("Incoming server", &server_words(server))) }
                            @if let Some(server) = &account.outgoing { (row("Outgoing server", &server_words(server))) }
                            @if let Some(retention) = &account.retention { (row("Copies on the server", &retention_words(retention))) }
                            @if let Some(remark) = &account.remark { (row("Remark", remark)) }
                        }
                    }
                }
            }
        }
    }
}

fn row(name: &str, value: &str) -> Markup {
    html! { tr { th scope="row" { (Shown(name)) } td { (Shown(value)) } } }
}

fn files(run: &Run) -> Markup {
    html! {
        section aria-labelledby="files" {
            h2 #files { "What was covered" }
            p { (Shown(&words::files_part(run, &crate::Summary::of(run)))) "." }
            @if !run.files.is_empty() {
                div .wide {
                    table {
                        thead { tr { th scope="col" { "File" } th scope="col" { "Outcome" } th scope="col" { "Notes" } } }
                        tbody { @for file in &run.files { (file_row(file)) } }
                    }
                }
            }
        }
    }
}

fn file_row(file: &FileReport) -> Markup {
    html! {
        tr {
            th scope="row" { code { (Shown(&file.path)) } }
            td { (file.outcome.as_str()) }
            td { @for note in &file.notes { p { (Shown(&note.message)) } } }
        }
    }
}

#[cfg(test)]
mod tests {
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
    fn the_place_is_marked() {
        assert!(page().contains("<mark>pop.example.org</mark>"));
    }
}
