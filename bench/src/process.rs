//! What Linux tells about a process: the CPU time that it took and the memory that it holds.

use std::path::PathBuf;

use anyhow::Context;

/// The CPU time of a process so far, in seconds (fields 14 and 15 of its `stat`, in hundredths).
pub fn cpu_seconds(process: u32) -> anyhow::Result<f64> {
    let text = read(process, "stat")?;
    // The second field is a name in brackets and may hold anything.
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks =
        |field: usize| fields.get(field).and_then(|ticks| ticks.parse::<u64>().ok()).context("a process's stat");
    Ok((ticks(11)? + ticks(12)?) as f64 / 100.0)
}

/// The resident memory of a process now, in MiB.
pub fn resident_mib(process: u32) -> anyhow::Result<f64> {
    status_mib(process, "VmRSS:")
}

/// The most resident memory that a process ever had, in MiB.
pub fn peak_mib(process: u32) -> anyhow::Result<f64> {
    status_mib(process, "VmHWM:")
}

/// How many files and sockets a process holds open.
pub fn open_files(process: u32) -> anyhow::Result<usize> {
    Ok(std::fs::read_dir(format!("/proc/{process}/fd")).context("counting open files")?.count())
}

fn status_mib(process: u32, field: &str) -> anyhow::Result<f64> {
    let text = read(process, "status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)).context("a process's status")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().context("a process's memory")?;
    Ok(kib / 1_024.0)
}

fn read(process: u32, file: &str) -> anyhow::Result<String> {
    let path = PathBuf::from(format!("/proc/{process}/{file}"));
    std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_can_look_at_itself() {
        let own = std::process::id();
        assert!(cpu_seconds(own).unwrap() >= 0.0);
        assert!(resident_mib(own).unwrap() <= peak_mib(own).unwrap());
        assert!(open_files(own).unwrap() >= 3);
    }
}
