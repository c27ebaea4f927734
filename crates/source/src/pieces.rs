use std::io::{ErrorKind, Read};

/// Bytes of a piece: large enough for the searches that run over it, small enough for it and what a reader makes of it
/// to stay in the processor's second cache.
const PIECE: usize = 64 << 10;

/// Feeds a stream to `take`, piece by piece. An error ends it like its end does: who made the stream knows which it was.
pub fn for_each_piece(stream: &mut dyn Read, mut take: impl FnMut(&[u8])) {
    let mut piece = vec![0; PIECE];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => take(&piece[..read.min(PIECE)]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PIECE, for_each_piece};

    #[test]
    fn the_pieces_make_up_the_whole() {
        let whole: Vec<u8> = (0..PIECE * 2 + 7).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let mut seen = Vec::new();
        for_each_piece(&mut whole.as_slice(), |piece| seen.extend_from_slice(piece));
        assert_eq!(seen, whole);
    }
}
