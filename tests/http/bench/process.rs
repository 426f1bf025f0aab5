//! A server as a process, and what the kernel knows of it.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::figures::Kind;

pub(crate) type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// The core of the server, and that of the load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cores {
    pub(crate) server: usize,
    pub(crate) load: usize,
}

impl Cores {
    /// Two cores that may be used; on a machine with one, they are the same.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn find() -> Result<Self> {
        let allowed = sched_getaffinity(None)?;
        let mut cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
        let load = cores.next().ok_or("no core to run on")?;
        Ok(Self { server: cores.next_back().unwrap_or(load), load })
    }
}

/// Where the programs of the servers are that are not built with this one.
#[derive(Debug)]
pub(crate) struct Programs {
    rmcp: PathBuf,
    cores: Cores,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// Kept open, so that the server can go on to write to it.
    _stderr: BufReader<ChildStderr>,
}

impl Programs {
    /// Finds the programs; the one on the SDK, which is a package of its own, is built if asked.
    ///
    /// # Errors
    /// If it cannot be built.
    pub(crate) fn find(cores: Cores, is_built: bool) -> Result<Self> {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/rmcp-http/Cargo.toml");
        // Beside the profile's folder, wherever that is.
        let profile = Path::new(env!("CARGO_BIN_EXE_bench-server")).parent();
        let target = profile.and_then(Path::parent).ok_or("no target folder")?.join("peers");
        let programs = Self { rmcp: target.join("release").join("rmcp-http-server"), cores };
        if !is_built {
            return Ok(programs);
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--release", "--locked", "--manifest-path", manifest, "--target-dir"])
            .arg(&target)
            .status()?;
        if !built.success() {
            return Err(format!("{manifest} cannot be built: {built}").into());
        }
        Ok(programs)
    }

    /// Starts a server on its core. The one on the SDK is told whether it has sessions.
    ///
    /// # Errors
    /// If it does not start.
    pub(crate) fn start(&self, kind: Kind, has_sessions: bool) -> Result<Server> {
        let mut command = Command::new(match kind {
            Kind::Ours => Path::new(env!("CARGO_BIN_EXE_bench-server")),
            Kind::Floor => Path::new(env!("CARGO_BIN_EXE_bench-floor")),
            Kind::Documented | Kind::Best => &self.rmcp,
        });
        if kind == Kind::Best {
            command.arg("--best");
        }
        if has_sessions && [Kind::Best, Kind::Documented].contains(&kind) {
            command.arg("--sessions");
        }
        // A process inherits its core, and sees from its first line on that it has no other.
        pin(self.cores.server)?;
        let child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn();
        pin(self.cores.load)?;
        let mut child = child?;
        let mut stderr = BufReader::new(child.stderr.take().ok_or("no stderr")?);
        let mut line = String::new();
        stderr.read_line(&mut line)?;
        let url = line.split("http://").nth(1).and_then(|url| url.split('/').next());
        let address = url.ok_or(line.clone())?.parse()?;
        Ok(Server { child, address, _stderr: stderr })
    }
}

impl Server {
    /// The processor time of all threads that are alive, in nanoseconds from the scheduler.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let mut sum = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may end between the two.
            if let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) {
                sum += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
            }
        }
        Ok(Duration::from_nanos(sum))
    }

    /// Resident memory, in KiB.
    pub(crate) fn resident_kib(&self) -> Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_ascii_whitespace().next());
        Ok(number.ok_or("the status of the process cannot be read")?.parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing more can be done about one that cannot be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps this thread, and all that it starts, on one core. Done with a system call rather than with
/// `taskset`, which is not everywhere.
fn pin(core: usize) -> Result<()> {
    let mut only = CpuSet::new();
    only.set(core);
    Ok(sched_setaffinity(None, &only)?)
}
