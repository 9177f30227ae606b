/** Loaded before a program: leaves the peak of its memory, in MB, in the file that PEAK_MEMORY_FILE names. */
import { readFileSync, writeFileSync } from 'node:fs';

/** The most memory that this process has had, in MB. */
export function peakMb(): number {
  // Linux begins the other figure, maxRSS, with the memory of the process that started this one.
  const [, kb] = process.platform === 'linux' ? (/^VmHWM:\s*(\d+) kB$/m.exec(status()) ?? []) : [];
  return (kb === undefined ? process.resourceUsage().maxRSS : Number(kb)) / 1024;
}

function status(): string {
  return readFileSync('/proc/self/status', 'utf8');
}

process.on('exit', () => {
  const file = process.env['PEAK_MEMORY_FILE'];
  if (file) writeFileSync(file, String(peakMb()));
});
