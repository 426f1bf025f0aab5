//! What the store promises, seen from outside: the rules of changing tasks, and one file that
//! several processes share and some programs break.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Barrier};
use std::thread;

use jiff::civil::{Date, date};
use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use task_server::store::{Filter, OpenError, Refusal, Store, TaskError, Update};
use task_server::task::{Field, InvalidTask, Priority, Status, Task, TaskId};
use tempfile::TempDir;

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tasks.db");
    (folder, path)
}

async fn open(path: &Path) -> Store {
    Store::at(path).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn create(store: &Store, title: &str) -> Task {
    store.create(title.to_owned(), None, Priority::Medium, None).await.unwrap()
}

fn id(text: &str) -> TaskId {
    text.parse().unwrap()
}

fn ids(tasks: &[Task]) -> Vec<String> {
    tasks.iter().map(|task| task.id.to_string()).collect()
}

fn status(status: Status) -> Update {
    Update { status: Some(status), ..Update::default() }
}

// ---- the rules ----

#[test]
fn a_created_task_is_found_as_it_was_returned() {
    block_on(async {
        let (_folder, path) = file();
        let store = open(&path).await;
        let before = Timestamp::now();
        let due = Some(date(2026, 12, 1));
        let description = Some("It's long.\n".to_owned());
        let task =
            store.create("  Review the report ".to_owned(), description, Priority::High, due).await;
        let task = task.unwrap();
        assert_eq!(task.id.to_string(), "task_0001");
        assert_eq!(task.title, "Review the report");
        assert_eq!(task.description, "It's long.\n");
        assert_eq!(
            (task.priority, task.status, task.due_date),
            (Priority::High, Status::Pending, due)
        );
        assert_eq!(task.created_at, task.updated_at);
        assert!(before - SignedDuration::from_millis(1) < task.created_at);
        assert!(task.created_at <= Timestamp::now());
        assert!(task.created_at.to_string().ends_with('Z'), "{}", task.created_at);
        assert_eq!(task.created_at.as_nanosecond() % 1_000_000, 0, "whole milliseconds");

        assert_eq!(store.get(&task.id).await.unwrap(), task);
        let bare = create(&store, "Bare").await;
        assert_eq!((bare.description.as_str(), bare.due_date), ("", None));
        drop(store);
        assert_eq!(open(&path).await.all().await.unwrap(), [task, bare]);
    });
}

#[test]
fn any_text_is_plain_data() {
    block_on(async {
        let (_folder, path) = file();
        let texts = [
            "'; DROP TABLE task; --",
            "\"quoted\" `ticked` $1 ?1 :a @b %s {} \\",
            "line\r\nline\u{2028}line",
            "nul\0inside",
            "日本語 \u{202e} \u{1F980} e\u{301}",
        ];
        let mut made = Vec::new();
        let store = open(&path).await;
        for text in texts {
            let description = Some(format!("\0{text}\0"));
            let task = store.create(text.to_owned(), description, Priority::Low, None).await;
            made.push(task.unwrap());
        }
        let longest = "ä".repeat(100_000);
        let long = Update { description: Some(longest.clone()), ..Update::default() };
        let (after, changes) = store.update(&made[0].id, long).await.unwrap();
        assert_eq!((changes.len(), &changes[0].new), (1, &longest));
        made[0] = after;
        drop(store);
        let found = open(&path).await.all().await.unwrap();
        assert_eq!(found, made);
        for (task, text) in found.iter().zip(texts) {
            assert_eq!(task.title, text);
        }
        assert_eq!(found[3].description, "\0nul\0inside\0");
    });
}

#[test]
fn what_breaks_a_rule_is_refused_and_stores_nothing() {
    block_on(async {
        let store = Store::memory();
        let create = |title: &str, description: Option<String>, due: Option<Date>| {
            store.create(title.to_owned(), description, Priority::Medium, due)
        };
        for title in ["", " \t\n"] {
            let error = create(title, None, None).await.unwrap_err();
            assert!(matches!(error, TaskError::Invalid(InvalidTask::EmptyTitle)));
        }
        let error = create(&"x".repeat(501), None, None).await.unwrap_err();
        assert!(error.to_string().contains("at most 500 characters; got 501"), "{error}");
        let error = create("x", Some("x".repeat(100_001)), None).await.unwrap_err();
        assert!(error.to_string().contains("at most 100000 characters; got 100001"), "{error}");
        let error = create("x", None, Some(date(-44, 3, 15))).await.unwrap_err();
        assert!(error.to_string().contains("the years 0000 to 9999"), "{error}");
        assert_eq!(store.all().await.unwrap(), []);
    });
}

#[test]
fn lists_are_filtered_and_oldest_first() {
    block_on(async {
        let store = Store::memory();
        for priority in [Priority::High, Priority::Low, Priority::High, Priority::Urgent] {
            store.create("Some".to_owned(), None, priority, None).await.unwrap();
        }
        store.update(&id("3"), status(Status::Completed)).await.unwrap();
        store.update(&id("1"), status(Status::InProgress)).await.unwrap();
        let list =
            async |status, priority| ids(&store.list(Filter { status, priority }).await.unwrap());
        assert_eq!(list(None, None).await, ["task_0001", "task_0002", "task_0003", "task_0004"]);
        assert_eq!(list(None, Some(Priority::High)).await, ["task_0001", "task_0003"]);
        assert_eq!(list(Some(Status::Pending), None).await, ["task_0002", "task_0004"]);
        assert_eq!(list(Some(Status::Completed), Some(Priority::High)).await, ["task_0003"]);
        assert!(list(Some(Status::Completed), Some(Priority::Low)).await.is_empty());
        assert_eq!(ids(&store.pending().await.unwrap()), ["task_0002", "task_0004"]);
    });
}

#[test]
fn an_update_tells_what_really_changed() {
    block_on(async {
        let store = Store::memory();
        let task = create(&store, "Some").await;
        let update = Update {
            status: Some(Status::InProgress),
            priority: Some(Priority::Medium),
            description: Some("more".to_owned()),
        };
        let (after, changes) = store.update(&task.id, update.clone()).await.unwrap();
        let told: Vec<_> =
            changes.iter().map(|change| (change.field, &*change.old, &*change.new)).collect();
        assert_eq!(
            told,
            [(Field::Status, "pending", "in_progress"), (Field::Description, "", "more")]
        );
        assert!(after.updated_at > task.updated_at);
        assert_eq!(after.created_at, task.created_at);
        assert_eq!(store.get(&task.id).await.unwrap(), after);

        let (same, changes) = store.update(&task.id, update).await.unwrap();
        assert_eq!((same, changes), (after.clone(), vec![]));
        assert_eq!(store.get(&task.id).await.unwrap(), after);
    });
}

#[test]
fn an_update_of_nothing_says_what_it_takes() {
    block_on(async {
        let store = Store::memory();
        let task = create(&store, "Some").await;
        let error = store.update(&task.id, Update::default()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "nothing to change; give at least one of `status`, `priority`, `description`"
        );
        assert_eq!(store.get(&task.id).await.unwrap(), task);
        let long = Update { description: Some("x".repeat(100_001)), ..Update::default() };
        assert!(matches!(store.update(&task.id, long).await, Err(TaskError::Invalid(_))));
    });
}

#[test]
fn an_unknown_task_names_the_nearest() {
    block_on(async {
        let store = Store::memory();
        let error = store.get(&id("task_0009")).await.unwrap_err();
        assert_eq!(error.to_string(), "no task `task_0009`; there are no tasks yet");

        for number in 1..=12 {
            let title = if number == 8 { "Review Q4 report" } else { "Other" };
            create(&store, title).await;
        }
        store.delete(&id("9")).await.unwrap();
        let expected = "no task `task_0009`; the nearest is `task_0008` 'Review Q4 report'; \
                        list_tasks shows every id";
        let nine = id("task_0009");
        assert_eq!(store.get(&nine).await.unwrap_err().to_string(), expected);
        assert_eq!(store.delete(&nine).await.unwrap_err().to_string(), expected);
        let update = store.update(&nine, status(Status::Completed)).await;
        assert_eq!(update.unwrap_err().to_string(), expected);

        store.delete(&id("8")).await.unwrap();
        let nearest = async |text: &str| match store.get(&id(text)).await {
            Err(TaskError::Unknown { nearest, .. }) => nearest.unwrap().id.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(nearest("9").await, "task_0010");
        assert_eq!(nearest("8").await, "task_0007");
        assert_eq!(nearest("9223372036854775807").await, "task_0012");
    });
}

#[test]
fn an_id_is_never_given_again() {
    block_on(async {
        let (_folder, path) = file();
        let store = open(&path).await;
        let task = create(&store, "First").await;
        assert_eq!(store.delete(&task.id).await.unwrap(), task);
        assert_eq!(create(&store, "Second").await.id, id("task_0002"));
        store.delete(&id("2")).await.unwrap();
        drop(store);
        let store = open(&path).await;
        assert_eq!(create(&store, "Third").await.id, id("task_0003"));
        assert!(store.get(&id("2")).await.is_err());
    });
}

#[test]
fn stats_count_every_task() {
    block_on(async {
        let store = Store::memory();
        assert_eq!(store.stats().await.unwrap().total, 0);
        for priority in [Priority::High, Priority::High, Priority::Low] {
            store.create("Some".to_owned(), None, priority, None).await.unwrap();
        }
        store.update(&id("2"), status(Status::Completed)).await.unwrap();
        let stats = store.stats().await.unwrap();
        assert_eq!(stats.total, 3);
        assert_eq!(Status::ALL.map(|status| stats.by_status.of(status)), [2, 0, 1]);
        assert_eq!(Priority::ALL.map(|priority| stats.by_priority.of(priority)), [1, 0, 2, 0]);
    });
}

#[test]
fn a_summary_of_days_has_what_was_created_changed_or_due_then() {
    block_on(async {
        let (_folder, path) = file();
        let store = open(&path).await;
        for due in [None, None, None, Some(date(2020, 3, 10)), Some(date(2020, 3, 12))] {
            store.create("Some".to_owned(), None, Priority::Medium, due).await.unwrap();
        }
        // Times are those of the database; the first two are on the last day in Berlin only.
        let times = [
            (1, "2020-03-10T22:59:59.999Z", "2020-03-10T22:59:59.999Z"),
            (2, "2020-03-10T23:00:00Z", "2020-03-10T23:00:00Z"),
            (3, "2020-01-01T00:00:00Z", "2020-03-09T12:00:00Z"),
            (4, "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
            (5, "2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ];
        let raw = Connection::open(&path).unwrap();
        for (id, created, updated) in times {
            let [created, updated] =
                [created, updated].map(|time| time.parse::<Timestamp>().unwrap().as_millisecond());
            raw.execute(
                "UPDATE task SET created_at = ?2, updated_at = ?3 WHERE id = ?1",
                (id, created, updated),
            )
            .unwrap();
        }
        let between = async |first, last, zone| {
            ids(&store.active_between(first..=last, &zone).await.unwrap())
        };
        let berlin = TimeZone::fixed(offset(1));
        let (ninth, tenth) = (date(2020, 3, 9), date(2020, 3, 10));
        let expected = ["task_0001", "task_0003", "task_0004"];
        assert_eq!(between(ninth, tenth, berlin.clone()).await, expected);
        assert_eq!(
            between(tenth, tenth, TimeZone::UTC).await,
            ["task_0001", "task_0002", "task_0004"]
        );
        assert!(between(tenth, ninth, berlin.clone()).await.is_empty());
        assert_eq!(between(Date::MIN, Date::MAX, berlin).await.len(), 5);
    });
}

#[test]
fn the_ends_of_the_calendar_and_skipped_days_hold_no_task_of_another_day() {
    block_on(async {
        let store = Store::memory();
        create(&store, "of today").await;
        let is_empty = async |first: Date, last: Date, zone: &TimeZone| {
            store.active_between(first..=last, zone).await.unwrap().is_empty()
        };
        let yesterday = Date::MAX.yesterday().unwrap();
        for hours in [-25, -12, 0, 14, 25] {
            let zone = TimeZone::fixed(offset(hours));
            assert!(is_empty(Date::MAX, Date::MAX, &zone).await, "{hours}");
            assert!(is_empty(yesterday, Date::MAX, &zone).await, "{hours}");
            assert!(is_empty(Date::MIN, Date::MIN, &zone).await, "{hours}");
            assert!(is_empty(Date::MIN, date(-9999, 1, 2), &zone).await, "{hours}");
            assert!(!is_empty(Date::MIN, Date::MAX, &zone).await, "{hours}");
        }
        // Clocks that go forward at midnight: the day begins at one.
        let zone = TimeZone::posix("EST5EDT,M3.2.0/0,M11.1.0/0").unwrap();
        let day = date(2026, 3, 8);
        assert_eq!(day.to_zoned(zone.clone()).unwrap().hour(), 1);
        assert!(is_empty(day, day, &zone).await);
    });
}

#[test]
fn a_database_in_memory_is_private() {
    block_on(async {
        let stores =
            [Store::memory(), Store::memory(), Store::at(Path::new(":memory:")).await.unwrap()];
        for store in &stores {
            assert_eq!(create(store, "Some").await.id, id("1"));
            assert_eq!(store.path(), None);
        }
        assert!(!Path::new(":memory:").exists());
    });
}

// ---- several at once ----

/// Runs one of the tests below in a process of its own, on this file.
fn process(test: &str, path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env("TASK_STORE_TEST_FILE", path)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

/// The file this process was started for; `None` in an ordinary run of the tests.
fn given_file() -> Option<PathBuf> {
    std::env::var_os("TASK_STORE_TEST_FILE").map(PathBuf::from)
}

const PROCESSES: usize = 4;
const WRITES: usize = 40;

#[test]
fn child_writes_many_tasks() {
    let Some(path) = given_file() else { return };
    block_on(async {
        let store = open(&path).await;
        for number in 0..WRITES {
            let title = format!("{} {number}", std::process::id());
            let task = create(&store, &title).await;
            store.update(&task.id, status(Status::Completed)).await.unwrap();
            assert_eq!(store.get(&task.id).await.unwrap().title, title);
        }
    });
}

#[test]
fn processes_that_start_on_no_file_and_write_at_once_lose_nothing() {
    let (folder, path) = file();
    let path = folder.path().join("a/b").join(path.file_name().unwrap());
    let children: Vec<_> =
        (0..PROCESSES).map(|_| process("child_writes_many_tasks", &path)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    block_on(async {
        let tasks = open(&path).await.all().await.unwrap();
        assert_eq!(tasks.len(), PROCESSES * WRITES);
        let distinct: std::collections::HashSet<_> = tasks.iter().map(|task| &task.title).collect();
        assert_eq!(distinct.len(), tasks.len());
        assert!(tasks.iter().all(|task| task.status == Status::Completed));
        // Nobody was rolled back either: the ids have no gap.
        assert_eq!(tasks.last().unwrap().id, id(&tasks.len().to_string()));
    });
    // What an independent reader finds, now that everybody is gone.
    let raw = Connection::open(&path).unwrap();
    let finding: String = raw.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(finding, "ok");
}

#[test]
fn stores_that_open_at_once_on_an_empty_file_agree() {
    for _ in 0..5 {
        let (_folder, path) = file();
        let together = Barrier::new(12);
        thread::scope(|scope| {
            for number in 0..12 {
                let (path, together) = (&path, &together);
                scope.spawn(move || {
                    together.wait();
                    block_on(async {
                        let store = open(path).await;
                        create(&store, &number.to_string()).await;
                    });
                });
            }
        });
        assert_eq!(block_on(async { open(&path).await.all().await }).unwrap().len(), 12);
    }
}

#[test]
fn many_calls_of_one_store_at_once_are_all_answered() {
    block_on(async {
        let (_folder, path) = file();
        let store = Arc::new(open(&path).await);
        let calls: Vec<_> = (0..100)
            .map(|number| {
                let store = Arc::clone(&store);
                tokio::spawn(async move {
                    let task = create(&store, &number.to_string()).await;
                    assert_eq!(store.get(&task.id).await.unwrap(), task);
                })
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
        assert_eq!(store.stats().await.unwrap().total, 100);
    });
}

#[test]
fn one_store_sees_at_once_what_another_answered() {
    block_on(async {
        let (_folder, path) = file();
        let (one, other) = (open(&path).await, open(&path).await);
        for _ in 0..20 {
            let task = create(&one, "Some").await;
            assert_eq!(other.get(&task.id).await.unwrap(), task);
            other.delete(&task.id).await.unwrap();
            assert!(one.get(&task.id).await.is_err());
        }
    });
}

// ---- somebody else holds the lock, or the caller goes away ----

/// A write lock that is held until the connection is dropped.
fn foreign_writer(path: &Path) -> Connection {
    let raw = Connection::open(path).unwrap();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    raw
}

#[test]
fn a_foreign_writer_holds_up_writers_and_nobody_else() {
    block_on(async {
        let (_folder, path) = file();
        let store = Arc::new(open(&path).await);
        let task = create(&store, "Some").await;
        let foreign = foreign_writer(&path);
        let writing = tokio::spawn({
            let store = Arc::clone(&store);
            async move { create(&store, "Waits").await }
        });
        for _ in 0..50 {
            assert_eq!(store.all().await.unwrap(), std::slice::from_ref(&task));
        }
        // Somebody may even start now.
        assert_eq!(open(&path).await.all().await.unwrap(), [task]);
        assert!(!writing.is_finished());
        drop(foreign);
        assert_eq!(writing.await.unwrap().id, id("2"));
    });
}

#[test]
fn a_dropped_call_is_done_as_a_whole_or_not_at_all() {
    block_on(async {
        let (_folder, path) = file();
        let store = Arc::new(open(&path).await);
        let foreign = foreign_writer(&path);
        let started = |title: &'static str| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { create(&store, title).await })
        };
        let begun = started("begun");
        let queued = started("queued");
        // Both are polled as far as they get: the one to the lock, the other to the queue.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        begun.abort();
        queued.abort();
        assert!(begun.await.unwrap_err().is_cancelled());
        assert!(queued.await.unwrap_err().is_cancelled());
        drop(foreign);
        create(&store, "next").await;
        let tasks = store.all().await.unwrap();
        let titles: Vec<_> = tasks.iter().map(|task| task.title.as_str()).collect();
        assert_eq!(titles, ["begun", "next"]);
    });
}

#[test]
fn a_dropped_store_leaves_one_file_and_waits_for_nobody() {
    let (folder, path) = file();
    let names = || {
        let files = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    block_on(async {
        let store = open(&path).await;
        create(&store, "Some").await;
        assert!(names().len() > 1);
        let other = open(&path).await;
        drop(store);
        // The other one keeps the log, but the file has everything already.
        let bare = Connection::open_with_flags(
            format!("file://{}?immutable=1", path.display()),
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_URI,
        );
        let count = bare.unwrap().query_row("SELECT count(*) FROM task", [], |row| row.get(0));
        assert_eq!(count, Ok(1));
        drop(other);
        assert_eq!(names(), ["tasks.db"]);

        let store = open(&path).await;
        let foreign = foreign_writer(&path);
        let started = std::time::Instant::now();
        drop(store);
        assert!(started.elapsed() < std::time::Duration::from_secs(1));
        drop(foreign);
    });
    assert_eq!(names(), ["tasks.db"]);
}

#[test]
fn child_dies_after_a_write() {
    let Some(path) = given_file() else { return };
    block_on(async {
        create(&open(&path).await, "first").await;
        let store = open(&path).await;
        create(&store, "second").await;
        std::process::abort();
    });
}

#[test]
fn child_dies_in_the_middle_of_a_migration() {
    let Some(path) = given_file() else { return };
    let raw = Connection::open(&path).unwrap();
    raw.pragma_update(None, "journal_mode", "WAL").unwrap();
    raw.execute_batch("BEGIN IMMEDIATE; CREATE TABLE task (half); PRAGMA user_version = 1")
        .unwrap();
    std::process::abort();
}

#[test]
fn what_was_answered_survives_the_end_of_the_process() {
    let (_folder, path) = file();
    assert!(!process("child_dies_after_a_write", &path).wait().unwrap().success());
    assert!(path.with_extension("db-wal").exists(), "nobody tidied up");
    let tasks = block_on(async { open(&path).await.all().await }).unwrap();
    assert_eq!(tasks.iter().map(|task| &*task.title).collect::<Vec<_>>(), ["first", "second"]);
}

#[test]
fn a_start_that_was_cut_short_is_made_good() {
    let (_folder, path) = file();
    assert!(!process("child_dies_in_the_middle_of_a_migration", &path).wait().unwrap().success());
    block_on(async { create(&open(&path).await, "Some").await });

    // The file was made and nothing else.
    let (_folder, path) = file();
    fs::write(&path, "").unwrap();
    block_on(async { create(&open(&path).await, "Some").await });
}

// ---- the file ----

/// The refusal of this file, and its line.
fn refusal(path: &Path) -> (Refusal, String) {
    let error = block_on(Store::at(path)).unwrap_err();
    let line = error.to_string();
    assert!(!line.contains('\n'), "{line}");
    assert!(line.starts_with(&format!("cannot keep tasks in `{}`: ", path.display())), "{line}");
    match error {
        OpenError::Refused { reason, .. } => (reason, line),
        other => panic!("{other:?}"),
    }
}

/// A database with one task in it, closed.
fn used_file() -> (TempDir, PathBuf) {
    let (folder, path) = file();
    block_on(async { create(&open(&path).await, "Some").await });
    (folder, path)
}

#[test]
fn missing_folders_are_made_for_this_user_alone() {
    let (folder, _) = file();
    let path = folder.path().join("a/b/tasks.db");
    let store = block_on(open(&path));
    assert_eq!(store.path(), Some(&*path));
    block_on(create(&store, "Some"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path().join("a")), 0o700);
        assert_eq!(mode(&folder.path().join("a/b")), 0o700);
        for file in ["tasks.db", "tasks.db-wal", "tasks.db-shm"] {
            assert_eq!(mode(&path.with_file_name(file)), 0o600, "{file}");
        }
    }
}

#[test]
fn a_folder_in_place_of_the_file_is_refused() {
    let (folder, _) = file();
    assert!(matches!(refusal(folder.path()).0, Refusal::IsFolder));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn what_is_no_ordinary_file_is_refused() {
    assert!(matches!(refusal(Path::new("/dev/null")).0, Refusal::IsNoFile));
}

#[test]
fn a_file_in_place_of_the_folder_is_refused() {
    let (_folder, path) = file();
    fs::write(&path, "text").unwrap();
    assert!(matches!(refusal(&path.join("tasks.db")).0, Refusal::Folder { .. }));
}

#[test]
fn what_is_no_database_is_left_as_it_is() {
    for text in ["x", "SQLite format 3\0", &"just a text\n".repeat(1000)] {
        let (folder, path) = file();
        fs::write(&path, text).unwrap();
        let (reason, line) = refusal(&path);
        assert!(matches!(reason, Refusal::NotADatabase), "{line}");
        assert_eq!(fs::read(&path).unwrap(), text.as_bytes());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn the_database_of_another_program_is_left_as_it_is() {
    for mark in ["PRAGMA application_id = 42", "CREATE TABLE task (id INTEGER PRIMARY KEY)"] {
        for mode in ["WAL", "DELETE"] {
            let (folder, path) = file();
            let raw = Connection::open(&path).unwrap();
            raw.pragma_update(None, "journal_mode", mode).unwrap();
            raw.execute_batch(mark).unwrap();
            drop(raw);
            let before = fs::read(&path).unwrap();
            let (reason, line) = refusal(&path);
            assert!(matches!(reason, Refusal::Foreign), "{line}");
            assert_eq!(fs::read(&path).unwrap(), before);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }
}

#[test]
fn a_newer_schema_is_refused_with_advice_and_left_as_it_is() {
    let (folder, path) = used_file();
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 3).unwrap();
    let before = fs::read(&path).unwrap();
    let (reason, line) = refusal(&path);
    assert!(matches!(reason, Refusal::Newer { found: 3, known: 2 }), "{line}");
    assert!(line.contains("update this program"), "{line}");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    // Also when the newer program is running, so that only its log says so.
    let (_folder, path) = used_file();
    let raw = Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 3).unwrap();
    assert!(matches!(refusal(&path).0, Refusal::Newer { .. }));
    drop(raw);
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let (_folder, path) = file();
    block_on(async {
        let store = open(&path).await;
        for _ in 0..20 {
            let description = Some("x".repeat(5_000));
            store.create("Some".to_owned(), description, Priority::Low, None).await.unwrap();
        }
    });
    let whole = fs::read(&path).unwrap();
    let mut scribbled = whole.clone();
    scribbled[4096..8192].fill(0xA5);
    let cut = whole[..whole.len() / 2].to_vec();
    let mut schema = whole.clone();
    schema[100..4096].fill(0xA5);
    for damaged in [scribbled, cut, schema] {
        fs::write(&path, &damaged).unwrap();
        let (reason, line) = refusal(&path);
        assert!(matches!(reason, Refusal::Damaged { .. }), "{line}");
        assert_eq!(fs::read(&path).unwrap(), damaged);
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(block_on(async { open(&path).await.all().await }).unwrap().len(), 20);
}

#[test]
fn a_value_that_no_version_writes_is_an_error() {
    block_on(async {
        let (_folder, path) = file();
        let store = open(&path).await;
        create(&store, "Some").await;
        for change in ["priority = 'hgih'", "due_date = 'soon'", "created_at = 9223372036854775807"]
        {
            let raw = Connection::open(&path).unwrap();
            raw.execute_batch(&format!("BEGIN; UPDATE task SET {change}; COMMIT")).unwrap();
            let error = store.all().await.unwrap_err();
            assert!(matches!(error, TaskError::Damaged { .. }), "{error}");
            raw.execute_batch("UPDATE task SET priority = 'low', due_date = NULL, created_at = 0")
                .unwrap();
            assert_eq!(store.all().await.unwrap().len(), 1);
        }
    });
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = used_file();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    // Permission bits do not bind an administrator; for one, the unit tests of the store refuse
    // a connection that cannot write.
    if fs::OpenOptions::new().write(true).open(&path).is_ok() {
        return;
    }
    assert!(matches!(refusal(&path).0, Refusal::ReadOnly));
}

#[test]
fn changes_are_found_by_every_store_on_the_file() {
    let (_folder, path) = file();
    block_on(async {
        let (one, other) = (open(&path).await, open(&path).await);
        let mut position = other.first_position();
        assert_eq!(other.changes_since(&mut position).await.unwrap(), None);
        let task = one.create("First".to_owned(), None, Priority::Low, None).await.unwrap();
        let created = other.changes_since(&mut position).await.unwrap().unwrap();
        assert_eq!((created.tasks, created.is_pending_changed), (vec![task.id], true));
        assert_eq!(other.changes_since(&mut position).await.unwrap(), None);
        let done = Update { status: Some(Status::Completed), ..Update::default() };
        one.update(&task.id, done).await.unwrap();
        let ended = other.changes_since(&mut position).await.unwrap().unwrap();
        assert_eq!((ended.tasks, ended.is_pending_changed), (vec![task.id], true));
        one.delete(&task.id).await.unwrap();
        let deleted = other.changes_since(&mut position).await.unwrap().unwrap();
        assert_eq!((deleted.tasks, deleted.is_pending_changed), (vec![task.id], false));
        // An update that changes nothing is no change, and a store that was opened later begins
        // behind all of this.
        let later = open(&path).await;
        let mut position = later.first_position();
        assert_eq!(later.changes_since(&mut position).await.unwrap(), None);
        let own = later.create("Own".to_owned(), None, Priority::Low, None).await.unwrap();
        let changes = later.changes_since(&mut position).await.unwrap().unwrap();
        assert_eq!(changes.tasks, [own.id]);
    });
}

#[test]
fn of_changes_that_are_gone_every_task_counts() {
    block_on(async {
        let store = Store::memory();
        let mut ids = Vec::new();
        let first = store.first_position();
        let mut position = first;
        for number in 0..3 {
            let title = format!("Task {number}");
            ids.push(store.create(title, None, Priority::Low, None).await.unwrap().id);
        }
        assert_eq!(store.changes_since(&mut position).await.unwrap().unwrap().tasks, ids);
        for number in 0..1000 {
            let update = Update { description: Some(number.to_string()), ..Update::default() };
            store.update(&ids[0], update).await.unwrap();
        }
        let mut late = first;
        let recent = store.changes_since(&mut position).await.unwrap().unwrap();
        assert_eq!(recent.tasks, [ids[0]]);
        let changes = store.changes_since(&mut late).await.unwrap().unwrap();
        assert_eq!((&changes.tasks, changes.is_pending_changed), (&ids, true));
        assert_eq!(store.changes_since(&mut late).await.unwrap(), None);
    });
}
