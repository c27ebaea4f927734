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
    /// Have the outgoing server ask for a name and a password, where none is stored. Where the client takes the name from
    /// the incoming server, it has no steps for this, but for [`Change::Auth`].
    SignIn {
        /// The way to sign in.
        to: Auth,
        /// The user name.
        username: String,
    },
    /// Leave a copy on the server, and have it removed after so many days.
    RemoveAfterDays(u32),
    /// Leave a copy on the server.
    LeaveOnServer,
    /// Leave that copy alone when the message is deleted on this device.
    KeepWhenDeleted,
    /// Delete no messages because they are old, or many.
    KeepOldMail,
    /// Have the account send through another outgoing server of the client's list.
    OutgoingServer {
        /// Its name; `None` where any that can send for the account will do.
        to: Option<String>,
    },
    /// Forget that a certificate of this host was accepted by hand.
    CertificateException {
        /// The host.
        host: String,
    },
    /// Set the e-mail address of the default identity.
    Address {
        /// The new address.
        to: String,
    },
    /// Agree to the versions of TLS that the client agrees to by itself.
    TlsVersions,
}

impl Change {
    /// Which of the servers it is about; `None` where it is about neither.
    pub fn side(&self) -> Option<Side> {
        match self {
            Self::Host { side, .. }
            | Self::Endpoint { side, .. }
            | Self::Username { side, .. }
            | Self::Auth { side, .. } => Some(*side),
            Self::SignIn { .. } => Some(Side::Outgoing),
            _ => None,
        }
    }
}
