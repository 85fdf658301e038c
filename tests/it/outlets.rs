//! A list that allows so many contacts of one outlet: the others are rows too, with the reason.

use dateline::desk::distribution::schedule::Start;
use dateline::desk::people::lists::{ListEdit, edit};
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::world::on_both;

#[tokio::test]
async fn an_outlet_gets_no_more_than_its_list_allows_however_often_it_is_scheduled() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        // Four contacts at each of ten outlets.
        contacts(&world, 40).await;
        let limit = ListEdit { per_outlet: Some(Some(2)), ..ListEdit::default() };
        edit(world.desk(), "tech", &limit).await.unwrap();
        approved(&world, "plant", "").await;
        let done = scheduled(&world, "plant", Start::Now).await;
        assert_eq!(done.recipients, 20);
        assert_eq!(done.not_sent.iter().map(|fate| (fate.reason.as_str(), fate.value)).collect::<Vec<_>>(), [("outlet-limit", 20)]);
        one_run(&world).await;
        let limited = "SELECT COUNT(*) AS value FROM delivery WHERE status = 'suppressed' AND reason = 'outlet-limit'";
        assert_eq!(world.number(limited, vec![]).await, 20);
        assert_eq!(sink.mails().len(), 20);
        // Those who have it count: nobody else at the same outlets gets it now.
        let again = crate::newsdesk::request("plant", Start::Now);
        let refused = dateline::desk::distribution::schedule::plan(world.desk(), &again).await.unwrap_err();
        assert_eq!(refused.code, "nobody");
    })
    .await;
}
