/** One activation in a process of its own, so that its memory can be told from that of the bench. */
import { App, loadConfig } from '../src/app/index.ts';

const app = new App(loadConfig({ env: process.env, cwd: process.cwd(), readFile: () => undefined }));
const started = performance.now();
const until = Date.now();
const summary = await app.activate({ since: until - 175 * 24 * 3600_000, until }, () => undefined);
await app.close();
const { contacts, events, calls, refusedForRate, failed } = summary;
const seconds = (performance.now() - started) / 1000;
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(
  `${JSON.stringify({ contacts, events, calls, refusedForRate, failed: failed.length, seconds, peakMb })}\n`,
);
