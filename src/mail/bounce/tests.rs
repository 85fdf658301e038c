//! Every family of report, in mails of our own.
