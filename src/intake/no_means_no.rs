//! Small files as many programs write them: whoever said no in one, however it says so, is opted out.

use std::fs;

use tempfile::TempDir;

use crate::intake::contact_file::{ContactFile, Options};
use crate::intake::draft::Row;
use crate::intake::problem::IntakeProblem;

/// Local parts of those who are opted out, with the reasons.
fn opted_out(name: &str, text: &str) -> Result<Vec<String>, IntakeProblem> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    let mut file = ContactFile::open(&path, &Options::default())?;
    let mut found = Vec::new();
    while let Some(row) = file.next_row() {
        match row? {
            Row::Draft(draft) => {
                if let Some(no) = draft.opt_out {
                    let local = draft.address.as_str().split('@').next().unwrap_or_default();
                    found.push(format!("{local} {}", no.reason));
                }
            }
            Row::Reject(reject) => found.push(format!("line {} {}", reject.line, reject.code)),
        }
    }
    Ok(found)
}

fn all(expected: &str, files: &[&str]) {
    for text in files {
        let found = opted_out("press.csv", text).unwrap();
        assert_eq!(found.join(", "), expected, "{text}");
    }
}

#[test]
fn a_column_of_any_name_that_says_no_is_heeded() {
    all(
        "bo unsubscribed",
        &[
            "Email,Newsletter abbestellt\nana@a.example,nein\nbo@b.example,ja\n",
            "E-Mail;Einwilligung\nana@a.example;ja\nbo@b.example;nein\n",
            "E-Mail;Einwilligung DSGVO\nana@a.example;erteilt\nbo@b.example;widerrufen\n",
            "Courriel;Désinscription\nana@a.example;non\nbo@b.example;oui\n",
            "Courriel;Consentement e-mail\nana@a.example;oui\nbo@b.example;non\n",
            "Correo;Suscrito al boletín\nana@a.example;sí\nbo@b.example;no\n",
            "E-mail,Consenso\nana@a.example,sì\nbo@b.example,no\n",
            "E-mailadres;Toestemming\nana@a.example;ja\nbo@b.example;nee\n",
            "E-mailadres;Uitgeschreven\nana@a.example;nee\nbo@b.example;ja\n",
            "E-mail;Zgoda\nana@a.example;tak\nbo@b.example;nie\n",
            "E-post;Samtycke\nana@a.example;ja\nbo@b.example;nej\n",
            "Sähköposti;Suostumus\nana@a.example;kyllä\nbo@b.example;ei\n",
            "E-mail;Souhlas\nana@a.example;ano\nbo@b.example;ne\n",
            "メールアドレス,配信停止\nana@a.example,いいえ\nbo@b.example,はい\n",
            "メールアドレス,配信停止\nana@a.example,\nbo@b.example,はい\n",
            "邮箱,同意\nana@a.example,是\nbo@b.example,否\n",
            "이메일,수신동의\nana@a.example,예\nbo@b.example,아니오\n",
            "Email,GDPR consent\nana@a.example,Yes (fair 2024)\nbo@b.example,Withdrawn\n",
            "Email,OK to email?\nana@a.example,Y\nbo@b.example,N\n",
            "Email,Contact Opt-Out Status\nana@a.example,Opted in\nbo@b.example,Opted out\n",
            "Email,State,Name\nana@a.example,Active,Ana\nbo@b.example,Unsubscribed,Bo\n",
            "Email,Unsub date\nana@a.example,\nbo@b.example,2024-03-01\n",
            "Email,Tags\nana@a.example,VIP\nbo@b.example,\"VIP, Unsubscribed\"\n",
            "Email,Remarks\nana@a.example,likes tea\nbo@b.example,UNSUBSCRIBED\n",
            "Email,Group 7\nana@a.example,a\nbo@b.example,Opted out\n",
            "ana@a.example,Ana\nbo@b.example,Bo,unsubscribed\n",
            "Email,Email Suppressions\nana@a.example,[]\nbo@b.example,\"['UNSUBSCRIBE']\"\n",
            "Email,Name,Opt-in / Opt-out\nana@a.example,Ana,opted in\nbo@b.example,Bo,opted out\n",
            "uuid,email,name,attributes,status\n1,ana@a.example,Ana,{},enabled\n2,bo@b.example,Bo,\"{\"\"unsubscribed\"\": true}\",enabled\n",
        ],
    );
    all(
        "bo do-not-contact",
        &[
            "Email,Do not allow Bulk Emails\nana@a.example,Allow\nbo@b.example,Do Not Allow\n",
            "Email,DoNotBulkEMail\nana@a.example,0\nbo@b.example,1\n",
            "Email,Exclude from mailings\nana@a.example,\nbo@b.example,x\n",
            "Email,Categories\nana@a.example,Press\nbo@b.example,Press;Do Not Contact\n",
            "E-Mail;Keine E-Mails\nana@a.example;\nbo@b.example;x\n",
            "email,registered,activated,deactivated,source\nana@a.example,1,1700000000,0,web\nbo@b.example,1,1700000000,1710000000,web\n",
            "Email,State\nana@a.example,Active\nbo@b.example,Deleted\n",
            "Email,Active\nana@a.example,Yes\nbo@b.example,No\n",
        ],
    );
    all(
        "bo bounced",
        &[
            "Email,Invalid email?\nana@a.example,No\nbo@b.example,Yes\n",
            "Email,Email valid\nana@a.example,true\nbo@b.example,false\n",
            "Email,Email bounced date\nana@a.example,\nbo@b.example,2024-01-02\n",
        ],
    );
}

#[test]
fn what_is_no_wish_opts_nobody_out() {
    all(
        "",
        &[
            "Email,SMS opt-in,Do Not Call\nana@a.example,no,yes\n",
            "Email,Consent date,Unsubscribe link\nana@a.example,,https://a.example/u/1\n",
            "Email,State,City\nana@a.example,CA,Los Angeles\nbo@b.example,TX,Austin\n",
            "Email,Status\nana@a.example,Staff\nbo@b.example,VIP\n",
            "Email,Newsletter\nana@a.example,The Tide\nbo@b.example,Morning Post\n",
            "Email,Outlet,Notes\nana@a.example,Opt Out Magazine,left a message\n",
            "Email,Phone\nana@a.example,'+49 30 123456\n",
            "Email,Legal basis\nana@a.example,Legitimate interest\n",
        ],
    );
}

#[test]
fn a_column_that_could_mean_either_is_asked_about() {
    let text = "Email,Opt-in / Opt-out\nana@a.example,yes\nbo@b.example,no\n";
    let problem = opted_out("press.csv", text).unwrap_err();
    assert_eq!(problem.code(), "ambiguous-consent");
    assert!(
        problem
            .to_string()
            .contains("--map \"Opt-in / Opt-out=opt-out\""),
        "{problem}"
    );
}

#[test]
fn lines_below_the_contacts_are_no_rejects() {
    all(
        "",
        &[
            "First Name,Account Name,Email,Lead Source\nAna,Daily,ana@a.example,Web\n\nGrand Totals (1 records),,,\nConfidential Information - Do Not Distribute\nCopyright © 2000-2026 example,,,\nGenerated By: Desk 1/2/2026,,,\n",
        ],
    );
    all(
        "line 3 no-address",
        &["Email,Outlet\nana@a.example,Daily\n,Total Film\n"],
    );
}
