//! Change notifications: a bus without queues.
//!
//! A subscriber is a filter and one bit for each list and resource in it. Publishing a change sets
//! bits and wakes the subscribers that had none set. It never waits, and a subscriber that does not
//! read costs its bits only. Several changes of one thing between two rounds are one notification.

mod background;
mod bus;
mod interest;
mod message;
mod subscriber;

pub use background::BackgroundFn;
pub(crate) use background::{Background, BackgroundTask, Serving};
pub(crate) use bus::Bus;
pub use bus::Notifier;
pub(crate) use interest::Interest;
pub(crate) use message::{write_acknowledged, write_cancelled, write_change};
pub(crate) use subscriber::Subscriber;

/// What a change notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic<'a> {
    List(ListKind),
    /// The resource with this URI.
    Resource(&'a str),
}

/// A list of handlers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    Tools,
    Prompts,
    Resources,
}

impl ListKind {
    pub(crate) const ALL: [Self; 3] = [Self::Tools, Self::Prompts, Self::Resources];
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::task::Poll;
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;

    const MANY: usize = 10_000;

    /// What a subscriber is told in the next round.
    async fn round(subscriber: &mut Subscriber) -> Vec<String> {
        std::future::poll_fn(|cx| {
            let mut told = Vec::new();
            let tell = |topic: Topic<'_>| match topic {
                Topic::List(list) => told.push(format!("{list:?}")),
                Topic::Resource(uri) => told.push(uri.to_owned()),
            };
            subscriber.poll_round(cx, tell).map(|()| told)
        })
        .await
    }

    /// Whether a subscriber is told something before so much time is over.
    async fn is_told(subscriber: &mut Subscriber, time: Duration) -> bool {
        tokio::time::timeout(time, round(subscriber)).await.is_ok()
    }

    fn listen(bus: &Arc<Bus>, uris: &[&str]) -> Subscriber {
        bus.subscribe(Interest::new([], uris.iter().copied()), MANY).unwrap()
    }

    fn paused(test: impl Future<Output = ()>) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().unwrap().block_on(test);
    }

    /// SUB-16.
    #[test]
    fn the_first_change_is_told_at_once_and_then_a_round_every_50_ms() {
        paused(async {
            let bus = Bus::new();
            let mut subscriber = listen(&bus, &["a", "b"]);
            let began = Instant::now();
            bus.publish(Topic::Resource("a"));
            assert_eq!(round(&mut subscriber).await, ["a"]);
            assert_eq!(began.elapsed(), Duration::ZERO);
            for uri in ["b", "a", "b", "c"] {
                bus.publish(Topic::Resource(uri));
            }
            assert_eq!(round(&mut subscriber).await, ["a", "b"]);
            assert_eq!(began.elapsed().as_millis(), 50);
            assert!(!is_told(&mut subscriber, Duration::from_secs(10)).await);
            bus.publish(Topic::Resource("b"));
            assert_eq!(round(&mut subscriber).await, ["b"]);
            assert_eq!(began.elapsed().as_millis(), 10_050);
        });
    }

    /// SUB-04.
    #[test]
    fn a_subscriber_is_told_what_its_filter_names_and_nothing_else() {
        paused(async {
            let bus = Bus::new();
            let uris: Vec<String> = (0..200).map(|number| format!("x://{number}")).collect();
            let uris: Vec<&str> = uris.iter().map(String::as_str).collect();
            let filter = Interest::new([ListKind::Prompts], uris.iter().copied());
            let mut subscriber = bus.subscribe(filter, MANY).unwrap();
            for list in ListKind::ALL {
                bus.publish(Topic::List(list));
            }
            for uri in ["x://199", "x://61", "x://0", "x://200"] {
                bus.publish(Topic::Resource(uri));
            }
            assert_eq!(round(&mut subscriber).await, ["Prompts", "x://0", "x://61", "x://199"]);
        });
    }

    #[test]
    fn resources_come_and_go_while_a_subscriber_listens() {
        paused(async {
            let bus = Bus::new();
            let mut subscriber = bus.subscribe(Interest::default(), MANY).unwrap();
            assert!(!bus.notifier().is_watched());
            let uris: Vec<String> = (0..100).map(|number| format!("x://{number}")).collect();
            for uri in &uris {
                subscriber.add(uri);
            }
            subscriber.add("x://7");
            assert!(bus.notifier().is_watched());
            bus.publish(Topic::Resource("x://99"));
            assert_eq!(round(&mut subscriber).await, ["x://99"]);
            // What has changed and is listened to no more is not told, not even in its place.
            bus.publish(Topic::Resource("x://7"));
            subscriber.remove("x://7");
            subscriber.add("x://new");
            bus.publish(Topic::Resource("x://7"));
            let pause = Duration::from_secs(1);
            let told =
                tokio::time::timeout(pause, round(&mut subscriber)).await.unwrap_or_default();
            assert_eq!(told, [""; 0]);
            bus.publish(Topic::Resource("x://new"));
            assert_eq!(round(&mut subscriber).await, ["x://new"]);
            for uri in &uris {
                subscriber.remove(uri);
            }
            subscriber.remove("x://new");
            assert!(!bus.notifier().is_watched());
        });
    }

    /// One subscriber that leaves takes nothing from the others, and its place is used again.
    #[test]
    fn subscribers_are_counted_and_leave_nothing_behind() {
        paused(async {
            let bus = Bus::new();
            let notifier = bus.notifier();
            let (first, mut second) = (listen(&bus, &["a"]), listen(&bus, &["a", "b"]));
            assert!(bus.subscribe(Interest::default(), 2).is_err());
            drop(first);
            let third = bus.subscribe(Interest::default(), 2).unwrap();
            bus.publish(Topic::Resource("a"));
            assert_eq!(round(&mut second).await, ["a"]);
            drop((second, third));
            assert!(!notifier.is_watched());
            let watched = tokio::time::timeout(Duration::from_secs(1), notifier.watched());
            assert!(watched.await.is_err());
            let _listener = listen(&bus, &["a"]);
            notifier.watched().await;
        });
    }

    /// All in the first round: none of a thousand waits for a second one.
    #[test]
    #[expect(clippy::print_stdout, reason = "a time is a figure for whoever runs this")]
    fn one_change_reaches_a_thousand_subscribers() {
        paused(async {
            let bus = Bus::new();
            let mut subscribers: Vec<_> = (0..1000).map(|_| listen(&bus, &["a"])).collect();
            let (began, clock) = (Instant::now(), std::time::Instant::now());
            bus.publish(Topic::Resource("a"));
            let published = clock.elapsed();
            for subscriber in &mut subscribers {
                assert_eq!(round(subscriber).await, ["a"]);
            }
            println!("1000 subscribers: published in {published:?}, told in {:?}", clock.elapsed());
            assert_eq!(began.elapsed(), Duration::ZERO);
        });
    }

    #[test]
    fn a_change_between_two_looks_is_not_lost() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let bus = Bus::new();
            let mut subscriber = listen(&bus, &["a"]);
            for _ in 0..20 {
                let publisher = Arc::clone(&bus);
                let thread = std::thread::spawn(move || publisher.publish(Topic::Resource("a")));
                assert_eq!(round(&mut subscriber).await, ["a"]);
                thread.join().unwrap();
                let polled = std::future::poll_fn(|cx| {
                    Poll::Ready(subscriber.poll_round(cx, |_| {}).is_pending())
                });
                assert!(polled.await);
            }
        });
    }
}
