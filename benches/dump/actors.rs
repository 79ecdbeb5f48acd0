//! Identities, calls and their frequencies: weighted random choices, the same on every run.

use fastrand::Rng;

use super::names::{
    ACCOUNT, NOUNS, RARE_KEY, RARE_USER, READING_VERBS, ROLES, SERVICES, USERS, VERBS,
};

/// Items of which the first ones are drawn most often, by Zipf's law.
pub struct Ranked<T> {
    items: Vec<T>,
    /// Sums of the weights up to each.
    sums: Vec<f64>,
}

impl<T> Ranked<T> {
    /// The weight of the nth item, from 1, is one by the nth part to this power.
    pub fn new(items: Vec<T>, power: f64) -> Self {
        let mut sum = 0.0;
        let sums = (1..=items.len()).map(|nth| {
            sum += (nth as f64).powf(-power);
            sum
        });
        Ranked {
            sums: sums.collect(),
            items,
        }
    }

    pub fn draw(&self, chance: &mut Rng) -> &T {
        let whole = self.sums.last().copied().unwrap_or_default();
        let drawn = chance.f64() * whole;
        let nth = self.sums.partition_point(|sum| *sum <= drawn);
        &self.items[nth.min(self.items.len() - 1)]
    }
}

/// A call of a service.
pub struct Call {
    /// With the domain: `s3.amazonaws.com`.
    pub source: String,
    pub name: String,
    pub is_read: bool,
}

/// A role and the values of its sessions.
pub struct Role {
    pub name: &'static str,
    /// `AROA…`
    pub id: String,
    /// `ASIA…`
    pub keys: Vec<String>,
}

/// An IAM user.
pub struct User {
    pub name: &'static str,
    /// `AKIA…`
    pub key: String,
}

/// The identities of the account.
pub struct Cast {
    pub calls: Ranked<Call>,
    pub roles: Ranked<Role>,
    pub users: Vec<User>,
    pub addresses: Ranked<String>,
}

impl Cast {
    pub fn new(chance: &mut Rng) -> Cast {
        let users = USERS.into_iter().map(|name| User {
            name,
            key: match name {
                RARE_USER => RARE_KEY.to_owned(),
                _ => id("AKIA", chance),
            },
        });
        let users = users.collect();
        let roles = ROLES.into_iter().map(|name| Role {
            name,
            id: id("AROA", chance),
            keys: (0..12).map(|_| id("ASIA", chance)).collect(),
        });
        Cast {
            roles: Ranked::new(roles.collect(), 1.2),
            users,
            calls: Ranked::new(calls(chance), 1.1),
            addresses: Ranked::new(addresses(), 1.0),
        }
    }
}

impl User {
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{ACCOUNT}:user/{}", self.name)
    }
}

impl Role {
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{ACCOUNT}:role/{}", self.name)
    }
}

/// Four hundred different calls in any order.
fn calls(chance: &mut Rng) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    while calls.len() < 400 {
        let service = match SERVICES.get(calls.len()) {
            Some(service) => service,
            None => SERVICES[chance.usize(..30)],
        };
        let verb = chance.usize(..VERBS.len());
        let name = format!("{}{}", VERBS[verb], NOUNS[chance.usize(..NOUNS.len())]);
        let source = format!("{service}.amazonaws.com");
        let is_new = !calls
            .iter()
            .any(|call| call.source == source && call.name == name);
        if is_new {
            calls.push(Call {
                source,
                name,
                is_read: verb < READING_VERBS,
            });
        }
    }
    chance.shuffle(&mut calls);
    calls
}

fn addresses() -> Vec<String> {
    let mut all: Vec<String> = (1..60).map(|host| format!("203.0.113.{host}")).collect();
    let others = [
        "198.51.100.7",
        "config.amazonaws.com",
        "AWS Internal",
        "2001:db8::1",
    ];
    all.extend(others.map(str::to_owned));
    all
}

/// An identifier as IAM makes them.
pub fn id(prefix: &str, chance: &mut Rng) -> String {
    format!("{prefix}{}", letters(16, chance))
}

/// Base 32 text.
pub fn letters(length: usize, chance: &mut Rng) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letter = |_| char::from(ALPHABET[chance.usize(..32)]);
    (0..length).map(letter).collect()
}

/// Hexadecimal text.
pub fn hex(length: usize, chance: &mut Rng) -> String {
    let digit = |_| char::from(b"0123456789abcdef"[chance.usize(..16)]);
    (0..length).map(digit).collect()
}
