//! Bytes → lines → messages, when they are not what they should be.

use serde_json::{Value, json};

use crate::hostile;
use crate::messages::{Era, PING, assert_echo, code, id_of, initialize, text, tool_error};
use crate::process::Setup;

const PARSE_ERROR: i64 = -32_700;
const INVALID_REQUEST: i64 = -32_600;
const METHOD_NOT_FOUND: i64 = -32_601;
const INVALID_PARAMS: i64 = -32_602;
const INTERNAL_ERROR: i64 = -32_603;

const MIB: usize = 1024 * 1024;

#[test]
fn carriage_returns_and_blank_lines_are_passed_over() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        process.send(format!("\n\r\n  \n\t\r\n{}\r\n\n{}\n \n", era.echo(1), era.echo(2)));
        assert_echo(&process.answer(), 1);
        assert_echo(&process.answer(), 2);
        process.assert_silent();
        process.end();
    }
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    for era in Era::BOTH {
        let mut process = Setup::new().start();
        process.send(b"\xef\xbb\xbf");
        era.open(&mut process);
        assert_echo(&process.ask(era.echo(1)), 1);
        process.end();
    }
}

#[test]
fn a_line_that_is_no_json_is_answered_without_an_id() {
    let truncated = &PING[..PING.len() - 3];
    let lines: [&[u8]; 12] = [
        b"\0",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"pi\0ng\"}",
        b"\xff\xfe\xfd",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xc3\x28\"}",
        // Half of a surrogate pair, encoded as if it were a character.
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xed\xa0\x80\"}",
        truncated.as_bytes(),
        b"Content-Length: 52",
        b"GET / HTTP/1.1",
        b"{'jsonrpc':'2.0'}",
        b"{\"jsonrpc\":\"2.0\",\"id\":01,\"method\":\"ping\"}",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} x",
        b"NaN",
    ];
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        for line in lines {
            let answer = process.ask(line);
            assert_eq!(code(&answer), PARSE_ERROR, "{answer}");
            assert_eq!(answer.get("id"), None);
        }
        assert_echo(&process.ask(era.echo(1)), 1);
        process.end();
    }
}

#[test]
fn json_that_is_no_message_is_answered_without_an_id() {
    let mut process = Setup::new().start();
    for line in ["{}", "1", "null", "\"ping\"", "[]", r#"{"jsonrpc":"2.0"}"#] {
        let answer = process.ask(line);
        assert_eq!((code(&answer), answer.get("id")), (INVALID_REQUEST, None), "{line}");
    }
    process.end();
}

#[test]
fn a_last_line_without_its_end_is_answered() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        process.send(era.echo(1));
        process.close_input();
        assert_echo(&process.answer(), 1);
        assert!(process.exit().0.success());
    }
}

#[test]
fn one_byte_at_a_time_is_the_same() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        for id in 0..5 {
            for byte in era.echo(id).bytes().chain([b'\n']) {
                process.send([byte]);
            }
            assert_echo(&process.answer(), id);
        }
        process.end();
    }
}

#[test]
fn a_line_over_the_limit_is_answered_and_dropped_and_the_next_is_served() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        assert_echo(&process.ask(era.echo(0)), 0);
        let before = process.memory();
        process.forget_peak();
        for id in 1..4 {
            let mut line = era.call(id, "echo", r#"{"message":""#);
            line.truncate(line.find(r#"{"message":""#).unwrap() + 12);
            line.push_str(&"x".repeat(17 * MIB));
            process.send_line(line + "\"}}}");
            let answer = process.answer();
            assert_eq!(code(&answer), INVALID_REQUEST, "{answer}");
            assert_echo(&process.ask(era.echo(10 + id)), 10 + id);
        }
        let (peak, after) = (process.peak_memory(), process.memory().saturating_sub(before));
        eprintln!("three lines of 17 MiB: peak +{} KiB, after +{} KiB", peak / 1024, after / 1024);
        assert!(peak <= 20 * MIB, "{peak}");
        assert!(after <= MIB, "{after}");
        process.end();
    }
}

#[test]
fn a_line_just_below_the_limit_is_served() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new().limit("--result", 32 * MIB));
        let fixed = era.call(1, "echo", r#"{"message":""}"#).len();
        let message = "x".repeat(16 * MIB - fixed);
        let line = era.call(1, "echo", &format!(r#"{{"message":"{message}"}}"#));
        assert_eq!(line.len(), 16 * MIB);
        let answer = process.ask(&line);
        assert_eq!(text(&answer).len(), message.len());
        assert_eq!(code(&process.ask(line + " ")), INVALID_REQUEST);
        process.end();
    }
}

#[test]
fn an_answer_may_be_as_long_as_the_longest_line_to_the_byte() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        process.send_line(era.call(1, "repeat", r#"{"bytes":0}"#));
        let fixed = process.line().len();
        for (length, is_too_long) in [(16 * MIB, false), (16 * MIB + 1, true)] {
            let bytes = length - fixed;
            process.send_line(era.call(1, "repeat", &format!("{{\"bytes\":{bytes}}}")));
            let line = process.line();
            let is_error = memchr::memmem::find(&line, br#""isError":true"#).is_some();
            assert_eq!(is_error, is_too_long, "{length}");
            assert!(is_too_long || line.len() == length, "{}", line.len());
        }
        process.end();
    }
}

#[test]
fn ninety_six_megabytes_without_an_end_cost_no_more_than_one_line() {
    let mut process = Era::Modern.start(Setup::new());
    process.ask(PING);
    process.forget_peak();
    let chunk = vec![b'x'; 4 * MIB];
    for _ in 0..24 {
        process.send(&chunk);
    }
    assert_eq!(code(&process.answer()), INVALID_REQUEST);
    let peak = process.peak_memory();
    eprintln!("96 MiB without a newline: peak +{} KiB", peak / 1024);
    assert!(peak <= 20 * MIB, "{peak}");
    process.send("\n");
    process.assert_silent();
    process.end();
}

#[test]
fn the_limit_of_a_line_can_be_set() {
    let mut process = Setup::new().limit("--line", 1000).start();
    assert_eq!(code(&process.ask("x".repeat(1001))), INVALID_REQUEST);
    assert_eq!(code(&process.ask("x".repeat(1000))), PARSE_ERROR);
    process.end();
}

#[test]
fn depth_bombs_are_refused() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        for open in ["[", r#"{"a":"#, r#"[{"a":"#] {
            let answer = process.ask(open.repeat(500_000));
            assert!([PARSE_ERROR, INVALID_REQUEST].contains(&code(&answer)), "{answer}");
        }
        for depth in [130, 100_000] {
            let bomb = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            let arguments = format!(r#"{{"x":{bomb}}}"#);
            let answer = process.ask(era.call(7, "anything", &arguments));
            assert_eq!((code(&answer), &answer["id"]), (INVALID_REQUEST, &json!(7)));
        }
        assert_echo(&process.ask(era.echo(1)), 1);
        process.end();
    }
}

#[test]
fn a_depth_bomb_before_the_id_is_answered_under_it() {
    let mut process = Setup::new().start();
    for (bomb, id) in [
        (format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)), r#""last \" [{""#),
        (format!("{}1{}", r#"{"id":"#.repeat(500), "}".repeat(500)), "8"),
    ] {
        let line =
            format!(r#"{{"method":"ping","params":{{"x":{bomb}}},"jsonrpc":"2.0","id":{id}}}"#);
        let answer = process.ask(line);
        assert_eq!(code(&answer), INVALID_REQUEST);
        assert_eq!(answer["id"], serde_json::from_str::<Value>(id).unwrap());
    }
    process.end();
}

#[test]
fn deep_arguments_within_the_limit_are_served() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let answer = process.ask(era.call(1, "anything", &format!(r#"{{"x":{deep}}}"#)));
        assert_eq!(text(&answer), format!(r#"{{"x":{deep}}}"#));
        process.end();
    }
}

#[test]
fn doubled_members_are_refused() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        let good = era.echo(1);
        let envelopes = [
            (r#""method":"tools/call""#, r#""method":"ping","method":"tools/call""#),
            (r#""jsonrpc":"2.0""#, r#""jsonrpc":"2.0","jsonrpc":"2.0""#),
            (r#""params":{"#, r#""params":{},"params":{"#),
            (r#""method":"tools/call""#, r#""method":"ping","m\u0065thod":"tools/call""#),
        ];
        for (part, doubled) in envelopes {
            let answer = process.ask(good.replacen(part, doubled, 1));
            assert_eq!((code(&answer), &answer["id"]), (INVALID_REQUEST, &json!(1)), "{doubled}");
        }
        let answer = process.ask(good.replacen(r#""id":1"#, r#""id":1,"id":2"#, 1));
        assert_eq!((code(&answer), answer.get("id")), (INVALID_REQUEST, None));
        // Whatever else is doubled, of two ids neither counts.
        let line = r#"{"id":1,"id":2,"method":"ping","method":"ping","params":{},"params":{}}"#;
        assert_eq!(process.ask(line).get("id"), None);
        for (part, doubled) in [
            (r#""name":"echo""#, r#""name":"panic","name":"echo""#),
            (r#""arguments":{"#, r#""arguments":{},"arguments":{"#),
            (r#""name":"echo""#, r#""nam\u0065":"panic","name":"echo""#),
        ] {
            let answer = process.ask(good.replacen(part, doubled, 1));
            assert_eq!((code(&answer), &answer["id"]), (INVALID_PARAMS, &json!(1)), "{doubled}");
        }
        for (tool, arguments) in [
            ("echo", r#"{"message":"a","message":"b"}"#),
            ("echo", r#"{"message":"a","m\u0065ssage":"b"}"#),
            ("anything", r#"{"a":1,"a":2}"#),
            ("optional", r#"{"text":null,"text":"b"}"#),
        ] {
            let answer = process.ask(era.call(1, tool, arguments));
            assert!(tool_error(&answer, 1).contains("given twice"), "{answer}");
        }
        process.end();
    }
}

#[test]
fn numbers_beyond_all_range_are_answered_and_never_taken_for_others() {
    let numbers = ["1e400", "-1e400", "1e99999999999", &format!("1{}", "0".repeat(10_000))];
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        for number in numbers {
            for (tool, arguments) in [
                ("add", format!(r#"{{"a":{number},"b":1}}"#)),
                ("optional", format!(r#"{{"number":{number}}}"#)),
                ("anything", format!(r#"{{"x":[{number}]}}"#)),
            ] {
                tool_error(&process.ask(era.call(1, tool, &arguments)), 1);
            }
        }
        // So small that it is nothing: no digit of it is wrong.
        let answer = process.ask(era.call(1, "optional", r#"{"number":1e-400}"#));
        assert_eq!(text(&answer), "None Some(0.0)");
        let answer = process.ask(era.call(2, "add", r#"{"a":9223372036854775807,"b":0}"#));
        assert_eq!(answer["result"]["structuredContent"]["sum"], json!(i64::MAX));
        tool_error(&process.ask(era.call(3, "add", r#"{"a":9223372036854775808,"b":0}"#)), 3);
        tool_error(&process.ask(era.call(4, "add", r#"{"a":9223372036854775807,"b":1}"#)), 4);
        process.end();
    }
}

#[test]
fn half_a_surrogate_pair_is_answered_and_never_taken_for_nothing() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        for (tool, arguments) in [
            ("echo", r#"{"message":"\ud800"}"#),
            ("optional", r#"{"text":"a\udc00b"}"#),
            ("anything", r#"{"x":["\ud800"]}"#),
        ] {
            tool_error(&process.ask(era.call(1, tool, arguments)), 1);
        }
        let answer = process.ask(era.call(2, "echo", r#"{"message":"\ud83d\ude00\u0000"}"#));
        assert_eq!(text(&answer), "😀\0");
        process.end();
    }
}

#[test]
fn ids_come_back_as_they_were_sent() {
    let long = format!("\"{}\"", "i".repeat(MIB));
    let digits = "9".repeat(400);
    let ids = [
        "0",
        "-7",
        "\"\"",
        "\"0\"",
        "\"a b\"",
        "\"\\u0000\"",
        "\"😀\"",
        "9007199254740993",
        "18446744073709551615",
        "-9223372036854775808",
        &digits,
        &long,
    ];
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        for id in ids {
            for line in [era.echo(id), format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#)]
            {
                process.send_line(line);
                let answer = process.line();
                let start = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":"#);
                assert!(
                    answer.starts_with(start.as_bytes()),
                    "{}",
                    String::from_utf8_lossy(&answer)
                );
            }
        }
        process.end();
    }
}

#[test]
fn what_is_no_id_is_refused_without_one() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        for id in ["null", "1.5", "1.0", "1e3", "1e400", "true", "[]", "{}", "[1]"] {
            let answer = process.ask(era.echo(id));
            assert_eq!((code(&answer), answer.get("id")), (INVALID_REQUEST, None), "{id}");
        }
        process.end();
    }
}

#[test]
fn a_readable_id_is_always_answered_under_it() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        for (line, expected) in hostile::with_readable_id() {
            let answer = process.ask(&line);
            assert_eq!(answer["id"], json!(42), "{line}: {answer}");
            assert_eq!(code(&answer), expected, "{line}: {answer}");
        }
        process.end();
    }
}

#[test]
fn a_batch_is_served_in_the_one_version_that_has_them() {
    let mut process = Setup::new().start();
    initialize(&mut process, "2025-03-26");
    let era = Era::Legacy;
    let batch = format!(
        r#"[{},{},{{"jsonrpc":"2.0","method":"notifications/unknown"}},7,{{"jsonrpc":"2.0","id":3,"result":{{}}}},{},[]]"#,
        era.echo(1),
        era.call(2, "sleep_ms", r#"{"ms":1}"#),
        era.call(4, "panic", "{}"),
    );
    let answer = process.ask(batch);
    let answers = answer.as_array().unwrap();
    let of = |id: &Value| answers.iter().filter(|answer| answer.get("id") == Some(id)).count();
    assert_eq!([1, 2, 4].map(|id| of(&json!(id))), [1, 1, 1], "{answer}");
    assert_eq!(answers.iter().filter(|answer| answer.get("id").is_none()).count(), 2, "{answer}");
    assert_eq!(answers.len(), 5);
    // Nothing to answer is no answer; nothing at all is no batch.
    process.send_line(r#"[{"jsonrpc":"2.0","method":"notifications/unknown"}]"#);
    assert_eq!(code(&process.ask("[]")), INVALID_REQUEST);
    process.end();
}

#[test]
fn a_batch_is_refused_in_every_other_version() {
    let mut process = Setup::new().start();
    let batch = format!("[{}]", Era::Modern.echo(1));
    assert_eq!(code(&process.ask(&batch)), INVALID_REQUEST);
    for version in ["2024-11-05", "2025-06-18", "2025-11-25"] {
        let mut process = Setup::new().start();
        initialize(&mut process, version);
        let answer = process.ask(&batch);
        assert_eq!((code(&answer), answer.get("id")), (INVALID_REQUEST, None), "{version}");
        process.end();
    }
    process.end();
}

#[test]
fn a_cancelled_call_of_a_batch_leaves_the_others_their_answers() {
    let mut process = Setup::misbehaving().start();
    initialize(&mut process, "2025-03-26");
    let era = Era::Legacy;
    process.send_line(format!("[{},{}]", era.call(1, "hold", "{}"), era.echo(2)));
    process.assert_silent();
    let answer = process.ask(crate::messages::cancel(1));
    assert_eq!(answer.as_array().map(Vec::len), Some(1));
    assert_echo(&answer[0], 2);
    process.end();
}

#[test]
fn a_batch_that_asks_for_far_more_than_it_is_long_is_bounded() {
    let mut process = Setup::new().argument("--many").argument("200").start();
    initialize(&mut process, "2025-03-26");
    process.ask(PING);
    process.forget_peak();
    let count = 20_000;
    let requests: Vec<String> =
        (0..count).map(|id| Era::Legacy.request(id, "tools/list")).collect();
    let answer = process.ask(format!("[{}]", requests.join(",")));
    let answers = answer.as_array().unwrap();
    assert_eq!(answers.len(), count);
    let busy = answers.iter().filter(|answer| answer.get("error").is_some());
    assert!(busy.clone().count() > count / 2);
    assert!(busy.clone().all(|answer| code(answer) == INTERNAL_ERROR));
    let peak = process.peak_memory();
    let sent: usize = requests.iter().map(|request| request.len() + 1).sum();
    eprintln!("a batch of {count} long lists: peak +{} KiB", peak / 1024);
    assert!(peak < 8 * sent + MIB, "{peak}");
    process.end();
}

#[test]
fn unknown_notifications_and_answers_to_nothing_stay_unanswered() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::new());
        for line in [
            r#"{"jsonrpc":"2.0","method":"notifications/unknown","params":{"x":1}}"#,
            r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"panic"}}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":[]}}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}}"#,
            r#"{"id":1,"error":5}"#,
        ] {
            process.send_line(line);
            process.assert_silent();
        }
        let answer = process.ask(era.request(1, "no/such/method"));
        assert_eq!((code(&answer), &answer["id"]), (METHOD_NOT_FOUND, &json!(1)));
        process.end();
    }
}

#[test]
fn a_hundred_bad_lines_are_answered_and_then_none_until_a_good_one() {
    let mut process = Setup::new().with_log().start();
    for _ in 0..2 {
        process.send("x\n".repeat(1000));
        for _ in 0..100 {
            assert_eq!(code(&process.answer()), PARSE_ERROR);
        }
        // Whoever sends an id waits for its answer.
        let answer = process.ask(r#"{"jsonrpc":"1.0","id":5,"method":"ping"}"#);
        assert_eq!((code(&answer), &answer["id"]), (INVALID_REQUEST, &json!(5)));
        process.assert_silent();
    }
    process.close_input();
    assert!(process.exit().0.success());
    assert_eq!(process.log().lines().count(), 2);
}

#[test]
fn hostile_lines_end_nothing() {
    for era in Era::BOTH {
        let mut process = era.start(Setup::misbehaving());
        for line in hostile::lines() {
            process.send_line(&line);
        }
        process.send_line(era.echo("\"end\""));
        // Not every id can be read by `serde_json`; the last one can.
        while id_of(&process.line()) != Some("\"end\"") {}
        process.assert_silent();
        process.end();
    }
}
