//! `rules`, `clients`, `explain`: what the program knows, for people and as JSON.

use std::io::{self, Write};

use maillint_model::{FormatMeta, Role};
use maillint_rules::RuleMeta;
use serde::Serialize;

use crate::human::{Face, Painter, Style};
use crate::json::{SCHEMA_VERSION, pretty};
use crate::text::{Printable, columns, wrap};

/// Every rule, in a line each.
pub struct RuleList<'a>(pub &'a [&'static RuleMeta]);

/// Every client that is read, with its files.
pub struct ClientList<'a>(pub &'a [&'static FormatMeta]);

/// One rule, in full.
pub struct Explanation {
    /// The rule.
    pub rule: &'static RuleMeta,
    /// The steps of each client; one without any was asked for by its name.
    pub steps: Vec<ClientSteps>,
}

/// What to do in one client.
pub struct ClientSteps {
    /// Its name for people.
    pub client: &'static str,
    /// For each change that a rule asks for, a title and the steps.
    pub changes: Vec<(&'static str, Vec<String>)>,
}

impl RuleList<'_> {
    /// A table.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let paint = Painter::new(style);
        let wide = self.0.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
        for rule in self.0 {
            let pad = " ".repeat(wide - rule.id.len() + 2);
            let level = format!("{:<9}", rule.level.as_str());
            let room = style.width().saturating_sub(wide + 11).max(24);
            for (at, line) in wrap(rule.summary, room).iter().enumerate() {
                match at {
                    0 => writeln!(out, "{}{pad}{level}{line}", paint.text(Face::Strong, rule.id))?,
                    _ => writeln!(out, "{}{line}", " ".repeat(wide + 11))?,
                }
            }
        }
        writeln!(out, "\n{} rules; `maillint explain RULE` tells more about one.", self.0.len())
    }

    /// One object.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Entry {
            id: &'static str,
            summary: &'static str,
            level: &'static str,
            docs: &'static str,
        }
        let entry = |rule: &&'static RuleMeta| Entry {
            id: rule.id,
            summary: rule.summary,
            level: rule.level.as_str(),
            docs: rule.docs,
        };
        let rules: Vec<Entry> = self.0.iter().map(entry).collect();
        pretty(&serde_json::json!({ "schema_version": SCHEMA_VERSION, "rules": rules }), out)
    }
}

impl ClientList<'_> {
    /// The formats of each client, clients in the order of their first.
    fn by_client(&self) -> Vec<(&'static FormatMeta, Vec<&'static FormatMeta>)> {
        let mut clients: Vec<(&'static FormatMeta, Vec<&'static FormatMeta>)> = Vec::new();
        for format in self.0 {
            match clients.iter_mut().find(|(first, _)| first.client == format.client) {
                Some((_, formats)) => formats.push(format),
                None => clients.push((format, vec![format])),
            }
        }
        clients
    }

    /// A list by client.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let paint = Painter::new(style);
        for (client, formats) in self.by_client() {
            writeln!(out, "{}   --as {}", paint.text(Face::Heading, client.client_name), client.client)?;
            for format in formats {
                let what = if format.role == Role::Layer {
                    format!("{} (settings that apply to the accounts of other files)", format.what)
                } else {
                    format.what.to_owned()
                };
                indented(out, style, "  ", &what)?;
                for place in format.places {
                    indented(out, style, "      ", place)?;
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// One object.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        #[allow(clippy::struct_field_names, reason = "the names of the contract")]
        struct Client {
            client: &'static str,
            name: &'static str,
            formats: Vec<Entry>,
        }
        #[derive(Serialize)]
        struct Entry {
            id: &'static str,
            what: &'static str,
            places: &'static [&'static str],
            names: &'static [&'static str],
            companions: &'static [&'static str],
            role: &'static str,
        }
        let entry = |format: &'static FormatMeta| Entry {
            id: format.id,
            what: format.what,
            places: format.places,
            names: format.names,
            companions: format.companions,
            role: match format.role {
                Role::Accounts => "accounts",
                Role::Layer => "layer",
            },
        };
        let client = |(client, formats): (&'static FormatMeta, Vec<&'static FormatMeta>)| Client {
            client: client.client,
            name: client.client_name,
            formats: formats.into_iter().map(entry).collect(),
        };
        let clients: Vec<Client> = self.by_client().into_iter().map(client).collect();
        pretty(&serde_json::json!({ "schema_version": SCHEMA_VERSION, "clients": clients }), out)
    }
}

impl Explanation {
    /// The rule's documentation, and the steps in each client.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        let paint = Painter::new(style);
        writeln!(out, "{}   {}", paint.text(Face::Heading, self.rule.id), self.rule.level.as_str())?;
        indented(out, style, "", self.rule.summary)?;
        writeln!(out)?;
        markdown(out, style, paint, self.rule.docs)?;
        for ClientSteps { client, changes } in &self.steps {
            writeln!(out, "\n{}", paint.text(Face::Strong, &format!("In {client}")))?;
            if changes.is_empty() {
                indented(
                    out,
                    style,
                    "  ",
                    "No steps are known: see the account's settings there for what is said above.",
                )?;
            }
            for (title, steps) in changes {
                if changes.len() > 1 {
                    writeln!(out, "{title}:")?;
                }
                numbered(out, style, steps)?;
            }
        }
        Ok(())
    }

    /// One object.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let lists = |one: &ClientSteps| one.changes.iter().map(|(_, steps)| steps.clone()).collect::<Vec<_>>();
        let steps = self.steps.iter().map(|one| serde_json::json!({ "client": one.client, "steps": lists(one) }));
        let steps: Vec<_> = steps.collect();
        let rule = self.rule;
        pretty(
            &serde_json::json!({
                "schema_version": SCHEMA_VERSION,
                "id": rule.id,
                "summary": rule.summary,
                "level": rule.level.as_str(),
                "docs": rule.docs,
                "steps": steps,
            }),
            out,
        )
    }
}

fn numbered(out: &mut dyn Write, style: &Style, steps: &[String]) -> io::Result<()> {
    for (number, step) in steps.iter().enumerate() {
        let lead = format!("{}. ", number + 1);
        let room = style.width().saturating_sub(lead.len() + 2);
        for (at, line) in wrap(Printable::new(step).as_str(), room).iter().enumerate() {
            let lead = if at == 0 { lead.clone() } else { " ".repeat(lead.len()) };
            writeln!(out, "  {lead}{line}")?;
        }
    }
    Ok(())
}

/// The little Markdown of our own rules: headings, lists, code blocks, paragraphs.
fn markdown(out: &mut dyn Write, style: &Style, paint: Painter, text: &str) -> io::Result<()> {
    let mut is_code = false;
    let mut paragraph = String::new();
    for line in text.lines().chain([""]) {
        let fence = line.starts_with("```");
        let starts_item = line.starts_with("- ") || line.starts_with("* ");
        if (fence || is_code || starts_item || line.is_empty() || line.starts_with('#')) && !paragraph.is_empty() {
            let hang = if paragraph.starts_with("- ") || paragraph.starts_with("* ") { "  " } else { "" };
            let room = style.width().saturating_sub(columns(hang));
            for (at, line) in wrap(&paragraph, room).iter().enumerate() {
                writeln!(out, "{}{line}", if at == 0 { "" } else { hang })?;
            }
            paragraph.clear();
        }
        if fence {
            is_code = !is_code;
            // Examples say whether the rule speaks up, and under which policy.
            if let Some((word, rest)) = line.strip_prefix("```").map(|info| info.split_once(' ').unwrap_or((info, "")))
            {
                let policy = if rest.is_empty() { String::new() } else { format!(" (policy {rest})") };
                match word {
                    "fires" => writeln!(out, "  Found{policy}:")?,
                    "passes" => writeln!(out, "  Not found{policy}:")?,
                    _ => {}
                }
            }
        } else if is_code {
            writeln!(out, "    {line}")?;
        } else if let Some(heading) = line.strip_prefix("## ") {
            writeln!(out, "{}", paint.text(Face::Strong, heading))?;
        } else if line.is_empty() {
            writeln!(out)?;
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim());
        }
    }
    Ok(())
}

fn indented(out: &mut dyn Write, style: &Style, indent: &str, text: &str) -> io::Result<()> {
    let room = style.width().saturating_sub(columns(indent) + 2);
    for (at, line) in wrap(text, room).iter().enumerate() {
        writeln!(out, "{indent}{}{line}", if at == 0 { "" } else { "  " })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ClientSteps, Explanation};
    use crate::human::Style;
    use crate::sample;

    #[test]
    fn a_list_of_steps_among_several_has_a_title() {
        let steps = |text: &str| vec![text.to_owned()];
        let changes =
            vec![("For the incoming server", steps("Port: 995")), ("For the outgoing server", steps("Port: 587"))];
        let two = ClientSteps { client: "Thunderbird", changes };
        let one = ClientSteps { client: "Outlook", changes: vec![("For the incoming server", steps("Port: 995"))] };
        let explanation = Explanation { rule: &sample::HOST_PREFIX, steps: vec![two, one] };
        let mut out = Vec::new();
        explanation.write(&Style::PLAIN, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let shown = "In Thunderbird\nFor the incoming server:\n  1. Port: 995\nFor the outgoing server:\n  1. Port: 587\n\n\
                     In Outlook\n  1. Port: 995\n";
        assert!(text.ends_with(shown), "{text}");
    }
}
