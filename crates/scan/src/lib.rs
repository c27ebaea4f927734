//! Placeholder while the workspace is being set up.
