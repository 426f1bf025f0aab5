//! Changes, from whoever publishes them to whoever listens: a bus without queues.
//!
//! A listener is a filter and one bit for each thing it listens to. Publishing a change sets bits
//! and wakes listeners that had none set; it waits for nobody, and a listener that never reads
//! costs its bits. What changes many times between two rounds is told once.

mod background;
mod bus;
mod filter;
mod listener;
mod message;

pub use background::Work;
pub(crate) use background::{Background, Serving, Task};
pub(crate) use bus::Bus;
pub use bus::Notifier;
pub(crate) use filter::Filter;
pub(crate) use listener::Listener;
pub(crate) use message::{write_acknowledged, write_cancelled, write_change};

/// Something that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    List(List),
    /// The resource with this URI.
    Resource(&'a str),
}

/// A list that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Tools,
    Prompts,
    Resources,
}

impl List {
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

    /// What a listener is told in the next round.
    async fn round(listener: &mut Listener) -> Vec<String> {
        std::future::poll_fn(|cx| {
            let mut told = Vec::new();
            let tell = |change: Change<'_>| match change {
                Change::List(list) => told.push(format!("{list:?}")),
                Change::Resource(uri) => told.push(uri.to_owned()),
            };
            listener.poll_round(cx, tell).map(|()| told)
        })
        .await
    }

    /// Whether a listener is told something before so much time is over.
    async fn is_told(listener: &mut Listener, time: Duration) -> bool {
        tokio::time::timeout(time, round(listener)).await.is_ok()
    }

    fn listen(bus: &Arc<Bus>, uris: &[&str]) -> Listener {
        bus.listen(Filter::new([], uris.iter().copied()), MANY).unwrap()
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
            let mut listener = listen(&bus, &["a", "b"]);
            let began = Instant::now();
            bus.publish(Change::Resource("a"));
            assert_eq!(round(&mut listener).await, ["a"]);
            assert_eq!(began.elapsed(), Duration::ZERO);
            for uri in ["b", "a", "b", "c"] {
                bus.publish(Change::Resource(uri));
            }
            assert_eq!(round(&mut listener).await, ["a", "b"]);
            assert_eq!(began.elapsed().as_millis(), 50);
            assert!(!is_told(&mut listener, Duration::from_secs(10)).await);
            bus.publish(Change::Resource("b"));
            assert_eq!(round(&mut listener).await, ["b"]);
            assert_eq!(began.elapsed().as_millis(), 10_050);
        });
    }

    /// SUB-04.
    #[test]
    fn a_listener_is_told_what_its_filter_names_and_nothing_else() {
        paused(async {
            let bus = Bus::new();
            let uris: Vec<String> = (0..200).map(|number| format!("x://{number}")).collect();
            let uris: Vec<&str> = uris.iter().map(String::as_str).collect();
            let filter = Filter::new([List::Prompts], uris.iter().copied());
            let mut listener = bus.listen(filter, MANY).unwrap();
            for list in List::ALL {
                bus.publish(Change::List(list));
            }
            for uri in ["x://199", "x://61", "x://0", "x://200"] {
                bus.publish(Change::Resource(uri));
            }
            assert_eq!(round(&mut listener).await, ["Prompts", "x://0", "x://61", "x://199"]);
        });
    }

    #[test]
    fn resources_come_and_go_while_a_listener_listens() {
        paused(async {
            let bus = Bus::new();
            let mut listener = bus.listen(Filter::default(), MANY).unwrap();
            assert!(!bus.notifier().is_watched());
            let uris: Vec<String> = (0..100).map(|number| format!("x://{number}")).collect();
            for uri in &uris {
                listener.add(uri);
            }
            listener.add("x://7");
            assert!(bus.notifier().is_watched());
            bus.publish(Change::Resource("x://99"));
            assert_eq!(round(&mut listener).await, ["x://99"]);
            // What has changed and is listened to no more is not told, not even in its place.
            bus.publish(Change::Resource("x://7"));
            listener.remove("x://7");
            listener.add("x://new");
            bus.publish(Change::Resource("x://7"));
            let pause = Duration::from_secs(1);
            let told = tokio::time::timeout(pause, round(&mut listener)).await.unwrap_or_default();
            assert_eq!(told, [""; 0]);
            bus.publish(Change::Resource("x://new"));
            assert_eq!(round(&mut listener).await, ["x://new"]);
            for uri in &uris {
                listener.remove(uri);
            }
            listener.remove("x://new");
            assert!(!bus.notifier().is_watched());
        });
    }

    /// One listener that leaves takes nothing from the others, and its place is used again.
    #[test]
    fn listeners_are_counted_and_leave_nothing_behind() {
        paused(async {
            let bus = Bus::new();
            let notifier = bus.notifier();
            let (first, mut second) = (listen(&bus, &["a"]), listen(&bus, &["a", "b"]));
            assert!(bus.listen(Filter::default(), 2).is_err());
            drop(first);
            let third = bus.listen(Filter::default(), 2).unwrap();
            bus.publish(Change::Resource("a"));
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
    fn one_change_reaches_a_thousand_listeners() {
        paused(async {
            let bus = Bus::new();
            let mut listeners: Vec<_> = (0..1000).map(|_| listen(&bus, &["a"])).collect();
            let (began, clock) = (Instant::now(), std::time::Instant::now());
            bus.publish(Change::Resource("a"));
            let published = clock.elapsed();
            for listener in &mut listeners {
                assert_eq!(round(listener).await, ["a"]);
            }
            println!("1000 listeners: published in {published:?}, told in {:?}", clock.elapsed());
            assert_eq!(began.elapsed(), Duration::ZERO);
        });
    }

    #[test]
    fn a_change_between_two_looks_is_not_lost() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let bus = Bus::new();
            let mut listener = listen(&bus, &["a"]);
            for _ in 0..20 {
                let publisher = Arc::clone(&bus);
                let thread = std::thread::spawn(move || publisher.publish(Change::Resource("a")));
                assert_eq!(round(&mut listener).await, ["a"]);
                thread.join().unwrap();
                let polled = std::future::poll_fn(|cx| {
                    Poll::Ready(listener.poll_round(cx, |_| {}).is_pending())
                });
                assert!(polled.await);
            }
        });
    }
}
