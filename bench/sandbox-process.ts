/** Runs a sandbox in a process of its own, so that its work does not count as ours. Options come as JSON. */
import { startSandbox } from '../src/sandbox/index.ts';
import type { SandboxOptions } from '../src/sandbox/types.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as Partial<SandboxOptions>;
const box = await startSandbox(options);
process.stdout.write(`${JSON.stringify({ url: box.url, env: box.env })}\n`);
// Ends with the process that started it.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
