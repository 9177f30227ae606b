/** Loaded before a program: leaves the peak of its memory, in MB, in the file that PEAK_MEMORY_FILE names. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const file = process.env['PEAK_MEMORY_FILE'];
  if (file) writeFileSync(file, String(process.resourceUsage().maxRSS / 1024));
});
