import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test, type TestContext } from 'node:test';
import { startSandbox, type Sandbox } from '../src/sandbox/index.ts';
import { bareEnvironment } from './bare-environment.ts';

const folder = join(dirname(import.meta.dirname), 'examples');
const programs = readdirSync(folder).filter((name) => name.endsWith('.ts'));

describe('the examples', { concurrency: 2 }, () => {
  let box: Sandbox;
  let state = '';

  before(async () => {
    box = await startSandbox({ plan: 'unlimited', readLag: 0 });
    state = mkdtempSync(join(tmpdir(), 'trunkline-examples-'));
  });
  after(async () => {
    await box.close();
    rmSync(state, { recursive: true });
  });

  async function run(t: Pick<TestContext, 'after'>, name: string, over: Record<string, string> = {}) {
    const child = spawn(process.execPath, [join(folder, name)], {
      // Next to nothing of this process: an example must run with what the sandbox prints.
      env: {
        ...bareEnvironment(),
        ...box.env,
        ZOOM_PLAN: 'unlimited',
        BREVO_PLAN: 'unlimited',
        TRUNKLINE_DATA_DIR: join(state, `${name}${Object.keys(over).join('-')}`),
        ...over,
      },
      cwd: state,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    const ended = once(child, 'close') as Promise<[number | null]>;
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, said: `${stdout}${stderr}` };
  }

  for (const name of programs) {
    test(`${name} does what it says`, async (t) => {
      const { code, said } = await run(t, name);
      assert.equal(code, 0, said);
    });
  }

  test('one that finds something wrong ends with an error', async (t) => {
    const webhooks = await run(t, 'handle-zoom-webhooks.ts', { ZOOM_WEBHOOK_SECRET: 'another' });
    assert.equal(webhooks.code, 1);
    const people = await run(t, 'sync-meeting-participants.ts', { BREVO_API_KEY: 'wrong' });
    assert.equal(people.code, 1);
  });

  test('each stands in the README of the folder, with the import line for users', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    assert.ok(programs.length >= 8);
    for (const name of programs) {
      assert.ok(readme.includes(`](${name})`), name);
      const source = readFileSync(join(folder, name), 'utf8');
      const imported = /^import (\{ .+ \}) from '\.\.\/src\/index\.ts';$/m.exec(source)?.[1] ?? '';
      assert.ok(
        source.includes(`In your own project the import is: import ${imported} from 'trunkline';`),
        name,
      );
    }
  });
});
