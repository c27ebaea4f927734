//! The elements of one `<Protocol>` or `<User>` of an Autodiscover answer.

use std::sync::Arc;

use maillint_model::{Note, NoteKind, Notes, Setting, is_placeholder};
use maillint_source::{Location, SourceFile};
use maillint_syntax::xml::Element;

/// An element that holds settings as elements, by name.
pub(crate) struct Fields<'a> {
    element: &'a Element,
    file: &'a Arc<SourceFile>,
}

/// What an element of `on` and `off` says.
#[derive(Debug)]
pub(crate) enum Switch {
    /// On.
    On(Location),
    /// Off.
    Off(Location),
    /// It is not there.
    Absent,
    /// Something else stands there.
    Unknown(Location),
}

impl<'a> Fields<'a> {
    /// The elements in `element`.
    pub(crate) fn new(element: &'a Element, file: &'a Arc<SourceFile>) -> Self {
        Self { element, file }
    }

    /// Whether the file breaks off in the middle of it: then what is not there may have stood in the rest.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.element.span.end as usize >= self.file.text().len()
    }

    /// The element itself.
    pub(crate) fn element(&self) -> &'a Element {
        self.element
    }

    /// Where it stands.
    pub(crate) fn place(&self) -> Location {
        Location::new(self.file, self.element.name.span)
    }

    /// A text. An empty one says nothing; what stands for a text that a script is still to put in is unknown.
    pub(crate) fn text(&self, name: &str) -> Setting<String> {
        let Some(element) = self.element.child(name) else { return Setting::unknown() };
        let text = &element.text;
        let at = Location::new(self.file, text.span);
        match text.value.as_str() {
            "" => Setting::unknown(),
            stated if is_placeholder(stated) => Setting::unknown_at(at),
            stated => Setting::written(stated.to_owned(), at),
        }
    }

    /// The name of a server; a web address is none.
    pub(crate) fn host(&self, name: &str) -> Setting<String> {
        let stated = self.text(name);
        match (stated.text(), stated.at()) {
            (Some(host), Some(at)) if host.contains("://") => Setting::unknown_at(at.clone()),
            _ => stated,
        }
    }

    /// Whether a switch is on, where nothing is to be said of what is neither on nor off.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.text(name).text().is_some_and(|text| text.eq_ignore_ascii_case("on"))
    }

    /// A switch. Anything but `on` and `off` is a note.
    pub(crate) fn switch(&self, name: &str, notes: &mut Notes) -> Switch {
        let stated = self.text(name);
        match (stated.text(), stated.at()) {
            (Some(text), Some(at)) if text.eq_ignore_ascii_case("on") => Switch::On(at.clone()),
            (Some(text), Some(at)) if text.eq_ignore_ascii_case("off") => Switch::Off(at.clone()),
            (text, Some(at)) => {
                if text.is_some() {
                    let message =
                        format!("{name} must be on or off; what Outlook makes of anything else is not known.");
                    let note = Note::at(NoteKind::NotUnderstood, message, at.clone());
                    notes.add("elements that must be on or off", note);
                }
                Switch::Unknown(at.clone())
            }
            (_, None) => Switch::Absent,
        }
    }
}
