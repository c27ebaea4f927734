use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use maillint_report::{Format, Style};

use crate::args::Color;
use crate::errors::Failure;
use crate::terminal::{self, BUFFER};

/// One `--output`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    /// `None` for standard output.
    pub(crate) file: Option<PathBuf>,
}

/// Reads `FORMAT` or `FORMAT=FILE`, and has shells complete the formats that it is told are of use.
#[derive(Clone)]
pub(crate) struct OutputParser(pub(crate) fn(Format) -> bool);

impl TypedValueParser for OutputParser {
    type Value = Output;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Output, clap::Error> {
        StringValueParser::new().try_map(|text| parse_output(&text)).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let formats = Format::ALL.iter().filter(|format| self.0(**format));
        Some(Box::new(formats.map(|format| PossibleValue::new(format.as_str()).help(format.about()))))
    }
}

fn parse_output(text: &str) -> Result<Output, String> {
    let (name, file) = match text.split_once('=') {
        Some((name, file)) => (name, Some(file).filter(|file| *file != "-")),
        None => (text, None),
    };
    if file == Some("") {
        return Err(format!("there is no file name after `{name}=`"));
    }
    let format = Format::ALL.iter().copied().find(|format| format.as_str() == name).ok_or_else(|| unknown(name))?;
    Ok(Output { format, file: file.map(PathBuf::from) })
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
    let near = names.iter().map(|known| (strsim::jaro_winkler(name, known), known));
    let near = near.filter(|(likeness, _)| *likeness > 0.7).max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = near.map(|(_, known)| format!("did you mean `{known}`? ")).unwrap_or_default();
    format!("{hint}The formats are {}.", names.join(", "))
}

/// The outputs that were asked for, human if none; at most one of them goes to standard output.
pub(crate) fn checked(outputs: &[Output]) -> Result<Vec<Output>, Failure> {
    if outputs.is_empty() {
        return Ok(vec![Output { format: Format::Human, file: None }]);
    }
    let mut to_stdout = outputs.iter().filter(|output| output.file.is_none());
    if let (Some(_), Some(second)) = (to_stdout.next(), to_stdout.next()) {
        let name = second.format.as_str();
        let help = format!("give one of them a file: --output {name}=FILE");
        return Err(Failure::Usage("two outputs would go to standard output".to_owned(), Some(help)));
    }
    Ok(outputs.to_vec())
}

/// Writes every output, files first: when the reader of standard output has gone, they are there.
pub(crate) fn write_all(
    outputs: &[Output],
    color: Color,
    write: impl Fn(Format, &Style, &mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    for output in outputs {
        let Some(path) = &output.file else { continue };
        let failed = |error| Failure::File(path.clone(), error);
        let mut file = BufWriter::with_capacity(BUFFER, File::create(path).map_err(failed)?);
        write(output.format, &Style::PLAIN, &mut file).and_then(|()| file.flush()).map_err(failed)?;
    }
    match outputs.iter().find(|output| output.file.is_none()) {
        Some(output) => to_stdout(color, |style, out| write(output.format, style, out)),
        None => Ok(()),
    }
}

/// Writes to standard output. A reader that has gone away is no failure.
pub(crate) fn to_stdout(
    color: Color,
    write: impl FnOnce(&Style, &mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let (mut out, style) = terminal::stdout(color);
    match write(&style, &mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Stdout(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use maillint_report::Format;

    use super::{Output, checked, parse_output};

    #[test]
    fn a_format_with_or_without_a_file() {
        assert_eq!(parse_output("json"), Ok(Output { format: Format::Json, file: None }));
        assert_eq!(parse_output("json=-"), Ok(Output { format: Format::Json, file: None }));
        assert_eq!(
            parse_output("human=a=b.txt"),
            Ok(Output { format: Format::Human, file: Some(PathBuf::from("a=b.txt")) })
        );
        assert!(parse_output("json=").is_err());
    }

    #[test]
    fn a_slip_is_understood() {
        assert!(parse_output("jason").unwrap_err().starts_with("did you mean `json`?"));
        assert!(parse_output("xyz").unwrap_err().starts_with("The formats are human, concise, json"));
    }

    #[test]
    fn standard_output_takes_one() {
        let output = |text| parse_output(text).unwrap();
        assert!(checked(&[output("human"), output("json=a.json")]).is_ok());
        assert!(checked(&[output("human"), output("json")]).is_err());
    }
}
