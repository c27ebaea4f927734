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

/// Cuts the pieces of a stream where its lines or statements end.
///
/// A piece is looked at where it lies; only what goes on in the next one is copied.
#[derive(Clone, Debug)]
pub struct Carry {
    left: Vec<u8>,
    limit: usize,
    /// Below this length, what is left is not looked at again: a long line in many pieces costs its length twice.
    patience: usize,
}

impl Carry {
    /// `limit` is the length in bytes above which the caller gives up on a line: what is left is not kept unseen beyond
    /// that.
    pub fn new(limit: usize) -> Self {
        Self { left: Vec::new(), limit, patience: 0 }
    }

    /// Feeds a piece. `take` gets what is left and what follows it, and tells how many of these bytes it is done with:
    /// all but the start of a line.
    pub fn feed(&mut self, piece: &[u8], mut take: impl FnMut(&[u8]) -> usize) {
        // More than most lines are long; in debug builds less, so that tests take both ways.
        const BRIDGE: usize = if cfg!(debug_assertions) { 3 } else { 4096 };
        let mut rest = piece;
        let before = self.left.len();
        if before > 0 {
            let (bridge, behind) = piece.split_at(piece.len().min(BRIDGE));
            self.left.extend_from_slice(bridge);
            let done = self.try_again(&mut take);
            if done < before {
                self.left.extend_from_slice(behind);
                self.try_again(&mut take);
                return;
            }
            rest = &piece[done - before..];
        }
        let done = take(rest);
        self.left.clear();
        self.left.extend_from_slice(&rest[done..]);
        self.be_patient();
    }

    fn try_again(&mut self, take: &mut impl FnMut(&[u8]) -> usize) -> usize {
        if self.left.len() < self.patience {
            return 0;
        }
        let done = take(&self.left);
        self.left.drain(..done);
        self.be_patient();
        done
    }

    fn be_patient(&mut self) {
        self.patience = self.left.len().saturating_mul(2).min(self.limit);
    }

    /// What nobody took: the start of a line, and what came behind it and was not shown to `take` yet, because it is
    /// less than the limit.
    pub fn left(&self) -> &[u8] {
        &self.left
    }

    /// Forgets the start of what is left.
    pub fn forget(&mut self, len: usize) {
        self.left.drain(..len);
        self.be_patient();
    }
}

#[cfg(test)]
mod tests {
    use super::{Carry, PIECE, for_each_piece};

    #[test]
    fn the_pieces_make_up_the_whole() {
        let whole: Vec<u8> = (0..PIECE * 2 + 7).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let mut seen = Vec::new();
        for_each_piece(&mut whole.as_slice(), |piece| seen.extend_from_slice(piece));
        assert_eq!(seen, whole);
    }

    /// Takes whole lines; what was taken at a time.
    fn lines(pieces: &[&str]) -> String {
        let mut carry = Carry::new(100);
        let mut taken = Vec::new();
        for piece in pieces {
            carry.feed(piece.as_bytes(), |bytes| {
                let len = bytes.iter().rposition(|byte| *byte == b';').map_or(0, |at| at + 1);
                taken.push(String::from_utf8_lossy(&bytes[..len]).into_owned());
                len
            });
        }
        format!("{} + {}", taken.join(" "), String::from_utf8_lossy(carry.left()))
    }

    #[test]
    fn what_goes_on_in_the_next_piece_is_taken_with_it() {
        assert_eq!(lines(&["a;b", ";c;d;e", ";f"]), "a; b;c; d; e;  + f");
        assert_eq!(lines(&["long", "er than", " the bridge;x;"]), "  longer than the bridge;x; + ");
        assert_eq!(lines(&["a;", "b;", "c"]), "a; b;  + c");
    }
}
