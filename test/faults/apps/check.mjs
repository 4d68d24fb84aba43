// Preloaded after the register: leaves the self-check of the end of the process, and its peak of memory.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const check = globalThis[Symbol.for('crawlscope.self-check')]?.();
  const { maxRSS } = process.resourceUsage();
  if (process.env.CHECK_FILE) writeFileSync(process.env.CHECK_FILE, JSON.stringify({ ...check, megabytes: maxRSS / 1024 }));
});
