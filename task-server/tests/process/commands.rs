//! Commands that look at what is offered, and those that use it.

use std::path::Path;

use crate::peer::{Ended, folder, on, program, run};

fn with(database: &Path, arguments: &[&str]) -> Ended {
    run(on(database).args(arguments))
}

fn offered(arguments: &[&str]) -> Ended {
    run(program().args(arguments))
}

#[test]
fn one_of_what_is_offered_is_described() {
    let ended = offered(&["describe", "create_task"]);
    assert!(ended.status.success());
    for words in [
        "tool create_task\n",
        "\narguments:\n",
        "title        text, required\n",
        "priority     one of \"low\", \"medium\", \"high\", \"urgent\", \"medium\" if not sent\n",
        "due_date     text, date\n",
    ] {
        assert!(ended.stdout.contains(words), "{words}: {}", ended.stdout);
    }
    assert!(offered(&["describe", "tasks://all"]).stdout.starts_with("resource tasks://all\n"));
    let ended = offered(&["describe", "nothing"]);
    assert_eq!(ended.stderr, "nothing is called `nothing`; `list` shows what there is\n");
    assert_eq!(ended.status.code(), Some(1));
}

#[test]
fn what_is_offered_is_printed_as_a_client_gets_it() {
    let listed = offered(&["list", "--json"]);
    let schema = offered(&["schema"]);
    assert_eq!(listed.stdout, schema.stdout);
    let offered: serde_json::Value = serde_json::from_str(&schema.stdout).unwrap();
    assert_eq!(offered["tools"][0]["name"], "create_task");
    assert_eq!(offered["tools"][0]["inputSchema"]["required"], serde_json::json!(["title"]));
}

#[test]
fn what_is_offered_is_sound_but_for_texts_of_any_length() {
    // The tutorial's tools take texts of any length.
    let ended = offered(&["check", "--strict", "--allow", "unbounded-text"]);
    assert_eq!((&*ended.stdout, &*ended.stderr), ("everything that is offered is sound\n", ""));
    assert!(ended.status.success());
}

#[test]
fn long_arguments_come_from_files_and_from_the_standard_input() {
    let (folder, database) = folder();
    let path = folder.path().join("title.txt");
    std::fs::write(&path, "from a file").unwrap();
    let title = format!("title=@{}", path.display());
    let ended = with(&database, &["call", "create_task", &title]);
    assert_eq!(ended.stdout, "Created task task_0001: 'from a file' (priority: medium)\n");
    let ended = with(&database, &["call", "create_task", "title=@@home"]);
    assert_eq!(ended.stdout, "Created task task_0002: '@home' (priority: medium)\n");
    let all = r#"{"title":"all at once","priority":"low"}"#;
    let ended = with(&database, &["call", "create_task", "--args", all]);
    assert_eq!(ended.stdout, "Created task task_0003: 'all at once' (priority: low)\n");
    for (arguments, words) in [
        (&["--args", "[1]"][..], "`--args`: expected a JSON object\n"),
        (&["title=@/nowhere"], "`/nowhere` cannot be read: "),
    ] {
        let ended = with(&database, &[&["call", "create_task"], arguments].concat());
        assert!(ended.stderr.starts_with(words), "{}", ended.stderr);
        assert_eq!(ended.status.code(), Some(2));
    }
}

#[test]
fn resources_and_prompts_are_used_from_the_terminal() {
    let (_folder, database) = folder();
    with(&database, &["call", "create_task", "title=Review"]);
    let ended = with(&database, &["read", "tasks://all"]);
    let tasks: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(tasks[0]["title"], "Review");
    let ended = with(&database, &["read", "tasks://all", "--json"]);
    let result: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(result["contents"][0]["uri"], "tasks://all");
    let ended = with(&database, &["read", "tasks://nothing"]);
    assert_eq!((&*ended.stderr, ended.status.code()), ("resource not found\n", Some(1)));

    let ended = with(&database, &["prompt", "task_summary_prompt", "date_range=this_week"]);
    assert!(ended.stdout.starts_with("user: "), "{} {}", ended.stdout, ended.stderr);
    let ended = with(&database, &["prompt", "task_summary_prompt", "date_range=someday"]);
    assert!(ended.stderr.contains("`date_range`"), "{}", ended.stderr);

    let ended = with(&database, &["call", "get_task_stats", "--json"]);
    let result: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(result["structuredContent"]["total"], 1);
}
