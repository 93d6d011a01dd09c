//! An editor's own pace for a source: kept, and the next look planned by it at once.

use model::{Dice, Pace, Time};
use store::{SourceRecord, Store, StoreError};

use crate::pace::{self, FeedWishes, Look, Next, Rhythm, Wishes};
use crate::settle;

/// Sets how often a source is asked, or leaves it to its rhythm again. The next look comes when it would come had that
/// been so at the last one. `false` if the source has left for good.
pub async fn set_pace(
    store: &Store,
    source: &SourceRecord,
    pace: Option<Pace>,
    now: Time,
    dice: &Dice,
) -> Result<bool, StoreError> {
    let planned = planned(source, pace, now);
    let next = planned.as_ref().map(|(next, reason)| (next.within(dice.fraction()).max(now), reason.as_str()));
    store.set_pace(source.id, pace, next, now).await
}

/// When to look next, and why then; `None` where nothing changes, because it was never asked or asked us to wait longer.
fn planned(source: &SourceRecord, pace: Option<Pace>, now: Time) -> Option<(Next, String)> {
    let poll = &source.poll;
    let (last, outcome) = poll.last_polled.zip(poll.last_answer)?;
    let asked = poll.asked.as_deref().and_then(|asked| serde_json::from_str::<FeedWishes>(asked).ok());
    let wishes = Wishes { feed: asked.unwrap_or_default(), ..Wishes::default() };
    let rhythm = poll.rhythm.as_deref().and_then(Rhythm::from_bytes).unwrap_or_else(|| Rhythm::unknown(last));
    let next = pace::next_poll(
        last,
        &Look {
            outcome,
            failures: poll.failures,
            is_first: false,
            has_validators: poll.etag.is_some() || poll.last_modified.is_some(),
            wishes: &wishes,
            pace,
            is_told: source.told_until.is_some_and(|until| until > now),
            rhythm: &rhythm,
            spread: settle::spread(&source.address),
        },
    );
    let waits_longer = poll.wish_until.is_some_and(|until| until > next.at);
    (!waits_longer).then(|| (next, next.why.in_words(&rhythm, now)))
}
