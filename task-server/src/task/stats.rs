//! What can be told about many tasks: how many there are of each kind.

use mcp_runtime::data;

use super::{Priority, Status};

/// How many tasks there are, by status and by priority; each row of counts adds up to `total`.
#[data]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stats {
    /// All tasks.
    pub total: u64,
    /// The tasks of each status.
    pub by_status: StatusCounts,
    /// The tasks of each priority.
    pub by_priority: PriorityCounts,
}

impl Stats {
    /// Counts `count` more tasks of this status and priority.
    pub(crate) fn add(&mut self, status: Status, priority: Priority, count: u64) {
        self.total += count;
        *match status {
            Status::Pending => &mut self.by_status.pending,
            Status::InProgress => &mut self.by_status.in_progress,
            Status::Completed => &mut self.by_status.completed,
        } += count;
        *match priority {
            Priority::Low => &mut self.by_priority.low,
            Priority::Medium => &mut self.by_priority.medium,
            Priority::High => &mut self.by_priority.high,
            Priority::Urgent => &mut self.by_priority.urgent,
        } += count;
    }
}

/// How many tasks have each status.
#[data]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StatusCounts {
    /// Tasks not begun.
    pub pending: u64,
    /// Tasks begun and not done.
    pub in_progress: u64,
    /// Tasks done.
    pub completed: u64,
}

impl StatusCounts {
    /// The count of one status.
    pub const fn of(&self, status: Status) -> u64 {
        match status {
            Status::Pending => self.pending,
            Status::InProgress => self.in_progress,
            Status::Completed => self.completed,
        }
    }
}

/// How many tasks have each priority.
#[data]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PriorityCounts {
    /// Tasks for when there is time.
    pub low: u64,
    /// Tasks as any other.
    pub medium: u64,
    /// Tasks that go before others.
    pub high: u64,
    /// Tasks to be done at once.
    pub urgent: u64,
}

impl PriorityCounts {
    /// The count of one priority.
    pub const fn of(&self, priority: Priority) -> u64 {
        match priority {
            Priority::Low => self.low,
            Priority::Medium => self.medium,
            Priority::High => self.high,
            Priority::Urgent => self.urgent,
        }
    }
}
