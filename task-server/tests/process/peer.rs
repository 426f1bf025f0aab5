//! The other end of the pipes: a client that writes what it likes, and waits for no answer longer
//! than a program that works could take.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Far longer than any answer takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder of its own, with the path of a database that is not there yet.
pub(crate) fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("tasks.db");
    (folder, database)
}

/// The program, in an environment that says nothing.
pub(crate) fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_task-server"));
    program.env_clear();
    program
}

/// The program on this database.
pub(crate) fn on(database: &Path) -> Command {
    let mut program = program();
    program.arg("--db").arg(database);
    program
}

/// Runs the program to its end, without input.
pub(crate) fn run(program: &mut Command) -> Ended {
    Peer::start(program, Era::Modern).end()
}

/// Waits for something that has no time limit of its own.
pub(crate) fn bounded<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, done) = channel();
    thread::spawn(move || sender.send(work()));
    done.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no end within {PATIENCE:?}"))
}

/// The names of what is in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What an independent reader finds in a database that nobody has open: it is whole, and these
/// are the ids, titles and descriptions.
pub(crate) fn found(database: &Path) -> Vec<(String, String, String)> {
    let raw = Connection::open(database).unwrap();
    let finding: String = raw.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(finding, "ok");
    let mut tasks = raw.prepare("SELECT id, title, description FROM task ORDER BY id").unwrap();
    let tasks = tasks.query_map([], |row| {
        let id = format!("task_{:04}", row.get::<_, i64>(0)?);
        Ok((id, row.get(1)?, row.get(2)?))
    });
    tasks.unwrap().collect::<Result<_, _>>().unwrap()
}

/// How a peer speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    Legacy,
    Modern,
}

impl Era {
    /// One of both, so that several peers are of both.
    pub(crate) fn of(number: usize) -> Self {
        if number.is_multiple_of(2) { Self::Legacy } else { Self::Modern }
    }
}

/// A running program, and both ends of its pipes.
pub(crate) struct Peer {
    era: Era,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Vec<u8>>,
    stderr: Option<JoinHandle<String>>,
    last_id: u64,
    /// Answers that came before they were asked for.
    early: HashMap<u64, Value>,
    /// Notifications that nobody has asked for so far.
    notified: VecDeque<Value>,
}

/// How a program has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// What was on stdout and not yet read.
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// What a tool answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) is_error: bool,
    pub(crate) data: Value,
}

impl Peer {
    /// Starts a program; says nothing to it.
    pub(crate) fn start(program: &mut Command, era: Era) -> Self {
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().unwrap();
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let (sender, lines) = channel();
        thread::spawn(move || {
            let mut line = Vec::new();
            while stdout.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                if sender.send(std::mem::take(&mut line)).is_err() {
                    break;
                }
            }
        });
        let stderr = thread::spawn(move || {
            let mut text = Vec::new();
            stderr.read_to_end(&mut text).unwrap();
            String::from_utf8(text).unwrap()
        });
        Self {
            era,
            child,
            stdin,
            lines,
            stderr: Some(stderr),
            last_id: 0,
            early: HashMap::new(),
            notified: VecDeque::new(),
        }
    }

    /// Starts a program on this database, greets it as its era does, and is greeted.
    pub(crate) fn greet(era: Era, database: &Path) -> Self {
        Self::greet_on(&mut on(database), era)
    }

    /// Starts this program, greets it as its era does, and is greeted.
    pub(crate) fn greet_on(program: &mut Command, era: Era) -> Self {
        let mut peer = Self::hail_on(program, era);
        let greeting = peer.answer(peer.last_id);
        match era {
            Era::Legacy => assert_eq!(greeting["protocolVersion"], "2025-11-25"),
            Era::Modern => assert_eq!(greeting["supportedVersions"][0], "2026-07-28"),
        }
        peer
    }

    /// Starts a program on this database and greets it, without waiting for its greeting.
    pub(crate) fn hail(era: Era, database: &Path) -> Self {
        Self::hail_on(&mut on(database), era)
    }

    fn hail_on(program: &mut Command, era: Era) -> Self {
        let mut peer = Self::start(program, era);
        match era {
            Era::Legacy => {
                let params = json!({
                    "protocolVersion": "2025-11-25",
                    "capabilities": {},
                    "clientInfo": { "name": "peer", "version": "1.0.0" },
                });
                peer.send("initialize", params);
                peer.write(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
            }
            Era::Modern => {
                peer.send("server/discover", json!({}));
            }
        }
        peer
    }

    pub(crate) fn process(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    /// Sends a request; returns its id.
    pub(crate) fn send(&mut self, method: &str, params: Value) -> u64 {
        let request = self.request(method, params);
        self.write(&request);
        self.last_id
    }

    /// Sends a call of a tool; returns its id.
    pub(crate) fn send_call(&mut self, tool: &str, arguments: &Value) -> u64 {
        self.send("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    /// Sends many calls at once, or as many as the program takes before it dies; returns their
    /// ids at once. The input stays open until the program is ended.
    pub(crate) fn flood(&mut self, calls: &[(&str, Value)]) -> Vec<u64> {
        let mut lines = Vec::new();
        let mut ids = Vec::new();
        for (tool, arguments) in calls {
            let params = json!({ "name": tool, "arguments": arguments });
            let request = self.request("tools/call", params);
            lines.extend(line(&request));
            ids.push(self.last_id);
        }
        let input = self.stdin.as_ref().unwrap().as_fd().try_clone_to_owned().unwrap();
        // The thread ends when all is written, or when the program that shall read it is gone.
        thread::spawn(move || {
            let _ = fs::File::from(input).write_all(&lines);
        });
        ids
    }

    fn request(&mut self, method: &str, mut params: Value) -> Value {
        self.last_id += 1;
        if self.era == Era::Modern {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": { "name": "peer", "version": "1.0.0" },
                "io.modelcontextprotocol/clientCapabilities": {},
            });
        }
        json!({ "jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params })
    }

    fn write(&mut self, message: &Value) {
        self.say(&line(message));
    }

    /// Sends bytes, whatever they are.
    pub(crate) fn say(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().unwrap().write_all(bytes).unwrap();
    }

    /// The next answer: the id, and the result or the error. `None` when there is no more whole
    /// line.
    pub(crate) fn next(&mut self) -> Option<(u64, Value)> {
        let mut message = loop {
            let message = self.message()?;
            match message.get("id") {
                Some(_) => break message,
                None => self.notified.push_back(message),
            }
        };
        let id = message["id"].as_u64().unwrap_or_else(|| panic!("{message}"));
        let outcome = match message.get_mut("result") {
            Some(result) => result.take(),
            None => message,
        };
        Some((id, outcome))
    }

    fn message(&mut self) -> Option<Value> {
        let line = match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => panic!("no message within {PATIENCE:?}"),
        };
        // The end of a program that was killed while it wrote.
        (line.last() == Some(&b'\n')).then(|| serde_json::from_slice(&line).unwrap())
    }

    /// Subscribes to resources, as the era does.
    pub(crate) fn listen(&mut self, uris: &[&str]) {
        match self.era {
            Era::Legacy => {
                for uri in uris {
                    let id = self.send("resources/subscribe", json!({ "uri": uri }));
                    assert_eq!(self.answer(id), json!({}));
                }
            }
            Era::Modern => {
                let filter = json!({ "resourceSubscriptions": uris });
                self.send("subscriptions/listen", json!({ "notifications": filter }));
                let acknowledged = self.notification();
                assert_eq!(acknowledged["method"], "notifications/subscriptions/acknowledged");
                assert_eq!(acknowledged["params"]["notifications"], filter);
            }
        }
    }

    /// Waits for the next notification.
    pub(crate) fn notification(&mut self) -> Value {
        self.notified.pop_front().unwrap_or_else(|| self.message().unwrap())
    }

    /// Waits for the next resource that is said to have changed.
    pub(crate) fn updated(&mut self) -> String {
        let message = self.notification();
        assert_eq!(message["method"], "notifications/resources/updated", "{message}");
        message["params"]["uri"].as_str().unwrap().to_owned()
    }

    /// Whether nothing comes for this long. What comes is taken.
    pub(crate) fn is_silent(&mut self, time: Duration) -> bool {
        self.notified.pop_front().is_none() && self.lines.recv_timeout(time).is_err()
    }

    /// Waits for the answer to this request.
    pub(crate) fn answer(&mut self, id: u64) -> Value {
        loop {
            if let Some(outcome) = self.early.remove(&id) {
                return outcome;
            }
            let (id, outcome) = self.next().expect("an answer before the end of the output");
            self.early.insert(id, outcome);
        }
    }

    /// Calls a tool and waits for its answer.
    pub(crate) fn call(&mut self, tool: &str, arguments: &Value) -> Answer {
        let id = self.send_call(tool, arguments);
        Answer::of(&self.answer(id))
    }

    /// Creates a task; returns its id.
    pub(crate) fn create(&mut self, title: &str) -> String {
        self.call("create_task", &json!({ "title": title })).id()
    }

    /// The titles of all tasks, oldest first.
    pub(crate) fn titles(&mut self) -> Vec<String> {
        let data = self.call("list_tasks", &json!({})).done().data;
        let tasks = data["tasks"].as_array().unwrap();
        tasks.iter().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
    }

    /// Closes the input, and the program has no more to read.
    pub(crate) fn close_input(&mut self) {
        self.stdin = None;
    }

    /// Closes the input and waits for the end.
    pub(crate) fn end(mut self) -> Ended {
        self.close_input();
        self.ended()
    }

    /// Closes the input and waits for an end with status 0, quiet but for calls that failed.
    pub(crate) fn end_well(self) {
        let ended = self.end();
        assert!(ended.status.success(), "{ended:?}");
        let said = ended.stderr.lines().filter(|line| !line.contains(" failed, request "));
        assert_eq!((&*ended.stdout, said.collect::<Vec<_>>()), ("", Vec::new()));
    }

    /// Kills the program as nothing can catch; returns what it had answered before, and not yet
    /// been read.
    pub(crate) fn kill(mut self) -> Vec<(u64, Value)> {
        self.child.kill().unwrap();
        let mut answers: Vec<_> = self.early.drain().collect();
        answers.extend(std::iter::from_fn(|| self.next()));
        answers
    }

    /// Waits for the end, which somebody else brings about.
    pub(crate) fn ended(mut self) -> Ended {
        let mut stdout = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => stdout.extend(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("no end within {PATIENCE:?}"),
            }
        }
        let status = self.child.wait().unwrap();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        Ended { status, stdout: String::from_utf8(stdout).unwrap(), stderr }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A program that has ended cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    pub(crate) fn of(outcome: &Value) -> Self {
        let text = outcome["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{outcome}"));
        Self {
            text: text.to_owned(),
            is_error: outcome["isError"] == true,
            data: outcome["structuredContent"].clone(),
        }
    }

    /// The same, of a tool that did what it was asked for.
    pub(crate) fn done(self) -> Self {
        assert!(!self.is_error, "{}", self.text);
        self
    }

    /// The id of the task that is this member of the data.
    pub(crate) fn id_of(self, member: &str) -> String {
        self.done().data[member]["id"].as_str().unwrap().to_owned()
    }

    /// The id of the task it is about.
    pub(crate) fn id(self) -> String {
        self.done().data["id"].as_str().unwrap().to_owned()
    }
}

fn line(message: &Value) -> Vec<u8> {
    let mut line = message.to_string().into_bytes();
    line.push(b'\n');
    line
}
