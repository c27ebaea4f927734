// applied at every start
user_pref("mail.server.server1.leave_on_server", false);
user_pref("mail.server.server1.userName", 'anna');
