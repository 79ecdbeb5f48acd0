//! The HTML report in Chromium: it makes no requests, causes no errors, can be read without scripts, sorts and filters
//! with them, and hostile text in it has no effect. Screenshots go to `target/report/`.
//!
//! The tests control Chromium over a pair of pipes (`--remote-debugging-pipe`, Chrome DevTools Protocol), so that they
//! need no network.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::report::DUMP;
use crate::support::program::{Dir, trailsift};

/// A browser with one page.
struct Browser {
    child: Child,
    ask: File,
    answers: BufReader<File>,
    session: Option<String>,
    next: u64,
    /// What happened meanwhile: method and parameters.
    events: Vec<(String, Value)>,
    _dir: Dir,
}

impl Browser {
    fn start() -> Browser {
        let dir = Dir::new();
        let [ask, answers] = ["ask", "answers"].map(|name| {
            let path = dir.path(name);
            let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo");
            assert!(made.success());
            path
        });
        // Without a sandbox, since the tests may run as root in a container; the page is our own.
        let line = r#"exec chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
            --user-data-dir="$3" --remote-debugging-pipe about:blank 3<"$1" 4>"$2""#;
        let child = Command::new("sh")
            .args(["-c", line, "sh"])
            .args([&ask, &answers, &dir.path("profile")])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let ask = OpenOptions::new().write(true).open(ask).expect("a pipe");
        let answers = BufReader::new(File::open(answers).expect("a pipe"));
        let mut browser = Browser {
            child,
            ask,
            answers,
            session: None,
            next: 0,
            events: Vec::new(),
            _dir: dir,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.call("Target.attachToTarget", attach);
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network", "DOM"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    fn read(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.answers.read_until(0, &mut bytes).expect("an answer");
        bytes.pop();
        serde_json::from_slice(&bytes).expect("the browser is there, and speaks JSON")
    }

    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.next += 1;
        let mut message = json!({"id": self.next, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = session.clone().into();
        }
        self.ask
            .write_all(format!("{message}\0").as_bytes())
            .expect("a pipe");
        loop {
            let answer = self.read();
            if answer["id"] == self.next {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.note(answer);
        }
    }

    fn note(&mut self, message: Value) {
        if let Some(method) = message["method"].as_str() {
            self.events
                .push((method.to_owned(), message["params"].clone()));
        }
    }

    /// Opens a file, and waits until it is all there.
    fn open(&mut self, path: &Path) {
        self.events.clear();
        self.call(
            "Page.navigate",
            json!({"url": format!("file://{}", path.display())}),
        );
        while !self
            .events
            .iter()
            .any(|(method, _)| method == "Page.loadEventFired")
        {
            let message = self.read();
            self.note(message);
        }
    }

    fn value(&mut self, script: &str) -> Value {
        let asked = json!({"expression": script, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", asked);
        assert!(
            answer.get("exceptionDetails").is_none(),
            "{script}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    fn of(&self, wanted: &str) -> Vec<&Value> {
        let events = self.events.iter().filter(|(method, _)| method == wanted);
        events.map(|(_, parameters)| parameters).collect()
    }

    /// Only the file itself was requested, and there were no messages.
    fn is_quiet(&self) {
        assert_eq!(
            self.of("Network.requestWillBeSent").len(),
            1,
            "{:?}",
            self.events
        );
        for unwanted in [
            "Log.entryAdded",
            "Runtime.exceptionThrown",
            "Runtime.consoleAPICalled",
            "Page.javascriptDialogOpening",
        ] {
            assert!(self.of(unwanted).is_empty(), "{:?}", self.of(unwanted));
        }
    }

    fn screenshot(&mut self, name: &str, width: u64, scheme: &str) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size);
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", features);
        // Nothing is wider than the screen; wide tables scroll by themselves.
        // Boxes and pieces of text that leave it, for the message.
        let wide = "(() => { const found = []; const edge = document.documentElement.clientWidth; \
            for (const it of document.querySelectorAll('body *')) { if (it.closest('.chart')) continue; \
            if (it.scrollWidth > it.clientWidth + 1 && it.clientWidth > 0 || it.getBoundingClientRect().right > edge) \
            found.push(it.tagName + '.' + it.className + ' ' + it.scrollWidth + ' ' + it.clientWidth + ' ' + it.textContent.slice(0, 60)); } \
            return found; })()";
        let overflow =
            "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let (overflow, wide) = (self.value(overflow), self.value(wide));
        assert_eq!(overflow, 0, "{name}: {wide}");
        let whole = json!({"captureBeyondViewport": true});
        let picture = self.call("Page.captureScreenshot", whole);
        let bytes = STANDARD.decode(picture["data"].as_str().expect("a picture"));
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/report");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(name), bytes.expect("base64")).expect("a file");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn page(dir: &Dir) -> PathBuf {
    let path = dir.path("report.html");
    let path_text = path.to_str().expect("UTF-8").to_owned();
    let arguments = ["report", "--format", "html", "-o", &path_text, DUMP];
    trailsift(arguments).got().ends(0);
    path
}

#[test]
#[ignore = "needs chromium"]
fn a_browser_shows_all_of_it_and_asks_for_nothing() {
    let dir = Dir::new();
    let path = page(&dir);
    let mut browser = Browser::start();
    browser.open(&path);
    browser.is_quiet();
    let text = browser.value("document.body.innerText");
    let text = text.as_str().expect("text");
    for expected in [
        "AKIAALICEEXAMPLE0001",
        "logging stopped",
        "service control policy",
        "sg-05c221c6913c39ecf 0.0.0.0/0:22",
        "</script><script>alert(1)</script>",
        "already above: a cycle",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
    assert_eq!(browser.value("document.scripts.length"), 1);
    assert_eq!(
        browser.value("document.querySelectorAll('a:not([href^=\"#\"])').length"),
        0
    );
    // Every link leads to something.
    let dangling = "[...document.querySelectorAll('a')].filter((a) => !document.getElementById(a.hash.slice(1))).length";
    assert_eq!(browser.value(dangling), 0);
    // Every table has a heading to each column, every chart a text.
    let odd = "[...document.querySelectorAll('tbody tr')].filter((row) => \
               row.cells.length !== row.closest('table').tHead.rows[0].cells.length).length";
    assert_eq!(browser.value(odd), 0);
    assert_eq!(
        browser.value("document.querySelectorAll('svg:not([aria-label])').length"),
        0
    );
    browser.screenshot("light.png", 1280, "light");
    browser.screenshot("dark.png", 1280, "dark");
    browser.screenshot("narrow.png", 390, "light");
    browser.is_quiet();
}

#[test]
#[ignore = "needs chromium"]
fn tables_sort_and_filter_by_click_and_by_key() {
    let dir = Dir::new();
    let path = page(&dir);
    let mut browser = Browser::start();
    browser.open(&path);
    let first = "document.querySelector('#calls table tbody tr td:nth-child(5)').textContent";
    let before = browser.value(first);
    browser.value("document.querySelector('#calls th:nth-child(5) button').click()");
    let up = browser.value(first);
    assert_ne!(before, up);
    assert_eq!(
        browser.value("document.querySelector('#calls th:nth-child(5)').ariaSort"),
        "ascending"
    );
    browser.value("document.querySelector('#calls th:nth-child(5) button').click()");
    assert_ne!(browser.value(first), up);
    // A heading is reached and pressed by keyboard, too.
    browser.value("document.querySelector('#calls th:nth-child(1) button').focus()");
    for kind in ["keyDown", "keyUp"] {
        let key = json!({"type": kind, "key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 13});
        browser.call("Input.dispatchKeyEvent", key);
    }
    assert_eq!(
        browser.value("document.querySelector('#calls th:nth-child(1)').ariaSort"),
        "descending"
    );
    let visible = "[...document.querySelectorAll('#events tbody tr')].filter((row) => row.offsetParent).length";
    let all = browser.value(visible).as_u64().expect("a number");
    browser.value(
        "(() => { const input = document.querySelector('#events input'); input.value = 'StopLogging'; \
         input.dispatchEvent(new Event('input')); })()",
    );
    let left = browser.value(visible).as_u64().expect("a number");
    assert!(left >= 1 && left < all, "{left} of {all}");
    browser.is_quiet();
}

#[test]
#[ignore = "needs chromium"]
fn a_number_leads_to_its_events() {
    let dir = Dir::new();
    let path = page(&dir);
    let mut browser = Browser::start();
    browser.open(&path);
    // A number of events is a link, a zero is not.
    let numbers = "[...document.querySelectorAll('#calls td.n:not([data-title=share])')]";
    let plain = format!(
        "{numbers}.filter((cell) => /[1-9]/.test(cell.textContent) && !cell.querySelector('a')).length"
    );
    assert_eq!(browser.value(&plain), 0);
    let links = browser.value(&format!(
        "{numbers}.filter((cell) => cell.querySelector('a')).length"
    ));
    assert!(links.as_u64() > Some(10), "{links}");
    let denied = "document.querySelector('#calls td[data-title=denied] a')";
    let target = format!("document.getElementById({denied}.hash.slice(1))");
    let is_open = format!("{target}.closest('details').open");
    assert_eq!(browser.value(&is_open), false);
    browser.value(&format!("{denied}.click()"));
    assert_eq!(browser.value(&is_open), true);
    let said = browser.value(&format!("{target}.innerText + '/' + {denied}.textContent"));
    let said = said.as_str().expect("text");
    let (link, number) = said.rsplit_once('/').expect("both");
    assert!(link.contains(&format!("{number} denied")), "{said}");
    assert!(
        link.contains("trailsift list") && link.contains("outcome = denied"),
        "{said}"
    );
    browser.is_quiet();
}

#[test]
#[ignore = "needs chromium"]
fn all_of_it_is_there_without_scripts_and_in_print() {
    let dir = Dir::new();
    let path = page(&dir);
    let mut browser = Browser::start();
    browser.call(
        "Emulation.setScriptExecutionDisabled",
        json!({"value": true}),
    );
    browser.open(&path);
    let root = browser.call("DOM.getDocument", json!({"depth": 0}));
    let html = browser.call(
        "DOM.getOuterHTML",
        json!({"nodeId": root["root"]["nodeId"]}),
    );
    let html = html["outerHTML"].as_str().expect("HTML");
    assert!(html.contains("StopLogging") && !html.contains("<label"));
    let pdf = browser.call("Page.printToPDF", json!({}));
    assert!(pdf["data"].as_str().expect("a document").len() > 10_000);
    browser.is_quiet();
}
