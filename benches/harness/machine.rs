//! Describes the machine, in a few lines before the results.

use std::fs;

use chrono::Utc;

/// Number of threads that run at the same time.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Prints the machine and the time.
pub fn print() {
    let threads = threads();
    let plural = if threads == 1 { "" } else { "s" };
    println!("cpu      {}, {threads} thread{plural}", processor());
    println!("system   {}", system());
    if let Some(memory) = memory() {
        println!("memory   {memory:.1} GB");
    }
    println!(
        "version  trailsift {}, {}",
        env!("CARGO_PKG_VERSION"),
        Utc::now().format("%Y-%m-%d %H:%M UTC")
    );
}

/// The value after a name in a file of lines.
fn value(file: &str, name: &str, between: char) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let mut lines = text.lines().filter_map(|line| line.split_once(between));
    let (_, value) = lines.find(|(key, _)| key.trim() == name)?;
    Some(value.trim().trim_matches('"').to_owned())
}

fn processor() -> String {
    let model = value("/proc/cpuinfo", "model name", ':');
    model.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn system() -> String {
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let os = std::env::consts::OS;
    let name = value("/etc/os-release", "PRETTY_NAME", '=');
    let name = name.map(|name| format!(", {name}")).unwrap_or_default();
    format!("{os} {}{name}", kernel.trim())
}

/// In GB.
fn memory() -> Option<f64> {
    let total = value("/proc/meminfo", "MemTotal", ':')?;
    let kib: f64 = total.split(' ').next()?.parse().ok()?;
    Some(kib * 1024.0 / 1e9)
}
