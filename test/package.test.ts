import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { VERSION } from '../src/app/version.ts';
import { build } from '../tools/build.ts';

const root = dirname(import.meta.dirname);
const fixtures = join(import.meta.dirname, 'fixtures/package');

// npm and the installed command find `node` by PATH, and the one that runs this test is the one that is meant.
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
};

function run(cwd: string, program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
  assert.equal(status, 0, `${program} ${args.join(' ')}\n${String(error ?? '')}${stdout}${stderr}`);
  return stdout;
}

describe('the package as it is published', () => {
  let folder = '';
  let packed: { filename: string; files: { path: string; mode: number }[] };
  const consumer = () => join(folder, 'consumer');

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trunkline-package-'));
    // A copy is packed, so that tests and builds beside this one do not meet; its `src` and `.env` must stay out.
    const stage = join(folder, 'stage');
    mkdirSync(join(stage, 'src'), { recursive: true });
    for (const name of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'migrations']) {
      cpSync(join(root, name), join(stage, name), { recursive: true });
    }
    writeFileSync(join(stage, 'src/index.ts'), '');
    writeFileSync(join(stage, '.env'), 'BREVO_API_KEY=secret');
    await build(join(stage, 'dist'));
    [packed] = JSON.parse(run(stage, 'npm', 'pack', '--json', '--ignore-scripts')) as [typeof packed];
    mkdirSync(consumer());
    cpSync(join(fixtures, 'use.mjs'), join(consumer(), 'use.mjs'));
    // Kept as text, because here its imports would not be found.
    cpSync(join(fixtures, 'use.mts.txt'), join(consumer(), 'use.mts'));
    writeFileSync(join(consumer(), 'package.json'), '{ "private": true, "type": "module" }');
    const quiet = ['--no-audit', '--no-fund', '--no-save', '--prefer-offline', '--ignore-scripts'];
    run(consumer(), 'npm', 'install', ...quiet, join(stage, packed.filename));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test('holds what was built, the migrations and three papers, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    const strange = paths.filter(
      (path) =>
        !/^(?:dist\/[\w/-]+\.(?:js|d\.ts)|migrations\/(?:connections\/)?\d{4}_\w+\.sql|README\.md|CHANGELOG\.md|LICENSE|package\.json)$/.test(
          path,
        ),
    );
    assert.deepEqual(strange, []);
    for (const path of [
      'dist/index.js',
      'dist/cli/main.js',
      'migrations/0001_init.sql',
      'migrations/connections/0001_init.sql',
      'LICENSE',
    ]) {
      assert.ok(paths.includes(path), path);
    }
  });

  test('every path of its exports can be used from plain JavaScript', () => {
    const said = run(consumer(), process.execPath, '--no-warnings', 'use.mjs');
    assert.deepEqual(JSON.parse(said), {
      main: VERSION,
      zoom: 'zoom',
      brevo: 'brevo',
      webhooks: { ok: true },
      extract: { read: 3, outcome: 'done', loaded: 3 },
      mcp: 'zoom_users_create',
      testing: 'input',
      session: true,
    });
  });

  test('what it does not export cannot be imported', () => {
    const code = "import('trunkline/dist/core/call.js').catch((error) => console.log(error.code))";
    assert.equal(run(consumer(), process.execPath, '-e', code).trim(), 'ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  test('its types hold in a strict project, and wrong inputs are seen by the compiler', () => {
    const options = {
      module: 'nodenext',
      target: 'es2024',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      lib: ['es2024', 'esnext.disposable'],
      typeRoots: [join(root, 'node_modules/@types')],
      types: ['node'],
    };
    writeFileSync(
      join(consumer(), 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['use.mts'] }),
    );
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    run(consumer(), process.execPath, compiler, '--singleThreaded', '-p', 'tsconfig.json');
  });

  test('its command answers with its version', () => {
    const said = execFileSync(join(consumer(), 'node_modules/.bin/trunkline'), ['--version'], {
      cwd: consumer(),
      env,
      encoding: 'utf8',
    });
    assert.equal(said.trim(), VERSION);
    const installed = readFileSync(join(consumer(), 'node_modules/trunkline/package.json'), 'utf8');
    assert.equal((JSON.parse(installed) as { version: string }).version, VERSION);
  });
});
