//! Lines that have broken servers, and such as should.

/// Messages with the id 42 that are wrong, and the code they are answered with.
pub(crate) fn with_readable_id() -> Vec<(String, i64)> {
    let meta = |json: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":42,"method":"tools/list","params":{{"_meta":{json}}}}}"#)
    };
    let modern = |rest: &str| {
        meta(&format!(r#"{{"io.modelcontextprotocol/protocolVersion":"2026-07-28"{rest}}}"#))
    };
    let capable = r#","io.modelcontextprotocol/clientCapabilities":{}"#;
    let mut lines: Vec<(String, i64)> = [
        (r#"{"jsonrpc":"2.0","id":42}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":42,"method":null}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":42,"method":["ping"]}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":42,"Method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":42,"method\u0000":"ping"}"#, -32_600),
        (r#"{"jsonrpc":2.0,"id":42,"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"1.0","id":42,"method":"ping"}"#, -32_600),
        (r#"{"id":42,"method":"ping"}"#, -32_600),
        (r#"{"jsonrpc":"2.0","id":42,"method":"tools/list","params":[]}"#, -32_602),
        (r#"{"jsonrpc":"2.0","id":42,"method":"tools/list","params":42}"#, -32_602),
        (r#"{"jsonrpc":"2.0","id":42,"method":"tools/list","params":"x"}"#, -32_602),
        (r#"{"jsonrpc":"2.0","id":42,"method":"initialize","params":[]}"#, -32_602),
        (r#"{"method":"tools/call","params":[],"jsonrpc":"2.0","id":42}"#, -32_602),
    ]
    .map(|(line, code)| (line.to_owned(), code))
    .into();
    for json in ["[]", "7", "\"x\"", "null"] {
        // What is no object names no version: it is judged by the session, if there is one.
        lines.push((
            meta(&format!(r#"["io.modelcontextprotocol/protocolVersion",{json}]"#)),
            -32_602,
        ));
        lines.push((
            modern(&format!(r#","io.modelcontextprotocol/clientCapabilities":{json}"#)),
            -32_602,
        ));
    }
    for token in ["1.5", "[]", "{}", "true"] {
        lines.push((modern(&format!(r#"{capable},"progressToken":{token}"#)), -32_602));
    }
    lines.push((modern(&format!("{capable}{capable}")), -32_602));
    lines.push((modern(""), -32_602));
    let other = r#""io.modelcontextprotocol/protocolVersion":"1999-01-01""#;
    lines.push((meta(&format!("{{{other}{capable}}}")), -32_022));
    lines
}

/// Lines of every kind of badness. None of them ends a connection.
pub(crate) fn lines() -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> =
        with_readable_id().into_iter().map(|(line, _)| line.into()).collect();
    let texts = [
        "{",
        "}",
        "[",
        "]",
        "[[[[",
        "{{{{",
        "{\"\":",
        "\"",
        "\\",
        ",",
        ":",
        "-",
        "-0",
        "+1",
        ".5",
        "5.",
        "1e",
        "1e+",
        "0x10",
        "Infinity",
        "nul",
        "truefalse",
        "// comment",
        "{}{}",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{1:2}",
        "{\"\\u12\":1}",
        "{\"\\x\":1}",
        "\"\t\"",
        "\u{feff}\u{feff}{}",
        "\u{2028}",
        "\u{0b}{}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"\\ud800\",\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\\ud800\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"\\ud800\":1}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"id\":\"1\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":7}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":\"file:///../../etc/passwd\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/get\",\"params\":{\"name\":\"__proto__\"}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"rpc.discover\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\",\"params\":7}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":{}}}",
        "{\"__proto__\":{\"jsonrpc\":\"2.0\"},\"constructor\":1}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"result\":{}}",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},]",
        "[[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]]",
        "[1,2,3]",
        "[null]",
    ];
    lines.extend(texts.map(|text| text.as_bytes().to_vec()));
    for bytes in [
        &b"\xff"[..],
        b"\xc0\x80",
        b"\xf5\x80\x80\x80",
        b"{\"\xe2\x82\":1}",
        b"\0\0\0",
        b"\x1b[2J",
        b"\x7fELF",
    ] {
        lines.push(bytes.to_vec());
    }
    for depth in [127, 128, 129, 1000] {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let value = format!("{}0{}", open.repeat(depth), close.repeat(depth));
            lines.push(value.clone().into_bytes());
            let line = format!(
                r#"{{"params":{{"arguments":{{"x":{value}}}}},"jsonrpc":"2.0","id":9,"method":"ping"}}"#
            );
            lines.push(line.into_bytes());
        }
    }
    lines
}
