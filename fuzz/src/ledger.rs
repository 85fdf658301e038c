//! Counts what the readers hold at a time and stops the process where it is too much: the fuzzer
//! itself looks once a second only, and counts its own memory in.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes; nothing that a stranger sends may make a reader hold more.
const MOST: usize = 200_000_000;

pub struct Ledger {
    held: AtomicUsize,
}

impl Ledger {
    pub const fn new() -> Self {
        Self {
            held: AtomicUsize::new(0),
        }
    }

    fn take(&self, bytes: usize) {
        if self.held.fetch_add(bytes, Relaxed) + bytes > MOST {
            // Who reports this needs memory, too.
            self.held.store(0, Relaxed);
            eprintln!("a reader holds more than {MOST} bytes");
            std::process::abort();
        }
    }

    fn give(&self, bytes: usize) {
        let left = |held: usize| Some(held.saturating_sub(bytes));
        let _ = self.held.fetch_update(Relaxed, Relaxed, left);
    }
}

// SAFETY: counts, and leaves the rest to the system's allocator.
unsafe impl GlobalAlloc for Ledger {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.take(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.take(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        self.give(layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        self.take(size);
        self.give(layout.size());
        unsafe { System.realloc(pointer, layout, size) }
    }
}
