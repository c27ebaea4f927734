use std::process::ExitCode;

/// What the exit code says. Where several hold, the first of these wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Exit {
    /// 2: the command line or a policy is wrong.
    Usage,
    /// 4: something could not be read, is over a limit, or was not understood.
    Incomplete,
    /// 1: there are findings at or above the threshold.
    Findings,
    /// 3: nothing that a mail client wrote was found.
    Nothing,
    /// 0: all was read, and nothing at or above the threshold was found.
    Clean,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Nothing => 3,
            Exit::Incomplete => 4,
        })
    }
}

impl Exit {
    /// What a run comes to.
    pub(crate) fn of(is_complete: bool, has_findings: bool, found_anything: bool) -> Self {
        match (is_complete, has_findings, found_anything) {
            (false, _, _) => Self::Incomplete,
            (true, true, _) => Self::Findings,
            (true, false, false) => Self::Nothing,
            (true, false, true) => Self::Clean,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn incomplete_beats_findings_beat_nothing_beats_clean() {
        assert_eq!(Exit::of(false, true, true), Exit::Incomplete);
        assert_eq!(Exit::of(true, true, true), Exit::Findings);
        assert_eq!(Exit::of(true, false, false), Exit::Nothing);
        assert_eq!(Exit::of(true, false, true), Exit::Clean);
        assert!(Exit::Usage < Exit::Incomplete && Exit::Incomplete < Exit::Findings);
        assert!(Exit::Findings < Exit::Nothing && Exit::Nothing < Exit::Clean);
    }
}
