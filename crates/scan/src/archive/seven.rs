use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

use maillint_model::NoteKind;
use sevenz_rust2::{Archive, BlockDecoder, EncoderMethod, Error, Password};

use super::budget::Metered;
use super::{DICTIONARY_KIB, Stop, Unpacker, last_step};

/// Memory for the list of files, in KiB: far more than as many names take as are ever looked at. The list is packed too,
/// with a dictionary of 1 MiB at most by 7-Zip, and each of its bytes may stand for a file of 176 bytes.
const LIST_KIB: usize = 2 << 10;

/// Steps from the packed bytes to the files, one after the other. 7-Zip itself takes four at most.
const MOST_CODERS: usize = 4;

/// Bytes before the packed ones (`7zFormat.txt`, "`SignatureHeader`").
const HEADER: usize = 32;

/// The files of a 7z archive, block by block.
pub(super) fn unpack<R: Read + Seek>(
    unpacker: &mut Unpacker<'_>,
    mut reader: R,
    path: &Path,
    depth: usize,
) -> Result<(), Stop> {
    let Ok(false) = is_unfinished(&mut reader) else { return unpacker.broken(path) };
    let password = Password::empty();
    let archive = match Archive::read_with_memory_limit(&mut reader, &password, LIST_KIB) {
        Ok(archive) => archive,
        Err(error) => return refused(unpacker, path, &error),
    };
    let budget = Rc::clone(&unpacker.budget);
    let packed = Rc::new(Cell::new(archive.pack_sizes().iter().fold(0, |sum, size| size.saturating_add(sum))));
    for (number, block) in archive.blocks.iter().enumerate() {
        if block.coders.len() > MOST_CODERS {
            unpacker.broken(path)?;
            continue;
        }
        if block.coders.iter().any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256) {
            protected(unpacker, path);
            continue;
        }
        let memory = DICTIONARY_KIB as usize;
        let decoder = BlockDecoder::new_with_memory_limit(1, memory, number, &archive, &password, &mut reader);
        let mut stopped = false;
        let done = decoder.for_each_entries(&mut |entry, stream| {
            let mut stream = Metered::new(stream, &budget, Rc::clone(&packed));
            let is_file = !entry.is_directory && !entry.is_anti_item;
            if is_file && let Some(place) = unpacker.place(path, entry.name.as_bytes()) {
                stopped = unpacker.member(place, depth, &mut stream).is_err();
            }
            // What nobody wants must be unpacked too, to get at what follows: at the cost of the budget.
            let rest = if stopped { Ok(0) } else { io::copy(&mut stream, &mut io::sink()) };
            stopped |= budget.breach().is_some();
            Ok(rest.is_ok() && !stopped)
        });
        if stopped {
            return Err(Stop);
        }
        if let Err(error) = done {
            refused(unpacker, path, &error)?;
        }
    }
    // Empty files lie in no block; one beside a database says that there is no log.
    for entry in archive.files.iter().filter(|entry| !entry.has_stream && !entry.is_directory && !entry.is_anti_item) {
        if let Some(place) = unpacker.place(path, entry.name.as_bytes()) {
            unpacker.member(place, depth, &mut io::empty())?;
        }
    }
    Ok(())
}

/// Whether the archive does not say where its list of files is, as when its making was broken off. The crate would try
/// every byte of the last megabyte then, and what it takes for a list from there.
fn is_unfinished(reader: &mut (impl Read + Seek)) -> io::Result<bool> {
    let mut header = [0; HEADER];
    reader.rewind()?;
    reader.read_exact(&mut header)?;
    reader.seek(SeekFrom::Start(0))?;
    Ok(header[8..].iter().all(|byte| *byte == 0))
}

fn refused(unpacker: &mut Unpacker<'_>, path: &Path, error: &Error) -> Result<(), Stop> {
    let name = last_step(path);
    match error {
        Error::UnsupportedCompressionMethod(method) if method.starts_with("AES") => protected(unpacker, path),
        Error::PasswordRequired => protected(unpacker, path),
        Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_) => {
            let message = format!("{name} is packed in a way that is not known here; send a .zip instead");
            unpacker.note(NoteKind::Unsupported, message);
        }
        Error::MaxMemLimited { .. } => {
            unpacker
                .note(NoteKind::Limit, format!("{name} asks for too much memory to be opened; send a .zip instead"));
        }
        _ => return unpacker.broken(path),
    }
    Ok(())
}

fn protected(unpacker: &mut Unpacker<'_>, path: &Path) {
    let message = format!("{} is protected by a password; send it without one", last_step(path));
    unpacker.note(NoteKind::Unsupported, message);
}
