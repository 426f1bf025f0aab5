//! The tables, and how a file comes to have them.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::{Refusal, TaskError};

/// Marks a file as ours, in its header: `TASK` in ASCII.
const APPLICATION_ID: i64 = 0x5441_534B;

/// The steps from an empty file to the tables of today. A file's `user_version` is how many of
/// them it has seen. A step that was released is never edited: files that have seen it exist.
const MIGRATIONS: [&str; 2] = [
    // AUTOINCREMENT: an id is not given again after its task is deleted, for a client may still
    // hold it. Times are milliseconds since 1970, dates are YYYY-MM-DD. The description stands
    // last, so that looking at the other columns need not read through a long one.
    "CREATE TABLE task (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        title       TEXT    NOT NULL,
        priority    TEXT    NOT NULL,
        status      TEXT    NOT NULL,
        due_date    TEXT,
        created_at  INTEGER NOT NULL,
        updated_at  INTEGER NOT NULL,
        description TEXT    NOT NULL
    ) STRICT;",
    // Who changed a task may be another process, or another program: the database notes it itself.
    // `pending` is whether the list of pending tasks has changed with it. The last thousand changes
    // are kept, far more than happen between two looks at them.
    "CREATE TABLE event (
        seq     INTEGER PRIMARY KEY,
        task    INTEGER NOT NULL,
        pending INTEGER NOT NULL
    ) STRICT;
    CREATE TRIGGER task_created AFTER INSERT ON task BEGIN
        INSERT INTO event (task, pending) VALUES (new.id, new.status = 'pending');
    END;
    CREATE TRIGGER task_updated AFTER UPDATE ON task BEGIN
        INSERT INTO event (task, pending)
        VALUES (new.id, old.status = 'pending' OR new.status = 'pending');
    END;
    CREATE TRIGGER task_deleted AFTER DELETE ON task BEGIN
        INSERT INTO event (task, pending) VALUES (old.id, old.status = 'pending');
    END;
    CREATE TRIGGER event_noted AFTER INSERT ON event BEGIN
        DELETE FROM event WHERE seq <= new.seq - 1000;
    END;",
];

/// How many columns the table of tasks has. One with more was changed by a program that knows more
/// of it, whatever number that has given it.
const COLUMNS: i64 = 8;

/// Finds how many migrations the file has seen, without writing to it.
///
/// # Errors
/// [`Refusal::Foreign`] when the file has another program's mark, or tables and no mark;
/// [`Refusal::Newer`] when it has seen more migrations than there are here.
pub(super) fn version(connection: &mut Connection) -> Result<usize, Refusal> {
    seen_migrations(&connection.transaction()?)
}

/// Brings the file to the tables of today, in one transaction: of several processes that start
/// at once the first does it and the others find it done, and one that dies leaves no trace.
///
/// # Errors
/// As [`version`], which is asked again under the lock.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Refusal> {
    // A file that needs nothing is not locked: a start does not wait for a writer.
    if version(connection)? == MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for migration in &MIGRATIONS[seen_migrations(&transaction)?..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", number_of(MIGRATIONS.len()))?;
    transaction.commit()?;
    Ok(())
}

/// Whether the tables are those of today, as a transaction sees them.
///
/// # Errors
/// [`TaskError::Newer`] when a later version has changed them.
pub(super) fn is_ours(connection: &Connection) -> Result<bool, TaskError> {
    let number = |sql| connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0));
    if number("PRAGMA application_id")? != APPLICATION_ID {
        return Ok(false);
    }
    let (found, known) = (number("PRAGMA user_version")?, number_of(MIGRATIONS.len()));
    if found > known || number("SELECT count(*) FROM pragma_table_info('task')")? > COLUMNS {
        return Err(TaskError::Newer { found, known });
    }
    Ok(found == known)
}

/// Takes a transaction, for its three questions are one: between two snapshots another process
/// could finish its migration, and its tables would look like those of another program.
fn seen_migrations(transaction: &Transaction<'_>) -> Result<usize, Refusal> {
    let number = |sql| transaction.query_row(sql, [], |row| row.get::<_, i64>(0));
    match number("PRAGMA application_id")? {
        APPLICATION_ID => {}
        0 if number("SELECT count(*) FROM sqlite_schema")? == 0 => return Ok(0),
        _ => return Err(Refusal::Foreign),
    }
    let found = number("PRAGMA user_version")?;
    let columns = number("SELECT count(*) FROM pragma_table_info('task')")?;
    match usize::try_from(found) {
        Ok(version) if version <= MIGRATIONS.len() && columns <= COLUMNS => Ok(version),
        _ => Err(Refusal::Newer { found, known: number_of(MIGRATIONS.len()) }),
    }
}

fn number_of(migrations: usize) -> i64 {
    i64::try_from(migrations).expect("migrations are counted on fingers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_database_becomes_ours_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(version(&mut connection).unwrap(), 0);
        migrate(&mut connection).unwrap();
        assert_eq!(version(&mut connection).unwrap(), MIGRATIONS.len());
        let changes = connection.total_changes();
        migrate(&mut connection).unwrap();
        assert_eq!(connection.total_changes(), changes);
    }

    /// A file that an earlier version has made keeps its tasks, and notes changes from then on.
    #[test]
    fn a_database_of_the_first_version_is_brought_to_this_one() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(MIGRATIONS[0]).unwrap();
        connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        let insert =
            "INSERT INTO task (title, priority, status, created_at, updated_at, description)
             VALUES ('t', 'low', 'pending', 0, 0, '')";
        connection.execute(insert, []).unwrap();
        assert!(!is_ours(&connection).unwrap());
        migrate(&mut connection).unwrap();
        assert!(is_ours(&connection).unwrap());
        connection.execute(insert, []).unwrap();
        let count = |table: &str| -> i64 {
            let sql = format!("SELECT count(*) FROM {table}");
            connection.query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        assert_eq!((count("task"), count("event")), (2, 1));
    }

    #[test]
    fn a_failed_migration_leaves_no_trace() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        connection.execute_batch("CREATE TABLE task (id INTEGER)").unwrap();
        assert!(matches!(migrate(&mut connection), Err(Refusal::Database { .. })));
        assert!(connection.is_autocommit());
        assert_eq!(version(&mut connection).unwrap(), 0);
    }

    #[test]
    fn a_file_of_another_program_or_a_later_version_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE note (text TEXT)").unwrap();
        assert!(matches!(migrate(&mut connection), Err(Refusal::Foreign)));

        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "application_id", APPLICATION_ID + 1).unwrap();
        assert!(matches!(migrate(&mut connection), Err(Refusal::Foreign)));

        let known = number_of(MIGRATIONS.len());
        for found in [known + 1, -1] {
            let mut connection = Connection::open_in_memory().unwrap();
            connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
            connection.pragma_update(None, "user_version", found).unwrap();
            let refusal = migrate(&mut connection).unwrap_err();
            assert!(
                matches!(refusal, Refusal::Newer { found: f, known: k } if (f, k) == (found, known))
            );
        }
    }
}
