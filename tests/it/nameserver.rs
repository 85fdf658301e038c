//! A nameserver of few words (RFC 1035), with the records that a test gives it.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Answers on a thread of its own until it is dropped.
pub(crate) struct Nameserver {
    pub(crate) address: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl Nameserver {
    /// Lines of name, type and value, such as `example.com TXT v=spf1 -all`.
    pub(crate) fn with(records: &str) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        // Only to look now and then whether it is over.
        socket
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let address = socket.local_addr().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let records: Vec<Record> = records.lines().filter_map(Record::read).collect();
        std::thread::spawn(move || {
            let mut space = [0; 4096];
            while !stopped.load(Ordering::Relaxed) {
                if let Ok((count, from)) = socket.recv_from(&mut space) {
                    let _ = socket.send_to(&answer(&space[..count], &records), from);
                }
            }
        });
        Self { address, stop }
    }
}

impl Drop for Nameserver {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct Record {
    name: String,
    kind: u16,
    data: Vec<u8>,
}

impl Record {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.trim().splitn(3, ' ');
        let (name, kind, value) = (words.next()?, words.next()?, words.next()?);
        let (kind, data) = match kind {
            "A" => (1, value.parse::<Ipv4Addr>().unwrap().octets().to_vec()),
            "PTR" => (12, encoded(value)),
            "MX" => (15, [vec![0, 10], encoded(value)].concat()),
            "TXT" => (16, strings(value)),
            other => panic!("{other}"),
        };
        Some(Self {
            name: name.to_ascii_lowercase(),
            kind,
            data,
        })
    }
}

/// At most 255 bytes each.
fn strings(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(255)
        .flat_map(|part| {
            let length = u8::try_from(part.len()).unwrap();
            [&[length], part].concat()
        })
        .collect()
}

fn encoded(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.trim_end_matches('.').split('.') {
        bytes.push(u8::try_from(label.len()).unwrap());
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    bytes
}

fn answer(question: &[u8], records: &[Record]) -> Vec<u8> {
    let mut labels = Vec::new();
    let mut at = 12;
    while question[at] != 0 {
        let end = at + 1 + usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..end]).to_ascii_lowercase());
        at = end;
    }
    let name = labels.join(".");
    let kind = u16::from_be_bytes([question[at + 1], question[at + 2]]);
    let found: Vec<_> = records
        .iter()
        .filter(|record| record.name == name && record.kind == kind)
        .collect();
    let known = records.iter().any(|record| record.name == name);
    // Answer, recursion as asked; a name that nobody has is NXDOMAIN.
    let mut bytes = vec![
        question[0],
        question[1],
        0x81,
        if known { 0x80 } else { 0x83 },
    ];
    bytes.extend([0, 1, 0, u8::try_from(found.len()).unwrap(), 0, 0, 0, 0]);
    bytes.extend(&question[12..at + 5]);
    for record in found {
        bytes.extend([0xc0, 12]);
        bytes.extend(record.kind.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 0, 60]);
        bytes.extend(u16::try_from(record.data.len()).unwrap().to_be_bytes());
        bytes.extend(&record.data);
    }
    bytes
}
