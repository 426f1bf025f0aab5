//! A transcript held against a server.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::conversation::Conversation;
use super::{Failure, Step, Transcript};
use crate::json::{Mismatch, Pattern};
use crate::peer::Peer;

/// How long a line may take to come. Real time, and only to fail: nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(5);

/// Follows a transcript over this connection, then closes it.
///
/// # Errors
/// The first line that the server does not follow.
pub async fn play<R, W>(transcript: &Transcript, peer: Peer<R, W>) -> Result<(), Failure>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut player = Player { peer, conversation: Conversation::default() };
    let mut last = 0;
    for (number, step) in &transcript.steps {
        last = *number;
        player.step(*number, step).await?;
    }
    player.end().await.map_err(|problem| Failure::new(last, format!("after it, {problem}")))
}

struct Player<R, W> {
    peer: Peer<R, W>,
    conversation: Conversation,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Player<R, W> {
    async fn step(&mut self, number: usize, step: &Step) -> Result<(), Failure> {
        let fail = |problem: String| Failure::new(number, problem);
        match step {
            Step::Send(bytes) => {
                self.conversation.sent(bytes);
                let sent = timeout(PATIENCE, self.peer.send_bytes(bytes)).await;
                let sent = sent.map_err(|_| fail("the server does not read it".to_owned()))?;
                sent.map_err(|e| fail(format!("cannot be sent: {e}")))
            }
            Step::Expect(pattern) => {
                let message = self.hear().await.map_err(fail)?;
                pattern.compare(&message).map_err(|m| fail(differs(&m, &message)))
            }
            Step::ExpectInAnyOrder(group) => self.hear_group(group).await,
            Step::Version(version) => {
                self.conversation.declare(*version);
                Ok(())
            }
            Step::Eof => {
                self.conversation.ended();
                self.peer.close();
                Ok(())
            }
        }
    }

    /// Hears as many lines as there are patterns; each takes the first pattern that it fits and
    /// that no earlier line took.
    async fn hear_group(&mut self, group: &[(usize, Pattern)]) -> Result<(), Failure> {
        let mut open: Vec<_> = group.iter().collect();
        while let Some((number, _)) = open.first() {
            let message = self.hear().await.map_err(|problem| Failure::new(*number, problem))?;
            match open.iter().position(|(_, pattern)| pattern.compare(&message).is_ok()) {
                Some(position) => open.remove(position),
                None => return Err(Failure::new(*number, fits_none(&open, &message))),
            };
        }
        Ok(())
    }

    /// Hears a line and checks what can be checked of any.
    async fn hear(&mut self) -> Result<Value, String> {
        let line = timeout(PATIENCE, self.peer.recv()).await;
        let line = line.map_err(|_| format!("nothing came within {PATIENCE:?}"))?;
        let line = line.map_err(|e| format!("the stream failed: {e}"))?;
        let line = line.ok_or("the server closed the stream")?;
        self.conversation.heard(&line).map_err(|problem| format!("{problem}\n  line: {line}"))
    }

    /// Closes the connection and makes sure that nothing was left unsaid.
    async fn end(self) -> Result<(), String> {
        let rest = timeout(PATIENCE, self.peer.finish()).await;
        let rest = rest.map_err(|_| format!("the server did not end within {PATIENCE:?}"))?;
        let rest = rest.map_err(|e| format!("the server failed: {e}"))?;
        if rest.is_empty() {
            Ok(())
        } else {
            Err(format!("the server said more:\n  {}", rest.join("\n  ")))
        }
    }
}

fn differs(mismatch: &Mismatch, message: &Value) -> String {
    format!("{mismatch}\n  message: {message}")
}

fn fits_none(open: &[&(usize, Pattern)], message: &Value) -> String {
    let reasons = open.iter().filter_map(|(number, pattern)| {
        let mismatch = pattern.compare(message).err()?;
        Some(format!("\n  not line {number}: {mismatch}"))
    });
    format!("came out of turn: {message}{}", reasons.collect::<String>())
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

    use super::*;
    use crate::peer::PIPE_CAPACITY;

    /// Plays a transcript against a server that has these lines to say: `answers[0]` after the
    /// first line it reads, and so on; then it reads on and ends with its input.
    fn play_against(body: &str, answers: &[&str]) -> Result<(), Failure> {
        let text = format!("# It holds.\n# Spec: 2025-11-25, basic/index.\n{body}");
        let transcript = Transcript::parse(&text).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let answers: Vec<_> = answers.iter().map(|answer| format!("{answer}\n")).collect();
        runtime.block_on(async {
            let (outgoing, input) = tokio::io::duplex(PIPE_CAPACITY);
            let (mut output, incoming) = tokio::io::duplex(PIPE_CAPACITY);
            tokio::spawn(async move {
                let mut lines = BufReader::new(input).lines();
                let mut answers = answers.into_iter();
                while let Some(_line) = lines.next_line().await.unwrap() {
                    let answer = answers.next().unwrap_or_default();
                    output.write_all(answer.trim_start().as_bytes()).await.unwrap();
                }
                output.write_all(answers.collect::<String>().as_bytes()).await.unwrap();
            });
            play(&transcript, Peer::new(incoming, outgoing)).await
        })
    }

    const PING: &str = r#"> {"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    const PONG: &str = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;

    #[test]
    fn server_that_follows_passes() {
        assert_eq!(play_against(&format!("{PING}\n< {PONG}"), &[PONG]), Ok(()));
        assert_eq!(play_against(&format!("{PING}\n< {{…}}\n! eof"), &[PONG]), Ok(()));
        let second = r#"{"jsonrpc":"2.0","id":2,"result":{}}"#;
        let body = format!("{PING}\n{}\n<* {PONG}\n<* {second}", PING.replace(":1", ":2"));
        assert_eq!(play_against(&body, &[second, PONG]), Ok(()));
        let body = format!("{PING}\n> {{}}\n! eof\n< {PONG}");
        assert_eq!(play_against(&body, &["", "", PONG]), Ok(()));
    }

    #[test]
    fn difference_is_told_with_line_and_path() {
        let other = r#"{"jsonrpc":"2.0","id":1,"result":{"_meta":{}}}"#;
        let failure = play_against(&format!("{PING}\n< {PONG}"), &[other]).unwrap_err();
        assert_eq!(failure.line, 4);
        let start = "at $.result._meta: expected no such member, got {}";
        assert!(failure.problem.starts_with(start), "{failure}");
    }

    #[test]
    fn line_of_a_group_must_fit_one_of_it() {
        let body = format!("{PING}\n<* {{\"id\":2…}}\n<* {{\"id\":3…}}");
        let failure = play_against(&body, &[PONG]).unwrap_err();
        assert!(failure.problem.contains("not line 4: at $.id: expected 2, got 1"), "{failure}");
        assert!(failure.problem.contains("not line 5: at $.id: expected 3, got 1"), "{failure}");
    }

    #[test]
    fn silence_at_the_end_is_part_of_it() {
        let failure = play_against(PING, &[PONG]).unwrap_err();
        assert_eq!(failure.line, 3);
        assert!(failure.problem.contains("said more"), "{failure}");
        let failure = play_against(&format!("{PING}\n! eof\n< {PONG}"), &[]).unwrap_err();
        assert_eq!((failure.line, failure.problem.as_str()), (5, "the server closed the stream"));
    }

    #[test]
    fn what_comes_back_is_checked_against_the_schema() {
        let broken = r#"{"jsonrpc":"2.0","id":1,"result":[]}"#;
        let failure = play_against(&format!("{PING}\n< …"), &[broken]).unwrap_err();
        assert!(failure.problem.starts_with("not valid in 2025-11-25: "), "{failure}");
    }
}
