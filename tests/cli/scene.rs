//! Files that the tests of this folder share: three clients, each with one mistake or more, and secrets.

use super::run::Folder;

/// Stands in every file where a password would, and must stand in no output.
pub(crate) const CANARY: &str = "correct-horse-canary";

/// A configuration profile whose user name is only the local part.
pub(crate) fn profile(local: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0">
<dict>
	<key>PayloadType</key><string>Configuration</string>
	<key>PayloadIdentifier</key><string>org.example.mail</string>
	<key>PayloadUUID</key><string>6C2A1C1E-0000-4000-8000-000000000001</string>
	<key>PayloadVersion</key><integer>1</integer>
	<key>PayloadDisplayName</key><string>Mail</string>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>PayloadType</key><string>com.apple.mail.managed</string>
			<key>PayloadIdentifier</key><string>org.example.mail.1</string>
			<key>PayloadUUID</key><string>6C2A1C1E-0000-4000-8000-000000000002</string>
			<key>PayloadVersion</key><integer>1</integer>
			<key>EmailAccountType</key><string>EmailTypeIMAP</string>
			<key>EmailAddress</key><string>{local}@example.org</string>
			<key>IncomingMailServerAuthentication</key><string>EmailAuthPassword</string>
			<key>IncomingMailServerHostName</key><string>mail.example.org</string>
			<key>IncomingMailServerPortNumber</key><integer>993</integer>
			<key>IncomingMailServerUseSSL</key><true/>
			<key>IncomingMailServerUsername</key><string>{local}</string>
			<key>IncomingPassword</key><string>{CANARY}</string>
			<key>OutgoingMailServerAuthentication</key><string>EmailAuthPassword</string>
			<key>OutgoingMailServerHostName</key><string>mail.example.org</string>
			<key>OutgoingMailServerPortNumber</key><integer>587</integer>
			<key>OutgoingMailServerUseSSL</key><true/>
			<key>OutgoingMailServerUsername</key><string>{local}@example.org</string>
			<key>OutgoingPassword</key><string>{CANARY}</string>
		</dict>
	</array>
</dict>
</plist>
"#
    )
}

/// One profile with one mistake.
pub(crate) fn one_mistake(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder.file("anna.mobileconfig", profile("anna"));
    folder
}
