//! What is said to the servers: the requests of both eras, and what their answers must say.

use serde_json::{Value, json};

/// The text of a small call.
const TEXT: &str = "hello, world!";

/// An id that appears nowhere else in an answer.
const MARK: u64 = 987_654_321;

/// How a client starts, and what its requests carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    Modern,
    Legacy,
}

/// A request that is sent many times, each time with another id.
pub(crate) struct Request {
    before_id: String,
    after_id: String,
    is_met: Expected,
}

/// Whether a result says what it should.
type Expected = Box<dyn Fn(&Value) -> bool>;

/// An answer that was understood: further ones must be the same, byte for byte, but for the id.
#[derive(Debug)]
pub(crate) struct Pattern {
    before_id: Vec<u8>,
    after_id: Vec<u8>,
}

impl Era {
    pub(crate) const BOTH: [Self; 2] = [Self::Modern, Self::Legacy];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Legacy => "legacy",
        }
    }

    /// What every request says about itself, as the last member of its parameters.
    pub(crate) fn meta(self) -> &'static str {
        match self {
            Self::Modern => {
                r#","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench-driver","version":"1.0.0"},"io.modelcontextprotocol/clientCapabilities":{}}"#
            }
            Self::Legacy => "",
        }
    }

    /// The request that opens a connection.
    pub(crate) fn opening(self) -> Request {
        let (method, params) = match self {
            Self::Modern => ("server/discover", self.meta().trim_start_matches(',')),
            Self::Legacy => (
                "initialize",
                r#""protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench-driver","version":"1.0.0"}"#,
            ),
        };
        Request::new(method, params, |result| {
            result["capabilities"]["tools"].is_object()
                && (result["protocolVersion"] == "2025-11-25"
                    || result["supportedVersions"][0].is_string())
        })
    }

    /// The line that follows the opening's answer, if the era has one.
    pub(crate) fn opened(self) -> &'static str {
        match self {
            Self::Modern => "",
            Self::Legacy => "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n",
        }
    }
}

impl Request {
    pub(crate) fn new(
        method: &str,
        params: &str,
        is_met: impl Fn(&Value) -> bool + 'static,
    ) -> Self {
        Self {
            before_id: r#"{"jsonrpc":"2.0","id":"#.to_owned(),
            after_id: format!(",\"method\":\"{method}\",\"params\":{{{params}}}}}\n"),
            is_met: Box::new(is_met),
        }
    }

    pub(crate) fn call(
        era: Era,
        tool: &str,
        arguments: &Value,
        is_met: impl Fn(&Value) -> bool + 'static,
    ) -> Self {
        let params = format!(r#""name":"{tool}","arguments":{arguments}{}"#, era.meta());
        Self::new("tools/call", &params, is_met)
    }

    /// A call of `echo` with a short text.
    pub(crate) fn echo(era: Era) -> Self {
        Self::call(era, "echo", &json!({ "message": TEXT }), |result| text(result) == Some(TEXT))
    }

    pub(crate) fn add(era: Era) -> Self {
        Self::call(era, "add", &json!({ "a": 20, "b": 22 }), |result| {
            let sum = json!({ "sum": 42 });
            let shown = text(result).and_then(|text| serde_json::from_str(text).ok());
            result["structuredContent"] == sum && shown == Some(sum)
        })
    }

    /// Appends the request with this id, as a line.
    pub(crate) fn write(&self, id: u64, out: &mut Vec<u8>) {
        out.extend_from_slice(self.before_id.as_bytes());
        write_number(id, out);
        out.extend_from_slice(self.after_id.as_bytes());
    }

    /// Appends the request whose answer makes the [`Pattern`].
    pub(crate) fn write_marked(&self, out: &mut Vec<u8>) {
        self.write(MARK, out);
    }

    /// Understands an answer to the marked request.
    ///
    /// # Errors
    /// The answer, if it is not the one that was expected.
    pub(crate) fn pattern(&self, answer: &[u8]) -> Result<Pattern, String> {
        let wrong = || format!("unexpected answer: {}", excerpt(answer));
        let value: Value = serde_json::from_slice(answer).map_err(|_| wrong())?;
        let result = &value["result"];
        let is_right = value["jsonrpc"] == "2.0"
            && value["id"] == MARK
            && result["isError"] != true
            && (self.is_met)(result);
        let mark = format!("\"id\":{MARK}");
        let at = memmem(answer, mark.as_bytes()).filter(|_| is_right).ok_or_else(wrong)?;
        Ok(Pattern {
            before_id: answer[..at + "\"id\":".len()].to_vec(),
            after_id: answer[at + mark.len()..].to_vec(),
        })
    }
}

impl Pattern {
    /// The id of an answer, if the rest of it is as expected.
    ///
    /// # Errors
    /// The answer, if it is another one.
    pub(crate) fn id(&self, answer: &[u8]) -> Result<u64, String> {
        let digits = answer
            .strip_prefix(self.before_id.as_slice())
            .and_then(|rest| rest.strip_suffix(self.after_id.as_slice()));
        digits.and_then(number).ok_or_else(|| format!("unexpected answer: {}", excerpt(answer)))
    }
}

/// The text of a tool's result.
pub(crate) fn text(result: &Value) -> Option<&str> {
    result["content"][0]["text"].as_str()
}

fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| match digit {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

/// Appends a number without the detour over a formatter: it is on the driver's path.
fn write_number(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] += u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
        if number == 0 {
            return out.extend_from_slice(&digits[start..]);
        }
    }
}

fn memmem(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn excerpt(answer: &[u8]) -> String {
    String::from_utf8_lossy(&answer[..answer.len().min(500)]).into_owned()
}
