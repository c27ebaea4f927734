/// How the terminal wants it. Decided by the caller: nothing here looks at the environment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Colours and bold.
    pub color: bool,
    /// Columns; lines are broken at spaces to fit, between 40 and 120.
    pub width: usize,
    /// Web addresses as links (OSC 8).
    pub links: bool,
}

impl Style {
    /// For a pipe, a file or a mail.
    pub const PLAIN: Self = Self { color: false, width: 80, links: false };

    /// The width that is used: longer lines than that are hard to read, narrower ones hardly possible.
    pub(crate) fn width(&self) -> usize {
        self.width.clamp(40, 120)
    }
}

/// What a piece of text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Face {
    Plain,
    Heading,
    Strong,
    Faint,
    Help,
    Note,
    Warning,
    Error,
}

impl Face {
    /// The parameters of SGR (ECMA-48 §8.3.117), of the sixteen colours that every theme keeps legible.
    fn codes(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Heading => "1;4",
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Help => "32",
            Self::Note => "1;36",
            Self::Warning => "1;33",
            Self::Error => "1;31",
        }
    }

    /// The colour of labels.
    pub(super) fn color(self) -> ariadne::Color {
        match self {
            Self::Error => ariadne::Color::Red,
            Self::Warning => ariadne::Color::Yellow,
            _ => ariadne::Color::Cyan,
        }
    }
}

/// Puts colour on text that is already printable.
#[derive(Clone, Copy)]
pub(crate) struct Painter {
    pub(super) color: bool,
    links: bool,
}

impl Painter {
    pub(crate) fn new(style: &Style) -> Self {
        Self { color: style.color, links: style.links }
    }

    pub(crate) fn text(self, face: Face, text: &str) -> String {
        if !self.color || face == Face::Plain || text.is_empty() {
            return text.to_owned();
        }
        format!("\x1B[{}m{text}\x1B[0m", face.codes())
    }

    /// A web address, which a terminal may open. Only of `http` and `https`, and from the operator's policy alone.
    pub(crate) fn link(self, address: &str) -> String {
        if self.links && (address.starts_with("https://") || address.starts_with("http://")) {
            return format!("\x1B]8;;{address}\x1B\\{address}\x1B]8;;\x1B\\");
        }
        address.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Painter, Style};

    #[test]
    fn links_are_for_terminals_and_for_the_web() {
        let terminal = Painter::new(&Style { links: true, ..Style::PLAIN });
        let page = "https://example.org/help";
        assert_eq!(terminal.link(page), "\x1B]8;;https://example.org/help\x1B\\https://example.org/help\x1B]8;;\x1B\\");
        assert_eq!(terminal.link("javascript:alert(1)"), "javascript:alert(1)");
        assert_eq!(terminal.link("file:///etc/passwd"), "file:///etc/passwd");
        assert_eq!(Painter::new(&Style::PLAIN).link(page), page);
    }
}
