//! Text → transcript.

use mcp_runtime::protocol::ProtocolVersion;
use mcp_runtime::protocol::meta::{CLIENT_CAPABILITIES, CLIENT_INFO, PROTOCOL_VERSION};
use serde_json::{Value, json};

use super::{Failure, Step, Transcript};
use crate::json::Pattern;

impl Transcript {
    /// Reads a transcript.
    ///
    /// # Errors
    /// The first line that is none, or what is missing: prose, the page of the specification,
    /// or anything that happens.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let mut reader = Reader::default();
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            reader.line(number, line).map_err(|problem| Failure::new(number, problem))?;
        }
        let transcript = reader.transcript;
        let missing = [
            (transcript.prose.is_empty(), "what holds, as `# …` at the top"),
            (transcript.spec.is_empty(), "the page of the specification, as `# Spec: …`"),
            (transcript.steps.is_empty(), "anything that happens"),
        ];
        match missing.into_iter().find(|(is_missing, _)| *is_missing) {
            Some((_, what)) => Err(Failure::new(0, format!("the transcript lacks {what}"))),
            None => Ok(transcript),
        }
    }
}

struct Reader {
    transcript: Transcript,
    /// What the client can do in the `_meta` of the requests below.
    capabilities: Value,
    /// Whether the line before belongs to a group in any order.
    is_in_group: bool,
}

impl Default for Reader {
    fn default() -> Self {
        let (prose, spec, ids, steps) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let transcript = Transcript { prose, spec, ids, steps };
        Self { transcript, capabilities: json!({}), is_in_group: false }
    }
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) -> Result<(), String> {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        self.is_in_group &= kind == "<*";
        if let Some(prose) = line.strip_prefix('#') {
            self.prose(prose.trim());
            return Ok(());
        }
        let step = match kind {
            "" if rest.is_empty() => return Ok(()),
            ">" => Step::Send([self.expand(rest).as_bytes(), b"\n"].concat()),
            ">~" => Step::Send(unescape(&self.expand(rest))?),
            "<" => Step::Expect(pattern(rest)?),
            "<*" => {
                self.in_any_order(number, pattern(rest)?);
                return Ok(());
            }
            "!" => match directive(rest)? {
                Directive::Step(step) => step,
                Directive::Capabilities(capabilities) => {
                    self.capabilities = capabilities;
                    return Ok(());
                }
            },
            _ => return Err(format!("expected `#`, `>`, `>~`, `<`, `<*` or `!`, got `{kind}`")),
        };
        self.transcript.steps.push((number, step));
        Ok(())
    }

    /// Keeps the block at the top; remarks further down are for the reader alone.
    fn prose(&mut self, prose: &str) {
        if !self.transcript.steps.is_empty() || prose.is_empty() {
            return;
        }
        if let Some(page) = prose.strip_prefix("Spec:") {
            self.transcript.spec.push(page.trim().to_owned());
        } else if let Some(ids) = prose.strip_prefix("Ids:") {
            let ids = ids.split([',', ' ']).filter(|id| !id.is_empty());
            self.transcript.ids.extend(ids.map(str::to_owned));
        } else {
            self.transcript.prose.push(prose.to_owned());
        }
    }

    fn in_any_order(&mut self, number: usize, pattern: Pattern) {
        if let Some((_, Step::ExpectInAnyOrder(group))) = self.transcript.steps.last_mut()
            && self.is_in_group
        {
            group.push((number, pattern));
        } else {
            let group = Step::ExpectInAnyOrder(vec![(number, pattern)]);
            self.transcript.steps.push((number, group));
        }
        self.is_in_group = true;
    }

    /// Writes out the abbreviated `_meta`.
    fn expand(&self, line: &str) -> String {
        let meta = json!({
            PROTOCOL_VERSION: ProtocolVersion::V2026_07_28,
            CLIENT_CAPABILITIES: self.capabilities,
            CLIENT_INFO: {"name": "transcript", "version": "1.0.0"},
        });
        let meta = meta.to_string();
        let members = meta.trim_start_matches('{').strip_suffix('}').unwrap_or_default();
        line.replace("\"_meta\":…", &format!("\"_meta\":{meta}"))
            .replace("\"_meta\":{…", &format!("\"_meta\":{{{members}"))
    }
}

enum Directive {
    Step(Step),
    Capabilities(Value),
}

fn directive(text: &str) -> Result<Directive, String> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    match name {
        "version" => {
            let version = ProtocolVersion::parse(rest);
            let version = version.ok_or_else(|| format!("unknown version `{rest}`"))?;
            Ok(Directive::Step(Step::Version(version)))
        }
        "capabilities" => {
            let capabilities = serde_json::from_str::<Value>(rest);
            capabilities.map(Directive::Capabilities).map_err(|e| format!("capabilities: {e}"))
        }
        "eof" if rest.is_empty() => Ok(Directive::Step(Step::Eof)),
        _ => Err(format!("expected `version`, `capabilities` or `eof`, got `{text}`")),
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    Pattern::parse(text).map_err(|error| error.to_string())
}

/// Turns `\xHH` into that byte and adds the newline, unless the line ends with `\c`.
///
/// JSON has neither, so that its own escapes stay what they are.
fn unescape(line: &str) -> Result<Vec<u8>, String> {
    let (line, newline) = match line.strip_suffix("\\c") {
        Some(line) => (line, ""),
        None => (line, "\n"),
    };
    let mut pieces = line.split("\\x");
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let byte = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or("expected two hexadecimal digits after `\\x`")?);
        bytes.extend(&piece.as_bytes()[2..]);
    }
    bytes.extend(newline.as_bytes());
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: &str = "# It holds.\n# Spec: 2026-07-28, basic/index.\n";

    fn steps(body: &str) -> Vec<(usize, Step)> {
        Transcript::parse(&format!("{TOP}{body}")).unwrap().steps
    }

    fn sent(line: &str) -> Vec<u8> {
        match steps(line).pop() {
            Some((3, Step::Send(bytes))) => bytes,
            other => panic!("not sent: {other:?}"),
        }
    }

    fn problem(text: &str) -> Failure {
        Transcript::parse(text).unwrap_err()
    }

    #[test]
    fn block_at_the_top_says_what_holds_and_where() {
        let text =
            "# One\n# thing.\n# Spec: a, b.\n# Spec: c, d.\n# Ids: X-1, Y-2\n\n> x\n# remark\n";
        let transcript = Transcript::parse(text).unwrap();
        assert_eq!(transcript.prose, ["One", "thing."]);
        assert_eq!(transcript.spec, ["a, b.", "c, d."]);
        assert_eq!(transcript.ids, ["X-1", "Y-2"]);
        assert_eq!(transcript.steps, [(7, Step::Send(b"x\n".to_vec()))]);
    }

    #[test]
    fn neighbours_in_any_order_are_one_step() {
        let pattern = |text| Pattern::parse(text).unwrap();
        let expected = [
            (3, Step::Expect(pattern("1"))),
            (4, Step::ExpectInAnyOrder(vec![(4, pattern("2")), (5, pattern("…"))])),
            (6, Step::Version(ProtocolVersion::V2025_06_18)),
            (7, Step::ExpectInAnyOrder(vec![(7, pattern("3"))])),
            (9, Step::ExpectInAnyOrder(vec![(9, pattern("4"))])),
            (10, Step::Eof),
        ];
        let body = "< 1\n<* 2\n<* …\n! version 2025-06-18\n<* 3\n\n<* 4\n! eof\n";
        assert_eq!(steps(body), expected);
    }

    #[test]
    fn abbreviated_meta_is_written_out() {
        let parsed = |line: &str| serde_json::from_slice::<Value>(&sent(line)).unwrap();
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "transcript", "version": "1.0.0"},
        });
        assert_eq!(parsed(r#"> {"_meta":…,"a":"…"}"#), json!({"_meta": meta, "a": "…"}));
        let mut longer = meta.clone();
        longer["progressToken"] = 1.into();
        assert_eq!(parsed(r#"> {"_meta":{…,"progressToken":1}}"#), json!({"_meta": longer}));

        let body = "! capabilities {\"elicitation\":{}}\n> {\"_meta\":…}";
        let Some((4, Step::Send(bytes))) = steps(body).pop() else { panic!("not sent") };
        let line: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(line["_meta"][CLIENT_CAPABILITIES], json!({"elicitation": {}}));
    }

    #[test]
    fn bytes_are_sent_as_written() {
        assert_eq!(sent(r#">  {"a":"\n\x41"} "#), b" {\"a\":\"\\n\\x41\"} \n");
        assert_eq!(sent(r#">~ {"a":"\n\x00\xff"#), b"{\"a\":\"\\n\x00\xff\n");
        assert_eq!(sent(r">~ {\c"), b"{");
        assert_eq!(sent(">"), b"\n");
        assert_eq!(sent(">~"), b"\n");
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let mistakes = [
            "x",
            ">x",
            "< {",
            "<* nul",
            "! version 2025",
            "! wait",
            "! eof now",
            r">~ \xg0",
            r">~ \x1",
        ];
        for line in mistakes {
            assert_eq!(problem(&format!("{TOP}{line}")).line, 3, "{line}");
        }
        for text in ["", "# It holds.\n> x", "# Spec: a.\n> x", TOP] {
            assert_eq!(problem(text).line, 0, "{text:?}");
        }
    }
}
