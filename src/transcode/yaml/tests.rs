use super::begins;
use crate::transcode::testing::{check, made};
use crate::transcode::{Recipe, SourceFormat, recognise};

fn recipe() -> Recipe {
    Recipe {
        shapes: vec![SourceFormat::Yaml],
    }
}

fn text(source: &str) -> String {
    let (text, _) = made(&recipe(), source.as_bytes(), usize::MAX >> 1);
    String::from_utf8(text).unwrap()
}

const PAGES: &str = "$ aws\n- Events:\n  - CloudTrailEvent: '{\"eventID\":\n      \"ü\"}'\n    EventId: ü\n    EventName: b\n    EventTime: 1.0\n  - EventId: 'c\n\n      d'\n    EventName: b\n    EventTime: 2\n  NextToken: t\n- Events: []\n\nAn error\n";

#[test]
fn an_event_is_a_line_and_a_page_begins_with_an_empty_list() {
    assert_eq!(
        text(PAGES),
        "$ aws\n{\"Events\":[]}\n{\"CloudTrailEvent\":{\"eventID\": \"ü\"},\"EventId\":\"ü\",\"EventName\":\"b\",\"EventTime\":1.0}\n{\"EventId\":\"c\\nd\",\"EventName\":\"b\",\"EventTime\":2}\n{\"Events\":[],\"NextToken\":\"t\"}\n{\"Events\":[]}\n\nAn error\n"
    );
}

#[test]
fn text_and_map_do_not_depend_on_the_pieces() {
    for source in [
        PAGES,
        "\u{feff}# x\r\n---\r\nEvents:\r\n- EventId: a\r\n  EventName: b\r\n",
        "- '{\"eventID\":\"ü\"}'\n- '{\"eventID\":\n  1}'\n",
        "NextToken: t\nEvents:\n\n# c\n  - EventId: \"\\x41\n",
        "Events:\n- EventId: a\n  EventName: [\n- \0\n-",
        "EventId: a\nEventName: b\nEventId: c\nEventName: d",
        "- NextToken: t\n  Events:\n  -\n    EventId: a\n",
        "Events:\n",
        "",
        "\n\n",
    ] {
        check(&recipe(), source.as_bytes());
    }
}

#[test]
fn keys_and_values_map_to_their_offsets() {
    let (text, origins) = made(&recipe(), PAGES.as_bytes(), 5);
    let text = String::from_utf8(text).unwrap();
    let find = |text: &str, what: &str| text.find(what).unwrap() as u64;
    for (made, source) in [
        ("{\"CloudTrailEvent", "- CloudTrailEvent"),
        ("{\"eventID\"", "'{\"eventID"),
        ("\"EventId\":\"ü\"", "EventId: ü"),
        ("\"ü\",\"EventName", "ü\n    EventName"),
        ("1.0", "1.0"),
        ("\n{\"EventId\":\"c", "\n  - EventId: 'c"),
        ("{\"EventId\":\"c", "- EventId: 'c"),
        ("{\"Events\":[],\"NextToken", "NextToken: t"),
        ("An error", "An error"),
    ] {
        assert_eq!(
            origins.source_of(find(&text, made)),
            find(PAGES, source),
            "{made}"
        );
    }
}

#[test]
fn an_incomplete_item_is_written_without_its_end() {
    for (source, made) in [
        ("Events:\n", "{\"Events\":[\n"),
        (
            "Events:\n- EventId: 'a",
            "{\"Events\":[]}\n{\"EventId\":null\n",
        ),
        (
            "Events:\n- Username: a\n  EventId: 'a",
            "{\"Events\":[]}\n{\"Username\":\"a\"\n",
        ),
        (
            "Events:\n- EventId: *a\n- x",
            "{\"Events\":[]}\n{\"EventId\":null?\n{\"EventId\":null\n",
        ),
        ("- '{\"eventID\": \"", "{\"eventID\":null\n"),
        ("- '{\"eventID\": }'\n", "\"{\\\"eventID\\\": }\"\n"),
    ] {
        assert_eq!(text(source), made, "{source}");
        check(&recipe(), source.as_bytes());
    }
}

#[test]
fn yaml_is_recognised_by_its_first_bytes() {
    for head in [
        "Events:\n- AccessKeyId: AKIA",
        "Events:\n- Acc",
        "---\nEvents:\n  - EventId: x",
        "\u{feff}# by hand\n%YAML 1.2\n---\nRecords:\n- eventVersion: '1.08'",
        "- Events:\n  - AccessKeyId: x",
        "Events: []",
        "- Events: []\n",
        "warning: old client\nEvents:\n\n- AccessKeyId: x",
        "- '{\"eventVersion\":\"1.08\"",
        "- \"{\\\"eventVersion\\\":\\\"1.08\\\"",
        "- - '{\"eventVersion\":\"1.08\"",
        "- AccessKeyId: x\n  CloudTrailEvent: '{",
        "- CloudTrailEvent: '{\"eventVersion\":\n    \"1.08\"",
        "- - EventId: x\n    EventName: y\n",
        "AccessKeyId: x\nCloudTrailEvent: y\n",
        "eventVersion: '1.08'\nuserIdentity:\n  type: x\neventTime: y\n",
        "NextToken: x\nEvents:\n- EventId: x\n",
        "'{\"eventVersion\":\"1.08\"",
    ] {
        assert!(begins(head.as_bytes()).is_some(), "{head}");
        let windows = head.replace('\n', "\r\n");
        assert!(begins(windows.as_bytes()).is_some(), "{head}");
    }
    for head in [
        "",
        "Events:\n",
        "Events:\n{\"Events\": [",
        "Events:\n- a dash in prose\n- another\n",
        "Events: none\n- EventId: x\n",
        "{\"Events\": [{\"EventId\": \"x\", \"EventName\": \"y\"}]}",
        "{\n  \"EventId\": \"x\",\n  \"EventName\": \"y\"\n}\n",
        "\"EventId\": \"x\",\n\"EventName\": \"y\"\n",
        "[\n  \"{\\\"eventVersion\\\":1}\"\n]\n",
        "userAgent: curl\nhost: x\n",
        "text\nEventId: x\nEventName: y\n",
        "- Name: x\n  EventName: y\n",
        "-----\n|Events|\n",
        "- - '2024'\n  - GetObject\n",
        "EVENTS\tAKIA\t{\"eventVersion\"",
    ] {
        assert!(begins(head.as_bytes()).is_none(), "{head}");
    }
    let utf16: Vec<u8> = "\u{feff}Events: []\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let recipe = recognise(&utf16).unwrap();
    assert_eq!(recipe.shapes().last(), Some(&SourceFormat::Yaml));
    let (text, _) = made(&recipe, &utf16, 3);
    assert_eq!(text, b"\n{\"Events\":[]}\n");
}
