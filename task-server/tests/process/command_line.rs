//! The program in the hands of a person.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;
use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::json;

use crate::peer::{Ended, Era, Peer, bounded, folder, found, names, on, program, run};

fn call(database: &Path, arguments: &[&str]) -> Ended {
    run(on(database).arg("call").args(arguments))
}

#[test]
fn a_tool_is_called_and_its_words_are_printed() {
    let (folder, database) = folder();
    for (arguments, expected) in [
        (&["list_tasks"][..], "No tasks found matching the criteria.\n"),
        (
            &["create_task", "title=Review the report", "priority=high", "due_date=2026-12-01"],
            "Created task task_0001: 'Review the report' (priority: high)\n",
        ),
        // What looks like a number or a list is text where a text is asked for.
        (&["create_task", "title=42"], "Created task task_0002: '42' (priority: medium)\n"),
        (
            &["create_task", "title=[1] a=b", "description="],
            "Created task task_0003: '[1] a=b' (priority: medium)\n",
        ),
        (
            &["update_task", "task_id=2", "status=completed"],
            "Updated task task_0002:\nstatus: 'pending' → 'completed'\n",
        ),
        (
            &["list_tasks", "status=pending", "priority=high"],
            "Found 1 tasks:\n\n[task_0001] Review the report — pending (high priority) — due \
             2026-12-01\n",
        ),
        (&["delete_task", "task_id=task_0003"], "Deleted task task_0003: '[1] a=b'\n"),
        (
            &["get_task_stats"],
            "Task Statistics (Total: 2)\n\nBy Status:\n  pending: 1\n  completed: 1\n\n\
             By Priority:\n  medium: 1\n  high: 1\n",
        ),
    ] {
        let ended = call(&database, arguments);
        assert_eq!((&*ended.stdout, &*ended.stderr), (expected, ""), "{arguments:?}");
        assert!(ended.status.success(), "{arguments:?}");
    }
    assert_eq!(names(folder.path()), ["tasks.db"]);
}

#[test]
fn a_call_that_fails_says_why_on_stderr() {
    let (_folder, database) = folder();
    call(&database, &["create_task", "title=Review Q4 report"]);
    for (arguments, status, expected) in [
        (
            &["delete_task", "task_id=task_0009"][..],
            1,
            "no task `task_0009`; the nearest is `task_0001` 'Review Q4 report'; list_tasks shows \
             every id\n",
        ),
        (&["create_task"], 1, "1 argument of `create_task` does not fit:\n- `title`: missing\n"),
        (
            &["list_tasks", "priorty=high"],
            1,
            "1 argument of `list_tasks` does not fit:\n- `priorty`: unknown; did you mean \
             `priority`?\n",
        ),
        (&["delete_taks"], 1, "unknown tool: delete_taks; did you mean delete_task?\n"),
        (&["create_task", "Review"], 2, "`Review`: expected KEY=VALUE\n"),
    ] {
        let ended = call(&database, arguments);
        assert_eq!((&*ended.stdout, &*ended.stderr), ("", expected), "{arguments:?}");
        assert_eq!(ended.status.code(), Some(status), "{arguments:?}");
    }
}

#[test]
fn a_command_line_that_is_wrong_is_explained() {
    for arguments in [&["frobnicate"][..], &["--nope"], &["call"], &["--db"]] {
        let ended = run(program().args(arguments));
        assert_eq!((ended.status.code(), &*ended.stdout), (Some(2), ""), "{ended:?}");
        assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
        assert!(ended.stderr.contains("--help"), "{}", ended.stderr);
    }
}

#[test]
fn everything_is_listed_and_nothing_is_opened() {
    let (folder, _) = folder();
    let ended = run(program().arg("list").env("HOME", folder.path()));
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stderr, "");
    let first_words: Vec<_> =
        ended.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(
        first_words,
        [
            "tools:",
            "create_task",
            "list_tasks",
            "update_task",
            "delete_task",
            "get_task_stats",
            "resources:",
            "tasks://all",
            "tasks://pending",
            "resourceTemplates:",
            "tasks://task/{task_id}",
            "prompts:",
            "task_summary_prompt",
        ]
    );
    assert_eq!(names(folder.path()).len(), 0);
}

/// The tools that are listed with these arguments.
fn listed(arguments: &[&str]) -> Vec<String> {
    let ended = run(program().args(arguments));
    assert!(ended.status.success(), "{ended:?}");
    let lines = ended.stdout.lines().skip_while(|line| *line != "tools:").skip(1);
    let tools = lines.take_while(|line| line.starts_with(' '));
    tools.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn options_leave_some_tools_only() {
    let reading = ["list_tasks", "get_task_stats"];
    assert_eq!(listed(&["--read-only", "list"]), reading);
    assert_eq!(listed(&["list", "--read-only"]), reading);
    assert_eq!(
        listed(&["--tools", "delete_task,list_tasks", "list"]),
        ["list_tasks", "delete_task"]
    );
    assert_eq!(listed(&["--read-only", "--tools=list_tasks,delete_task", "list"]), ["list_tasks"]);
    let excluded = ["--exclude-tools", "create_task,update_task", "--exclude-tools", "delete_task"];
    assert_eq!(listed(&[&excluded[..], &["list"]].concat()), reading);
    assert_eq!(listed(&["list"]).len(), 5);

    let ended = run(program().args(["--tools", "lst_tasks", "list"]));
    assert_eq!((ended.status.code(), &*ended.stdout), (Some(1), ""));
    assert_eq!(ended.stderr, "no tool is called `lst_tasks`; did you mean list_tasks?\n");
}

/// What is left out is unknown, over the wire as on the command line.
#[test]
fn tools_that_are_left_out_cannot_be_called() {
    let (_folder, database) = folder();
    let words = ["--read-only", "call", "create_task", "title=a"];
    let ended = run(on(&database).args(words));
    assert_eq!((ended.status.code(), &*ended.stdout), (Some(1), ""));
    assert_eq!(ended.stderr, "unknown tool: create_task\n");
    for era in [Era::Legacy, Era::Modern] {
        let mut peer = Peer::greet_on(on(&database).arg("--read-only"), era);
        let id = peer.send("tools/list", json!({}));
        let tools = peer.answer(id)["tools"].as_array().unwrap().clone();
        let names: Vec<&str> = tools.iter().filter_map(|tool| tool["name"].as_str()).collect();
        assert_eq!(names, ["list_tasks", "get_task_stats"]);
        let id = peer.send_call("create_task", &json!({ "title": "a" }));
        let error = peer.answer(id)["error"].clone();
        assert_eq!(
            (&error["code"], &error["message"]),
            (&json!(-32602), &json!("unknown tool: create_task"))
        );
        assert_eq!(peer.titles(), [""; 0]);
        peer.end_well();
    }
}

#[test]
fn help_names_the_commands_and_where_tasks_are_kept() {
    let ended = run(program().arg("--help"));
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stderr, "");
    for part in ["Usage: task-server", "list", "call", "--db <PATH>", "TASK_SERVER_DB", ":memory:"]
    {
        assert!(ended.stdout.contains(part), "{part} is not in:\n{}", ended.stdout);
    }
}

#[test]
fn the_version_is_one_line() {
    let ended = run(program().arg("--version"));
    assert!(ended.status.success(), "{ended:?}");
    assert!(ended.stdout.ends_with(concat!(" ", env!("CARGO_PKG_VERSION"), "\n")), "{ended:?}");
    assert_eq!((ended.stdout.lines().count(), &*ended.stderr), (1, ""));
}

/// A terminal: the side that a person has, and the one that a program has.
fn terminal() -> (OwnedFd, File) {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let no_controlling = i32::try_from(OFlags::NOCTTY.bits()).unwrap();
    let terminal = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(no_controlling)
        .open(std::ffi::OsStr::from_bytes(name.as_bytes()))
        .unwrap();
    (controller, terminal)
}

/// Starts the program with a terminal as its input, and ends the input as a person does; returns
/// what it said on stderr.
fn on_a_terminal(database: &Path) -> String {
    let (controller, terminal) = terminal();
    let child =
        on(database).stdin(terminal).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Ctrl-D.
    File::from(controller.try_clone().unwrap()).write_all(b"\x04").unwrap();
    let ended = bounded(|| child.wait_with_output().unwrap());
    drop(controller);
    let stderr = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.success(), "{stderr}");
    assert_eq!(ended.stdout, b"", "stdout is the wire");
    stderr
}

#[test]
fn started_by_hand_it_says_what_it_is_and_how_to_connect_a_client() {
    let (_folder, database) = folder();
    let said = on_a_terminal(&database);
    let program = env!("CARGO_BIN_EXE_task-server");
    for part in [
        "task-manager",
        "MCP",
        &format!("The tasks are kept in {}\n", database.display()),
        &format!("claude mcp add task-manager -- {program}"),
        "\"mcpServers\"",
        &format!("\"command\":\"{program}\""),
        "Ctrl-D",
    ] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
    let said = on_a_terminal(Path::new(":memory:"));
    assert!(said.contains("The tasks are kept in memory and end with this process\n"), "{said}");
}

/// What a terminal gets when the program writes to it, on stdout and on stderr.
fn shown_on_a_terminal(mut program: Command) -> (Vec<u8>, Option<i32>) {
    let (controller, terminal) = terminal();
    program.stdin(Stdio::null()).stdout(terminal.try_clone().unwrap()).stderr(terminal);
    let mut child = program.spawn().unwrap();
    // The command keeps the terminal open for another start.
    drop(program);
    bounded(move || {
        let (mut shown, mut piece) = (Vec::new(), [0; 4096]);
        let mut controller = File::from(controller);
        // When nobody has the terminal open any more, Linux answers with an error.
        while let Ok(length @ 1..) = controller.read(&mut piece) {
            shown.extend_from_slice(&piece[..length]);
        }
        (shown, child.wait().unwrap().code())
    })
}

#[test]
fn a_terminal_gets_escapes_escaped_and_a_pipe_gets_them_as_they_are_r10() {
    let (_folder, database) = folder();
    let description = "a\u{1b}]0;owned\u{7}\n\u{9b}31m\u{202e}";
    call(&database, &["create_task", "title=Some", &format!("description={description}")]);
    let raw = Connection::open(&database).unwrap();
    raw.execute("UPDATE task SET title = ?1", ["x\u{1b}[2Jy"]).unwrap();
    drop(raw);
    for arguments in [
        &["call", "list_tasks"][..],
        &["call", "update_task", "task_id=1", "description=b\u{1b}[31m"],
        &["call", "delete_task", "task_id=7"],
        &["call", "no\u{1b}]0;owned\u{7}"],
        &["call", "list_tasks", "no\u{1b}[2J"],
        &["call", "list_tasks", "no\u{1b}[2J=1"],
        &["frob\u{1b}[2J"],
        &["--db", "\u{1b}[2J/tasks.db", "list"],
        &["--db", "/dev/null/\u{1b}[2J.db", "call", "list_tasks"],
    ] {
        let mut program = on(&database);
        program.args(arguments);
        if arguments[0] == "--db" {
            program = crate::peer::program();
            program.args(arguments);
        }
        let (shown, _) = shown_on_a_terminal(program);
        let shown = String::from_utf8(shown).unwrap();
        assert!(!shown.is_empty());
        let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        assert!(shown.chars().all(is_plain), "{arguments:?}: {shown:?}");
    }
}

#[test]
fn what_is_wrong_is_said_without_escapes_to_a_pipe_too() {
    let (folder, tasks) = folder();
    let odd = "\u{1b}[2J\nforged\u{202e}";
    std::fs::create_dir(folder.path().join(odd)).unwrap();
    let option = |option: &str| option.replace("FOLDER", folder.path().to_str().unwrap());
    for (database, rest) in [
        (Some(option(&format!("FOLDER/{odd}"))), &[][..]),
        (Some(option(&format!("FOLDER/{odd}"))), &["call", "list_tasks"]),
        (Some(option(&format!("/dev/null/{odd}/tasks.db"))), &[]),
        (Some(format!("~{odd}/tasks.db")), &[]),
        (None, &["call", "list_tasks", "a\u{1b}b"]),
        (None, &["call", "list_tasks", "a\u{1b}b=1"]),
        (None, &["call", "a\u{1b}b"]),
        (None, &["a\u{1b}b"]),
    ] {
        let is_start = database.is_some();
        let path = database.map_or_else(|| tasks.clone(), PathBuf::from);
        let ended = run(on(&path).args(rest));
        assert!(!ended.status.success(), "{ended:?}");
        assert!(!ended.stderr.contains(['\u{1b}', '\u{202e}']), "{rest:?}: {:?}", ended.stderr);
        assert!(ended.stderr.contains("\\u{1b}"), "{rest:?}: {:?}", ended.stderr);
        assert!(!is_start || ended.stderr.lines().count() == 1, "{rest:?}: {:?}", ended.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error_with_words() {
    for arguments in
        [&["--help"][..], &["--version"], &["list"], &["--db", ":memory:", "call", "list_tasks"]]
    {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut program = program();
        program.args(arguments).stdin(Stdio::null()).stdout(full).stderr(Stdio::piped());
        let child = program.spawn().unwrap();
        let ended = bounded(|| child.wait_with_output().unwrap());
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}");
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.starts_with("the output could not be written: "), "{arguments:?}: {said}");
    }
}

#[test]
fn an_argument_that_is_not_utf8_is_a_path_or_an_error() {
    let (folder, _) = folder();
    let odd = std::ffi::OsStr::from_bytes(b"\xff.db");
    let path = folder.path().join(odd);
    for program in [&mut on(&path), program().env("TASK_SERVER_DB", &path)] {
        let ended = run(program.args(["call", "create_task", "title=Some"]));
        assert!(ended.status.success(), "{ended:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(path.is_file());
    let said = on_a_terminal(&path);
    assert!(said.contains(r"\xff.db'") && said.contains("not UTF-8"), "{said}");

    let (_folder, database) = crate::peer::folder();
    for arguments in [&["call", "list_tasks"][..], &["call"], &[]] {
        let ended = run(on(&database).args(arguments).arg(std::ffi::OsStr::from_bytes(b"\xff=1")));
        assert_eq!((ended.status.code(), &*ended.stdout), (Some(2), ""), "{ended:?}");
        assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    }
}

#[test]
fn a_reader_who_has_read_enough_ends_it_quietly() {
    let (_folder, database) = folder();
    call(&database, &["create_task", "title=Some"]);
    for arguments in [
        &["call", "list_tasks"][..],
        &["call", "get_task_stats"],
        &["list"],
        &["--help"],
        &["--version"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut program = on(&database);
        program.args(arguments).stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped());
        let child = program.spawn().unwrap();
        let ended = bounded(|| child.wait_with_output().unwrap());
        assert_eq!(ended.stderr, b"", "{arguments:?}");
        assert!(ended.status.success(), "{arguments:?}");
    }
}

#[test]
fn a_path_means_what_a_shell_would_have_made_of_it_r4() {
    let (home, _) = folder();
    let at = |path: &str| home.path().join(path);
    let add = |program: &mut Command| {
        program.env("HOME", home.path()).current_dir(home.path());
        run(program.args(["call", "create_task", "title=Some"]))
    };
    for program in [&mut on(Path::new("~/tasks.db")), program().env("TASK_SERVER_DB", "~/tasks.db")]
    {
        assert!(add(program).status.success());
    }
    assert_eq!(found(&at("tasks.db")).len(), 2);
    assert!(add(&mut on(Path::new("./~/tasks.db"))).status.success());
    assert_eq!(found(&at("~/tasks.db")).len(), 1);
    for named in [
        "${HOME}/tasks.db",
        "$HOME/tasks.db",
        "tasks-$USER.db",
        r"%USERPROFILE%\tasks.db",
        "sqlite:///tasks.db",
        "~ada",
    ] {
        for program in [&mut on(Path::new(named)), program().env("TASK_SERVER_DB", named)] {
            let ended = add(program);
            assert_eq!(ended.status.code(), Some(1), "{ended:?}");
            assert!(ended.stderr.contains("; write the"), "{}", ended.stderr);
        }
    }
    assert_eq!(names(home.path()), ["tasks.db", "~"]);
    // A list that is there is meant, whatever it is called.
    std::fs::rename(at("tasks.db"), at("~ada")).unwrap();
    assert!(add(&mut on(Path::new("~ada"))).status.success());
    assert_eq!(found(&at("~ada")).len(), 3);
}
