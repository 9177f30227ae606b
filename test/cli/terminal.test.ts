import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { showProgress } from '../../src/cli/progress.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { cli, folder } from './command-line.ts';

/** A screen of 40 columns that keeps what is written to it. */
function screen(env: Record<string, string> = {}) {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const output = Object.assign(stream, { columns: 40 });
  const isTTY = { stdin: true, stdout: true, stderr: true };
  const io = { env, cwd: '/', stdin: Readable.from([]), stdout: output, stderr: output, isTTY };
  return { terminal: new Terminal(io, false), written };
}

test('progress rewrites one line, which is gone before anything else is written', () => {
  const { terminal, written } = screen({ NO_COLOR: '1' });
  const progress = showProgress(terminal);
  progress({ phase: 'contacts', done: 5, total: 10 });
  terminal.note('a line of the log');
  terminal.print('the result');
  terminal.end();
  progress({ phase: 'contacts', done: 6, total: 10 });
  assert.deepEqual(written, [
    '\r\u001B[2K██████████░░░░░░░░░░ sending contacts:…',
    '\r\u001B[2K',
    'a line of the log\n',
    '\r\u001B[2K██████████░░░░░░░░░░ sending contacts:…',
    '\r\u001B[2K',
    'the result\n',
  ]);
});

test('colour is for screens, and not for those that do not want it', () => {
  assert.equal(screen().terminal.paint('green', 'ok'), '\u001B[32mok\u001B[39m');
  assert.equal(screen({ NO_COLOR: '1' }).terminal.paint('green', 'ok'), 'ok');
  assert.equal(screen({ TERM: 'dumb' }).terminal.paint('green', 'ok'), 'ok');
});

test('what the environment says wins over the .env file', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, '.env'), 'BREVO_API_KEY=a-key\nBREVO_API_URL=http://file.example\n');
  const list = async (env: Record<string, string>): Promise<string | undefined> => {
    const { stdout } = await cli({ cwd, env }, 'connections', 'list', '--json');
    assert.doesNotMatch(stdout, /a-key/);
    const rows = JSON.parse(stdout) as { name: string; servers: { api?: string } }[];
    return rows.find(({ name }) => name === 'brevo')?.servers.api;
  };
  assert.equal(await list({}), 'http://file.example');
  assert.equal(await list({ BREVO_API_URL: 'http://real.example' }), 'http://real.example');
});
