//! From 2026-07-28: a result that asks, and the same call again.

use serde_json::{Value, json};

use super::client::{Client, all_yes, keys, run, text, yes};
use super::server::server;

const NOT_TAKEN: &str = "invalid params: `requestState`: expected the state of the last \
    `input_required` result for this request, at most 10 minutes old; send the request again \
    without it";

/// Whether an answer says that its state is not taken, and nothing of why.
fn is_not_taken(answer: &Value) -> bool {
    answer["error"] == json!({ "code": -32602, "message": NOT_TAKEN })
}

/// MRTR-01, MRTR-03, MRTR-04, MRTR-20: it is a result, without cache hints, with our name.
#[test]
fn a_question_is_the_result_of_its_call() {
    run(server(), async |mut client| {
        let asked = client.call("confirm", json!({ "item": "a" })).await;
        let mut result = asked["result"].clone();
        assert!(result["requestState"].take().is_string());
        assert_eq!(
            result,
            json!({
                "resultType": "input_required",
                "inputRequests": { "confirm": {
                    "method": "elicitation/create",
                    "params": {
                        "message": "Confirm a?",
                        "requestedSchema": {
                            "type": "object",
                            "properties": { "confirm": { "type": "boolean", "title": "Confirm" } },
                            "required": ["confirm"],
                        },
                    },
                } },
                "requestState": null,
                "_meta": { "io.modelcontextprotocol/serverInfo":
                    { "name": "asking", "version": "1.0.0" } },
            })
        );
        let arguments = json!({ "item": "a" });
        let answered = client.again("confirm", arguments, &asked, all_yes(&asked)).await;
        assert_eq!(text(&answered), "true");
        assert_eq!(client.finish().await, Vec::<Value>::new());
    });
}

/// ELIC-08: accepted, declined, cancelled; and a form that was accepted with "no".
#[test]
fn every_action_is_an_answer() {
    run(server(), async |mut client| {
        for (answer, said) in [
            (json!({ "action": "accept", "content": { "confirm": false } }), "false"),
            (json!({ "action": "decline" }), "false"),
            (json!({ "action": "cancel" }), "false"),
            (yes(), "true"),
        ] {
            let arguments = json!({ "item": "a" });
            let asked = client.call("confirm", arguments.clone()).await;
            let answers = json!({ "confirm": answer });
            assert_eq!(text(&client.again("confirm", arguments, &asked, answers).await), said);
        }
        for (answer, said) in [
            (json!({ "action": "accept", "content": { "age": 7 } }), r#"accepted {"age":7}"#),
            (json!({ "action": "decline" }), "declined"),
            (json!({ "action": "cancel" }), "cancelled"),
        ] {
            let asked = client.call("form", json!({})).await;
            let answered = client.again("form", json!({}), &asked, json!({ "age": answer })).await;
            assert_eq!(text(&answered), said);
        }
    });
}

/// MRTR-12, MRTR-13: each retry answers the last round only, and all answers count.
#[test]
fn answers_of_earlier_rounds_are_carried_along() {
    run(server(), async |mut client| {
        let arguments = json!({ "count": 16 });
        let mut asked = client.call("rounds", arguments.clone()).await;
        for _ in 1..16 {
            asked = client.again("rounds", arguments.clone(), &asked, all_yes(&asked)).await;
            assert_eq!(keys(&asked).len(), 1);
        }
        let answered = client.again("rounds", arguments, &asked, all_yes(&asked)).await;
        assert_eq!(text(&answered), format!("{:?}", [true; 16]));
    });
}

/// MRTR-24: a call does not ask for ever.
#[test]
fn a_call_has_at_most_sixteen_rounds() {
    run(server(), async |mut client| {
        let arguments = json!({ "count": 17 });
        let mut answered = client.call("rounds", arguments.clone()).await;
        for _ in 0..16 {
            answered =
                client.again("rounds", arguments.clone(), &answered, all_yes(&answered)).await;
        }
        assert_eq!(answered["result"]["isError"], true);
        assert!(text(&answered).contains("16 rounds"), "{answered}");
    });
}

/// MRTR-07, MRTR-08, MRTR-10: a state belongs to one request, and is taken as it was given.
#[test]
fn a_state_of_another_request_is_not_taken() {
    run(server(), async |mut client| {
        let right = json!({ "item": "a" });
        let asked = client.call("confirm", right.clone()).await;
        let answers = all_yes(&asked);
        let state = asked["result"]["requestState"].as_str().unwrap().to_owned();
        for wrong in [json!({ "item": "b" }), json!({}), json!({ "item": "a", "more": null })] {
            let answer = client.again("confirm", wrong, &asked, answers.clone()).await;
            assert!(is_not_taken(&answer), "{answer}");
        }
        let other = client.again("form", right.clone(), &asked, answers.clone()).await;
        assert!(is_not_taken(&other), "{other}");
        let cut = &state[..state.len() - 1];
        let strange = [&format!("{state}-TAMPERED"), cut, "", "0", "\u{0}", &"x".repeat(100_000)];
        let wrong = strange.map(|state| json!(state)).into_iter();
        for state in wrong.chain([json!(7), json!([state]), json!({}), json!(true)]) {
            let params = json!({ "name": "confirm", "arguments": right, "requestState": state });
            let answer = client.request("tools/call", params).await;
            assert!(is_not_taken(&answer), "{state}: {answer}");
        }
        let uri = json!({ "uri": "asking://answer", "requestState": state });
        assert!(is_not_taken(&client.request("resources/read", uri).await));
        // It is good all the same, and more than once: an answer may be lost on its way.
        for _ in 0..2 {
            let answered = client.again("confirm", right.clone(), &asked, answers.clone()).await;
            assert_eq!(text(&answered), "true");
        }
    });
}

/// MRTR-08: a client may serialize anew what it sends again.
#[test]
fn arguments_may_be_spelled_in_another_way() {
    run(server(), async |mut client| {
        let (first, again) = (
            r#"{"number":1,"text":"é","list":[true]}"#,
            r#"{"list":[ true ],"text":"\u00e9","number":1.0}"#,
        );
        let asked = client.call("compare", serde_json::from_str(first).unwrap()).await;
        let same = serde_json::from_str(again).unwrap();
        let answered = client.again("compare", same, &asked, all_yes(&asked)).await;
        assert_eq!(text(&answered), "1 é Some([true]) true");
        for other in [
            json!({ "number": 1.5, "text": "é", "list": [true] }),
            json!({ "number": 1, "text": "e", "list": [true] }),
            json!({ "number": 1, "text": "é", "list": [true, true] }),
            json!({ "number": 1, "text": "é" }),
        ] {
            assert!(is_not_taken(&client.again("compare", other, &asked, json!({})).await));
        }
    });
}

/// MRTR-14, MRTR-15: what is missing is asked again, what is too much is ignored.
#[test]
fn a_missing_answer_is_asked_again() {
    run(server(), async |mut client| {
        let arguments = json!({ "item": "a" });
        let asked = client.call("confirm", arguments.clone()).await;
        for answers in [
            Value::Null,
            json!({}),
            json!({ "other": yes() }),
            json!({ "confirm": null }),
            json!({ "confirm": 7 }),
            json!({ "confirm": [] }),
            json!({ "confirm": { "action": "perhaps" } }),
        ] {
            let again = client.again("confirm", arguments.clone(), &asked, answers.clone()).await;
            assert_eq!(keys(&again), ["confirm"], "{answers}");
        }
        let answers = json!({ "other": 7, "confirm": yes(), "more": yes() });
        assert_eq!(text(&client.again("confirm", arguments, &asked, answers).await), "true");
    });
}

/// MRTR-16: answers are an object, and one that is kept.
#[test]
fn answers_that_are_no_object_are_refused() {
    run(server(), async |mut client| {
        let crowd: Vec<u8> = vec![0; 5000];
        for answers in [json!(7), json!([]), json!("text"), json!({ "confirm": crowd })] {
            let params = json!({
                "name": "confirm", "arguments": { "item": "a" }, "inputResponses": answers,
            });
            let answer = client.request("tools/call", params).await;
            assert_eq!(answer["error"]["code"], -32602, "{answer}");
            assert!(answer["error"]["message"].as_str().unwrap().contains("`inputResponses`"));
        }
    });
}

/// MRTR-06, MRTR-18: answers without a state count by their keys; elsewhere they mean nothing.
#[test]
fn answers_are_just_members_of_a_request() {
    run(server(), async |mut client| {
        let params = json!({
            "name": "confirm", "arguments": { "item": "a" }, "inputResponses": { "confirm": yes() },
        });
        assert_eq!(text(&client.request("tools/call", params).await), "true");
        let strange = json!({ "inputResponses": 7, "requestState": 7 });
        let listed = client.request("tools/list", strange).await;
        assert!(listed["result"]["tools"].is_array(), "{listed}");
    });
}

/// MRTR-02: prompts and resources ask too, completions do not.
#[test]
fn prompts_and_resources_ask() {
    run(server(), async |mut client| {
        for (method, params, said) in [
            (
                "prompts/get",
                json!({ "name": "asked", "arguments": { "about": "x" } }),
                "/messages/0/content/text",
            ),
            ("resources/read", json!({ "uri": "asking://answer" }), "/contents/0/text"),
            ("resources/read", json!({ "uri": "asking://item/7" }), "/contents/0/text"),
        ] {
            let asked = client.request(method, params.clone()).await;
            let mut again = params;
            again["inputResponses"] = all_yes(&asked);
            again["requestState"] = asked["result"]["requestState"].clone();
            let answered = client.request(method, again).await;
            let said = answered["result"].pointer(said).and_then(Value::as_str);
            assert!(said.unwrap().ends_with("true"), "{answered}");
        }
        let complete = json!({
            "ref": { "type": "ref/prompt", "name": "asked" },
            "argument": { "name": "about", "value": "a" },
        });
        let answer = client.request("completion/complete", complete).await;
        assert_eq!(answer["error"], json!({ "code": -32603, "message": "internal error" }));
    });
}

/// MRTR-05, META-05, ELIC-02: nothing is asked that the client did not declare on this request.
#[test]
fn a_client_is_asked_what_it_declares() {
    let declare = |client: &mut Client, capabilities: Value| {
        client.meta["io.modelcontextprotocol/clientCapabilities"] = capabilities;
    };
    run(server(), async |mut client| {
        for (tool, capabilities, missing) in [
            ("form", json!({}), json!({ "elicitation": {} })),
            ("form", json!({ "sampling": {} }), json!({ "elicitation": {} })),
            (
                "form",
                json!({ "elicitation": { "url": {} } }),
                json!({ "elicitation": { "form": {} } }),
            ),
            ("url", json!({ "elicitation": {} }), json!({ "elicitation": { "url": {} } })),
            ("sample", json!({ "elicitation": {} }), json!({ "sampling": {} })),
            ("roots", json!({ "elicitation": {} }), json!({ "roots": {} })),
        ] {
            declare(&mut client, capabilities);
            let answer = client.call(tool, json!({})).await;
            let error = &answer["error"];
            assert_eq!(error["code"], -32021, "{tool}: {answer}");
            assert_eq!(error["data"], json!({ "requiredCapabilities": missing }));
        }
        for (tool, capabilities) in [
            ("form", json!({ "elicitation": {} })),
            ("form", json!({ "elicitation": { "form": {}, "url": {} } })),
            ("url", json!({ "elicitation": { "url": {} } })),
            ("sample", json!({ "sampling": {} })),
            ("roots", json!({ "roots": {} })),
        ] {
            declare(&mut client, capabilities);
            assert_eq!(keys(&client.call(tool, json!({})).await).len(), 1, "{tool}");
        }
        declare(&mut client, json!({}));
        let tried = client.call("tried", json!({})).await;
        assert_eq!(text(&tried), r#"unsupported {"elicitation":{"url":{}}}"#);
    });
}

/// SAMP-07, ROOT-02, ELIC-11: what is no form is answered by its own result.
#[test]
fn every_kind_of_question_has_its_answer() {
    let model = json!({
        "role": "assistant", "content": { "type": "text", "text": "Hi" }, "model": "m-1",
    });
    let many = json!({
        "role": "assistant", "content": [{ "type": "text", "text": "Hi" }], "model": "m-2",
    });
    run(server(), async |mut client| {
        for (tool, key, result, said) in [
            ("url", "page", json!({ "action": "accept" }), "Accepted(())"),
            ("url", "page", json!({ "action": "decline" }), "Declined"),
            ("sample", "model", model, "m-1"),
            ("sample", "model", many, "m-2"),
            ("roots", "roots", json!({ "roots": [{ "uri": "file:///a" }] }), "file:///a"),
            ("roots", "roots", json!({ "roots": [] }), ""),
        ] {
            let asked = client.call(tool, json!({})).await;
            let answers = json!({ key: result });
            assert_eq!(text(&client.again(tool, json!({}), &asked, answers).await), said);
        }
    });
}

/// MRTR-04, MRTR-22: questions have keys that stay, also equal ones.
#[test]
fn keys_are_stable_and_told_apart() {
    run(server(), async |mut client| {
        let (one, other) =
            (client.call("equal", json!({})).await, client.call("equal", json!({})).await);
        assert_eq!(keys(&one), keys(&other));
        let second = client.again("equal", json!({}), &one, all_yes(&one)).await;
        assert_eq!(keys(&second), [format!("{}-2", keys(&one)[0])]);
        let answered = client.again("equal", json!({}), &second, all_yes(&second)).await;
        assert_eq!(text(&answered), "true true");

        let asked = client.call("one_key", json!({})).await;
        assert_eq!(keys(&asked), ["key"]);
        let answered = client.again("one_key", json!({}), &asked, all_yes(&asked)).await;
        assert_eq!(text(&answered), "true true true");

        let refused = client.call("same_key", json!({})).await;
        assert_eq!(refused["result"]["isError"], true);
        assert!(text(&refused).contains("the key `key`"), "{refused}");
    });
}

/// All questions that are open are one round, up to sixteen of them.
#[test]
fn questions_at_once_are_one_round() {
    run(server(), async |mut client| {
        let arguments = json!({ "count": 16 });
        let asked = client.call("many", arguments.clone()).await;
        assert_eq!(keys(&asked).len(), 16);
        // Half of them first: the others are asked again.
        let mut half = all_yes(&asked);
        let rest: Vec<_> = keys(&asked)[8..].iter().map(|key| (*key).to_owned()).collect();
        for key in &rest {
            half.as_object_mut().unwrap().remove(key);
        }
        let again = client.again("many", arguments.clone(), &asked, half).await;
        assert_eq!(keys(&again), rest);
        let answered = client.again("many", arguments, &again, all_yes(&again)).await;
        assert_eq!(text(&answered), "16");

        let refused = client.call("many", json!({ "count": 17 })).await;
        assert_eq!(refused["result"]["isError"], true);
        assert!(text(&refused).contains("more than 16 questions"), "{refused}");
    });
}

/// A question that lost a `select!` is not asked.
#[test]
fn a_question_that_nobody_waits_for_is_withdrawn() {
    run(server(), async |mut client| {
        assert_eq!(text(&client.call("lost", json!({})).await), "lost");
    });
}

/// ELIC-07: an answer that does not fit is asked again once, with the reason.
#[test]
fn an_answer_that_does_not_fit_is_asked_again_once() {
    let wrong = || json!({ "age": { "action": "accept", "content": { "age": -1 } } });
    run(server(), async |mut client| {
        let asked = client.call("form", json!({})).await;
        let again = client.again("form", json!({}), &asked, wrong()).await;
        let message = &again["result"]["inputRequests"]["age"]["params"]["message"];
        let message = message.as_str().unwrap();
        assert!(message.starts_with("How old?\n\n") && message.contains("`age`"), "{message}");
        let right = json!({ "age": { "action": "accept", "content": { "age": 1 } } });
        let answered = client.again("form", json!({}), &again, right).await;
        assert_eq!(text(&answered), r#"accepted {"age":1}"#);
        let refused = client.again("form", json!({}), &again, wrong()).await;
        assert_eq!(refused["result"]["isError"], true);
        assert!(text(&refused).starts_with("the answer does not fit"), "{refused}");
    });
}

/// MRTR-19: what stands in `once` happens once.
#[test]
fn an_effect_is_not_repeated() {
    run(server(), async |mut client| {
        let first = client.call("charged", json!({})).await;
        let second = client.again("charged", json!({}), &first, all_yes(&first)).await;
        let answered = client.again("charged", json!({}), &second, all_yes(&second)).await;
        assert_eq!(text(&answered), "true true, charged 1, ran 1");
    });
}

/// A name belongs to one effect. The log says what is wrong.
#[test]
fn effects_of_one_name_are_refused_at_the_same_time_and_with_results_of_two_types() {
    run(server(), async |mut client| {
        for tool in ["effects_at_once", "effects_of_two_types"] {
            let refused = client.call(tool, json!({})).await;
            assert_eq!(refused["result"]["isError"], true, "{tool}: {refused}");
            assert_eq!(text(&refused), "internal error", "{tool}");
        }
        assert_eq!(text(&client.call("dropped_effect", json!({})).await), "done");
    });
}

/// What a call remembers is bounded.
#[test]
fn a_state_has_at_most_64_kib() {
    run(server(), async |mut client| {
        let arguments = json!({ "bytes": 65_000 });
        let asked = client.call("long", arguments.clone()).await;
        let answered = client.again("long", arguments, &asked, all_yes(&asked)).await;
        assert_eq!(text(&answered), "65000 true");
        let refused = client.call("long", json!({ "bytes": 65_536 })).await;
        assert_eq!(refused["result"]["isError"], true);
        assert!(text(&refused).contains("the limit is 65536"), "{refused}");
    });
}

/// MRTR-15: answers to questions that nobody asked do not count.
#[test]
fn answers_that_nobody_asked_for_are_not_remembered() {
    run(server(), async |mut client| {
        let junk = (0..1000).map(|number| (format!("junk{number}"), yes()));
        let answers: serde_json::Map<_, _> = junk.collect();
        let params = json!({
            "name": "charged", "arguments": {}, "inputResponses": answers,
        });
        let first = client.request("tools/call", params).await;
        let second = client.again("charged", json!({}), &first, all_yes(&first)).await;
        let answered = client.again("charged", json!({}), &second, all_yes(&second)).await;
        assert_eq!(text(&answered), "true true, charged 1, ran 1");
    });
}

/// MRTR-13: an answer that came without a state is carried along in the next one.
#[test]
fn an_answer_without_a_state_counts_in_later_rounds() {
    run(server(), async |mut client| {
        let asked = client.call("rounds", json!({ "count": 2 })).await;
        let params = json!({
            "name": "rounds", "arguments": { "count": 2 }, "inputResponses": all_yes(&asked),
        });
        let asked = client.request("tools/call", params).await;
        let answered = client.again("rounds", json!({ "count": 2 }), &asked, all_yes(&asked)).await;
        assert_eq!(text(&answered), "[true, true]");
    });
}

/// `block_on` would hold up the whole server, which could not read the answer.
#[test]
fn block_on_in_an_async_function_is_an_error() {
    run(server(), async |mut client| {
        let answer = client.call("blocks", json!({})).await;
        assert_eq!(answer["result"]["isError"], true);
        let what = "only the handler itself can wait for the user: use `.await` there";
        assert!(text(&answer).starts_with(what), "{answer}");
    });
}

/// A function that cannot wait is told so.
#[test]
fn a_plain_function_cannot_ask() {
    run(server(), async |mut client| {
        let answer = client.call("plain", json!({})).await;
        assert_eq!(answer["result"]["isError"], true);
        let what = "a plain `fn` cannot ask the user: make it an `async fn`";
        assert_eq!(text(&answer), what);
        assert_eq!(text(&client.call("echo", json!({ "text": "alive" })).await), "alive");
    });
}
