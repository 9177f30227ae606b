import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A program of these tests in a process of its own, and the lines it has printed. */
export interface Child {
  process: ChildProcess;
  lines: string[];
  /** Resolves when the line is printed. */
  line(text: string): Promise<void>;
  /** kill -9, and waits for the end. */
  kill(): Promise<void>;
}

/** Starts `test/<file>` under the Node that runs the test. */
export function startChild(file: string, args: readonly string[]): Child {
  const program = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const closed = once(reader, 'close');
  const exited = once(child, 'exit');
  return {
    process: child,
    lines,
    async line(text) {
      while (!lines.includes(text)) {
        const ended = await Promise.race([once(reader, 'line').then(() => false), closed.then(() => true)]);
        if (ended && !lines.includes(text)) throw new Error(`${file} ended before it printed ${text}`);
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await Promise.all([exited, closed]);
    },
  };
}
