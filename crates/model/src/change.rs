use crate::{Auth, Security};

/// Which of an account's two servers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// Where mail is fetched.
    Incoming,
    /// Where mail is sent.
    Outgoing,
}

/// What a person is to change, as a rule sees it. The client's format turns it into steps in the client's own labels
/// ([`crate::ClientFormat::steps`]); a rule never knows where anything is clicked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Set a server's name.
    Host {
        /// Which server.
        side: Side,
        /// The new name.
        to: String,
    },
    /// Set port and protection together: one without the other does not work.
    Endpoint {
        /// Which server.
        side: Side,
        /// The new port.
        port: u16,
        /// The new protection.
        security: Security,
    },
    /// Set the name to sign in with.
    Username {
        /// Which server.
        side: Side,
        /// The new user name.
        to: String,
    },
    /// Set the way to sign in.
    Auth {
        /// Which server.
        side: Side,
        /// The new way.
        to: Auth,
    },
    /// Leave a copy on the server, and have it removed after so many days.
    RemoveAfterDays(u32),
}
